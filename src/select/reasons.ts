// The reasons of decisions with their sentences, those of `istioctl experimental check-inject` if it has them (istio-rules.md, 12.4).

import type { FieldRef, Reason, ReasonCode } from '../lib/model/index.ts'

const SENTENCES: Record<ReasonCode, string> = {
  'namespace-label-matches': 'Namespace label {namespaceLabel} matches',
  'namespace-automatic': 'Namespace label {namespaceLabel} matches (Automatic injection is enabled in all namespaces).',
  'pod-label-matches': 'Pod label {podLabel} matches',
  'namespace-and-pod-labels-match': 'Namespace label {namespaceLabel} matches, and pod label {podLabel} matches',
  'webhook-matches': 'The webhook selects every pod that no label exempts',
  'pod-label-prevents': 'Pod has {podLabel} label, preventing injection',
  'namespace-label-prevents': 'Namespace has {namespaceLabel} label, preventing injection',
  'no-matching-label': 'No matching namespace labels ({namespaceLabels}) or pod labels ({podLabels})',
  'webhook-deactivated': 'The injection webhook is deactivated, and will never match labels.',
  'webhook-rules': "The webhook's rules do not cover the creation of pods",
  'webhook-condition-false': 'The match condition "{condition}" is false',
  'webhook-condition-ignored': 'A match condition failed, and the failure policy is Ignore: {error}',
  'webhook-error': 'The API server would refuse the pod: {error}',
  'no-webhook': 'No injection webhook is known',
  'namespace-labels-unknown': 'It depends on labels of namespace {namespace} that are not in the input: {keys}',
  'namespace-skipped': 'It depends on labels of namespace {namespace} that are not in the input, and unknownNamespace is Skip',
  'webhook-conflict': 'More than one webhook claims the pod: {webhooks}',
  'revision-missing': 'The webhook {webhook} claims the pod for revision {revision}, whose ConfigMap was not found',
  'revision-unreadable': 'The webhook {webhook} claims the pod for revision {revision}, whose configuration cannot be read',
  'revision-excluded': 'The webhook {webhook} claims the pod for revision {revision}, which `istio.revisions` leaves out',
  'host-network': 'The pod uses the host network',
  'system-namespace': 'Nothing is injected in namespace {namespace}',
  'policy-invalid': 'The injection policy "{policy}" is neither enabled nor disabled, so nothing is injected',
  'inject-label-true': 'Pod label sidecar.istio.io/inject is "true"',
  'inject-label-false': 'Pod label sidecar.istio.io/inject is "false"',
  'inject-annotation-true': 'Pod annotation sidecar.istio.io/inject is "true"',
  'inject-annotation-false': 'Pod annotation sidecar.istio.io/inject is "false"',
  'never-selector': "The pod's labels match neverInjectSelector[{index}]",
  'always-selector': "The pod's labels match alwaysInjectSelector[{index}]",
  'policy-enabled': 'The injection policy is enabled',
  'policy-disabled': 'The injection policy is disabled',
  'templates-annotation': 'Annotation inject.istio.io/templates names the templates: {templates}',
  'templates-default': 'The default templates are rendered: {templates}',
  'template-missing': 'requested template "{template}" not found; have {known}',
}

/**
 * A reason with its sentence filled in.
 * @example reason('pod-label-matches', { podLabel: 'istio.io/rev=canary' }).message // 'Pod label istio.io/rev=canary matches'
 */
export function reason(code: ReasonCode, words: Readonly<Record<string, string>> = {}, at?: FieldRef): Reason {
  const message = filledIn(code, words)
  return at === undefined ? { code, message } : { code, message, at }
}

// By code: text and names of holes in turns. Every workload has some reasons.
const PARTS = new Map<ReasonCode, readonly string[]>()

function filledIn(code: ReasonCode, words: Readonly<Record<string, string>>): string {
  let parts = PARTS.get(code)
  if (parts === undefined) {
    parts = SENTENCES[code].split(/\{(\w+)\}/)
    PARTS.set(code, parts)
  }
  let message = ''
  for (const [i, part] of parts.entries()) message += i % 2 === 0 ? part : Object.hasOwn(words, part) ? (words[part] ?? '') : `{${part}}`
  return message
}
