// Exports what needs CEL: match conditions of webhooks and MutatingAdmissionPolicies. The bundle evaluates this file, which it knows as `#cel-rules`, when the first of them is used.

export { policyEngine } from '../policies/index.ts'
export { conditionCompiler } from '../select/condition-compiler.ts'
