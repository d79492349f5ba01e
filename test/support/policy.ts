// MutatingAdmissionPolicies as texts, each with a binding for all objects.

/** Matches Pods that are created. */
export const PODS = 'resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]'

export interface PolicyText {
  readonly name: string
  /** The CEL expression of the only mutation: a list is a JSON patch, anything else an apply configuration. */
  readonly mutation: string
  /** The content of `matchConstraints`, in flow style. */
  readonly rules?: string
  readonly reinvocation?: 'Never' | 'IfNeeded'
  /** More lines of the spec, indented by two spaces. */
  readonly more?: string
}

/**
 * A policy and its binding, as two documents.
 * @example policyText({ name: 'label', mutation: 'Object{metadata: Object.metadata{labels: {"a": "b"}}}' })
 */
export function policyText({ name, mutation, rules = PODS, reinvocation = 'Never', more = '' }: PolicyText): string {
  const isPatch = mutation.startsWith('[')
  return `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: ${name}}
spec:
  matchConstraints: {${rules}}
  reinvocationPolicy: ${reinvocation}
${more}  mutations:
  - patchType: ${isPatch ? 'JSONPatch' : 'ApplyConfiguration'}
    ${isPatch ? 'jsonPatch' : 'applyConfiguration'}:
      expression: |
        ${mutation}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: ${name}}
spec: {policyName: ${name}}
`
}
