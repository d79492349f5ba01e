// Codes of findings about MutatingAdmissionPolicies and their bindings.

import type { CodeText } from './code-text.ts'

export const POLICY_CODES = {
  'admission-policy-invalid': {
    cause: 'The API server would refuse a MutatingAdmissionPolicy or its binding.',
    remedy: "Correct the field or expression that the message names; the words are the API server's.",
  },
  'admission-policy-denied': {
    cause: 'A MutatingAdmissionPolicy fails on the workload, so that the API server would refuse it.',
    remedy: 'Correct the expression that the message names, the workload, or the parameter that it reads.',
  },
  'admission-policy-unknown': {
    cause: 'What a MutatingAdmissionPolicy does depends on something that no file says, such as who applies the manifests.',
    remedy: 'Say it in the function config (`cluster.request`, `cluster.namespaces`), or leave it out of the expression.',
  },
  'admission-policy-param-missing': {
    cause: 'The parameter of a binding is not among the resources.',
    remedy: 'Add it to the resources or to `sources`, or set `unknownParams: Skip`.',
  },
  'admission-policy-order': {
    cause: 'Two MutatingAdmissionPolicies write the same field, and the API server applies policies in no fixed order.',
    remedy: 'Let only one of them write the field, or put both mutations into one policy.',
  },
  'admission-policy-overwritten': {
    cause: 'An injector writes another value to a field that a MutatingAdmissionPolicy wrote.',
    remedy: 'Let only one of them write the field. Injectors come after policies, as webhooks do.',
  },
  'policy-export-refused': {
    cause: 'A template of an own sidecar does what a MutatingAdmissionPolicy cannot do.',
    remedy: 'Write the construct that the message names in another way, or leave these pods to rendering.',
  },
  'admission-policy-unbound': {
    cause: 'A MutatingAdmissionPolicy without a binding, or a binding without its policy, does nothing.',
    remedy: 'Add the MutatingAdmissionPolicyBinding, or correct its `policyName`.',
  },
  'admission-policy-unused': {
    cause: 'A MutatingAdmissionPolicy matches no workload of the input.',
    remedy: 'Look at its matchConstraints, at those of its bindings and at its match conditions with `explain --trace`.',
  },
  'admission-policy-atomic': {
    cause: 'An ApplyConfiguration writes a list, map or struct that is atomic, which every API server refuses.',
    remedy: 'Write the field with a JSONPatch.',
  },
  'admission-policy-missing-parent': {
    cause: 'A JSONPatch writes below a field that a workload need not have, and fails where it is missing.',
    remedy: 'Add the parent first where it is not there, or guard the patch with a match condition.',
  },
  'admission-policy-not-idempotent': {
    cause: 'A MutatingAdmissionPolicy changes again what it has changed.',
    remedy: 'Let it look first whether its change is there already.',
  },
  'admission-policy-cost': {
    cause: "An expression comes near the API server's cost limit, and fails on larger objects.",
    remedy: 'Walk over fewer items, or split the expression into several mutations.',
  },
} as const satisfies Record<string, CodeText>
