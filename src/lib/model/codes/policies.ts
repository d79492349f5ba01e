// Codes of findings about MutatingAdmissionPolicies and their bindings.

import type { CodeText } from './code-text.ts'

export const POLICY_CODES = {
  'admission-policy-invalid': {
    cause: 'The API server would reject a MutatingAdmissionPolicy or its binding.',
    remedy: "Correct the field or expression that the message names. The message is the API server's own.",
  },
  'admission-policy-denied': {
    cause: 'A MutatingAdmissionPolicy fails for the workload, or changes its pod in a way that the API server rejects.',
    remedy: 'Correct the expression that the message or the hint names, the workload, or the parameter that the policy reads.',
  },
  'admission-policy-unknown': {
    cause: 'The result of a MutatingAdmissionPolicy depends on something that is not known before deployment, such as the user who applies the manifests.',
    remedy: 'Give it in the function config (`cluster.request`, `cluster.namespaces`), or remove it from the expression.',
  },
  'admission-policy-param-missing': {
    cause: 'The parameter resource of a policy binding was not found.',
    remedy: 'Add it to the resources or to `sources`, or set `unknownParams: Skip`.',
  },
  'admission-policy-order': {
    cause: 'Two MutatingAdmissionPolicies give another result in another order, and the API server applies policies in no fixed order.',
    remedy: 'Let only one of them write the field, or put both mutations into one policy.',
  },
  'admission-policy-overwritten': {
    cause: 'An injector overwrites a field that a MutatingAdmissionPolicy has set.',
    remedy: 'Let only one of them write the field. Injectors run after policies, as webhooks do.',
  },
  'policy-export-refused': {
    cause: 'A template of your own sidecar uses something that a MutatingAdmissionPolicy cannot express.',
    remedy: 'Rewrite the construct that the message names, or inject these pods by rendering only.',
  },
  'admission-policy-unbound': {
    cause: 'A MutatingAdmissionPolicy has no binding, or a binding has no policy; neither has an effect.',
    remedy: 'Add the MutatingAdmissionPolicyBinding, or correct its `policyName`.',
  },
  'admission-policy-unused': {
    cause: 'A MutatingAdmissionPolicy matches no workload of the input.',
    remedy: "Run `explain --trace`, and check the policy's matchConstraints, those of its bindings and its match conditions.",
  },
  'admission-policy-atomic': {
    cause: 'An ApplyConfiguration sets an atomic list, map or struct; the API server rejects it.',
    remedy: 'Set the field with a JSONPatch.',
  },
  'admission-policy-missing-parent': {
    cause: 'A JSONPatch writes below a field that is optional in a workload, and fails where the field is missing.',
    remedy: 'Add the parent field first where it is missing, or restrict the patch with a match condition.',
  },
  'admission-policy-not-idempotent': {
    cause: 'Applying a MutatingAdmissionPolicy a second time changes its own result.',
    remedy: 'Let the policy check first whether its change is there already.',
  },
  'admission-policy-cost': {
    cause: "An expression uses more than half of the API server's cost limit, and may exceed it for larger objects.",
    remedy: 'Iterate over fewer items, or split the expression into several mutations.',
  },
} as const satisfies Record<string, CodeText>
