// Codes of findings about the decision whether a workload is injected: labels, annotations, webhooks, revisions, namespaces.

import type { CodeText } from './code-text.ts'

export const SELECTION_CODES = {
  'value-changes-structure': {
    cause: 'A label, annotation or name becomes more than a text in what a template prints: it adds, ends or hides fields.',
    remedy: 'Take line breaks, quotes and brackets out of the value, or let the template print it with `quote` or `toJson`, as newer Istios do.',
  },
  'annotation-invalid': { cause: 'An annotation has a value that Istio rejects.', remedy: 'Correct the value; the message says what is allowed.' },
  'native-sidecar-unclear': {
    cause: 'The annotation sidecar.istio.io/nativeSidecar is neither "true" nor "false": the template reads it as true, the injector ignores it.',
    remedy: 'Set it to "true" or "false".',
  },
  'inject-label-empty': {
    cause: 'The label sidecar.istio.io/inject is there but empty, which hides the annotation of the same name.',
    remedy: 'Remove the label, or give it the value.',
  },
  'inject-value-invalid': {
    cause: 'The label or annotation sidecar.istio.io/inject is neither "true" nor "false", so Istio goes by its policy.',
    remedy: 'Write "true" or "false".',
  },
  'selector-invalid': {
    cause: 'A selector of an injector config or a webhook is one that Kubernetes rejects; the injector passes over it.',
    remedy: 'Correct what the message names.',
  },
  'webhook-failed': {
    cause: 'The API server would refuse the pod, because a webhook could not be matched: a bad selector, or a match condition that fails.',
    remedy: 'Correct the selector or the expression that the message names.',
  },
  'webhook-conflict': {
    cause: 'More than one Istio webhook claims a pod, which would inject it twice; this happens when an upgrade leaves an old webhook behind.',
    remedy: 'Remove one of the webhooks, or choose the revisions with `istio.revisions`.',
  },
  'revision-missing': {
    cause: 'A webhook claims a pod for a revision whose ConfigMap was not found.',
    remedy: 'Add the ConfigMap of that revision, or remove the webhook.',
  },
  'revision-unknown': {
    cause: 'A label asks for a revision that no webhook serves, so that nothing is injected.',
    remedy: 'Use one of the revisions in the hint, or add its webhook and ConfigMap.',
  },
  'revision-excluded': {
    cause: 'A webhook claims a pod for a revision that `istio.revisions` leaves out.',
    remedy: 'Add the revision to `istio.revisions` if the pod is to be injected here.',
  },
  'annotation-unknown': {
    cause: 'An annotation has a name in one of the prefixes that belong to Istio, but Istio does not read it.',
    remedy: 'Use the name in the hint, or remove it.',
  },
  'label-unknown': {
    cause: "A label looks like one of Istio's injection labels but is not one: its name is misspelt, or its value means nothing.",
    remedy: 'Use the name or value in the hint, or remove it.',
  },
  'namespace-contradiction': {
    cause: 'A Namespace of the input and `cluster.namespaces` of the function config say different things about one namespace.',
    remedy: 'Remove one of the two, or set `override: true` there so that the function config holds.',
  },
  'annotation-misplaced': {
    cause: 'A label or annotation for the injector stands where the injector does not look.',
    remedy: 'Move it to the labels or annotations of the pod template, as the hint says.',
  },
  'labels-contradict': {
    cause: 'Two labels or annotations say different things about injection, and one of them has no effect.',
    remedy: 'Remove the one that has no effect.',
  },
  'injected-twice': {
    cause: 'Several entries of one webhook configuration match a pod, so that its injector is called several times.',
    remedy: 'Make the selectors of the entries exclude each other.',
  },
  explained: { cause: 'The function config asks with `explain: true` why each workload is injected or not.', remedy: 'Nothing to do.' },
  'namespace-unknown': {
    cause: 'The decision depends on labels of a namespace, and neither a Namespace object nor the function config gives them.',
    remedy: 'Add the Namespace to the resources, or its labels under `cluster.namespaces`, or set `unknownNamespace`.',
  },
} as const satisfies Record<string, CodeText>
