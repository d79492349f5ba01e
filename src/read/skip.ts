// Recognises by their text manifests that neither contain a workload nor configure injection, so that they need not be parsed.

import { workloadWords } from '../lib/k8s/workloads.ts'
import { GUARD_KIND, IMAGE_LOCK_KIND, type WorkloadKind } from '../lib/model/index.ts'
import { holdsSomething } from '../lib/yaml/index.ts'

/**
 * Whether a manifest may affect injection: it has a word that every workload, guard or configuration has. A text that does not look like a manifest may, too,
 * because it may be a mistake to report.
 * @param further the kinds that the function config adds
 * @example mayMatter([])('apiVersion: v1\nkind: Service\n') // false
 */
export function mayMatter(further: readonly WorkloadKind[]): (text: string) => boolean {
  const words = [...WORDS, ...workloadWords(further)].map(word => word.replace(/[^\w-]/g, '\\$&'))
  const matter = new RegExp(`(?<![\\w])(?:${words.join('|')})(?![\\w])`)
  return text => holdsSomething(text) && (!LOOKS_LIKE_MANIFEST.test(text) || matter.test(text) || SPELLED_ANOTHER_WAY.test(text))
}

const LOOKS_LIKE_MANIFEST = /^kind:[ \t]+[A-Za-z]/m

// A pod template of any kind has containers; Istio's ConfigMaps and custom resources have its name, webhooks their kind, nodes their kubelet's version.
// The API server's own admission looks at ranges and classes, and at the pull secrets of an account.
const ADMISSION = ['LimitRange', 'PriorityClass', 'RuntimeClass', 'imagePullSecrets']
const WORDS = [
  'containers',
  'istio',
  'serving.knative.dev',
  'MutatingWebhookConfiguration',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'Namespace',
  'kubeletVersion',
  'ResourceList',
  GUARD_KIND,
  IMAGE_LOCK_KIND,
  ...ADMISSION,
]

// YAML can spell a word without writing it: escapes in double quotes, lines that are joined, Base64.
const SPELLED_ANOTHER_WAY = /\\[xuU\n\r]|binary/
