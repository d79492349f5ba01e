// Exports the users of CEL: match conditions of webhooks, and MutatingAdmissionPolicies. The bundle evaluates this file (`#cel-rules`) on first use.

export { policyEngine } from '../policies/index.ts'
export { conditionCompiler } from '../select/condition-compiler.ts'
