// Codes of findings about the decision whether a workload is injected: labels, annotations, webhooks, revisions, namespaces.

import type { CodeText } from './code-text.ts'

export const SELECTION_CODES = {
  'value-changes-structure': {
    cause: "A label, annotation or name changes the YAML structure of a template's output: it adds, closes or hides fields instead of staying one scalar.",
    remedy: 'Remove line breaks, quotes and brackets from the value, or print it with `quote` or `toJson` in the template, as newer versions of Istio do.',
  },
  'annotation-invalid': { cause: 'Istio rejects the value of an annotation.', remedy: 'Correct the value; the message says which values are allowed.' },
  'native-sidecar-unclear': {
    cause: 'The annotation sidecar.istio.io/nativeSidecar is neither "true" nor "false": the template takes it as true, and the injector ignores it.',
    remedy: 'Set it to "true" or "false".',
  },
  'inject-label-empty': {
    cause: 'The label sidecar.istio.io/inject is present but empty, which hides the annotation of the same name.',
    remedy: 'Remove the label, or set its value.',
  },
  'inject-value-invalid': {
    cause: 'The value of the label or annotation sidecar.istio.io/inject is neither "true" nor "false", so Istio ignores it and applies its policy.',
    remedy: 'Set it to "true" or "false".',
  },
  'selector-invalid': {
    cause: 'Kubernetes rejects a selector of an injector config or a webhook, so the injector skips it.',
    remedy: 'Correct what the message names.',
  },
  'webhook-failed': {
    cause: 'The API server would reject the pod, because a webhook could not be evaluated: a selector is invalid, or a match condition fails.',
    remedy: 'Correct the selector or the expression that the message names.',
  },
  'webhook-conflict': {
    cause: 'More than one Istio webhook selects a pod, which would inject it twice. This happens when an upgrade leaves an old webhook behind.',
    remedy: 'Remove one of the webhooks, or choose the revisions with `istio.revisions`.',
  },
  'revision-missing': {
    cause: 'A webhook selects a pod for a revision whose ConfigMap was not found.',
    remedy: 'Add the ConfigMap of that revision, or remove the webhook.',
  },
  'revision-unknown': {
    cause: 'A label asks for a revision that no webhook serves, so nothing is injected.',
    remedy: 'Use one of the revisions in the hint, or add the webhook and the ConfigMap of the revision.',
  },
  'revision-excluded': {
    cause: 'A webhook selects a pod for a revision that `istio.revisions` does not list.',
    remedy: 'Add the revision to `istio.revisions` if the pod should be injected here.',
  },
  'annotation-unknown': {
    cause: "An annotation has one of Istio's prefixes, but Istio has no annotation of that name.",
    remedy: 'Use the name in the hint, or remove the annotation.',
  },
  'label-unknown': {
    cause: "A label resembles one of Istio's injection labels, but its name is misspelt or its value has no meaning.",
    remedy: 'Use the name or value in the hint, or remove the label.',
  },
  'namespace-contradiction': {
    cause: 'A Namespace of the input and `cluster.namespaces` of the function config disagree about a namespace.',
    remedy: 'Remove one of the two, or set `override: true` in `cluster.namespaces` so that it takes precedence.',
  },
  'annotation-misplaced': {
    cause: 'An injection label or annotation is in a place where the injector does not read it.',
    remedy: 'Move it to the labels or annotations of the pod template, as the hint says.',
  },
  'labels-contradict': {
    cause: 'Two labels or annotations contradict each other about injection, and one of them has no effect.',
    remedy: 'Remove the one that has no effect.',
  },
  'injected-twice': {
    cause: 'Several entries of one webhook configuration match a pod, so its injector runs several times.',
    remedy: 'Make the selectors of the entries exclude each other.',
  },
  explained: { cause: '`explain: true` in the function config asks for the reason why each workload is injected or not.', remedy: 'No action is needed.' },
  'namespace-unknown': {
    cause: 'The decision depends on the labels of a namespace, and neither a Namespace object nor the function config gives them.',
    remedy:
      'Add the Namespace to the resources, or its labels to `cluster.namespaces`, or set `unknownNamespace`. For bases of kustomize, whose overlays set the namespace, run `check --sources`.',
  },
} as const satisfies Record<string, CodeText>
