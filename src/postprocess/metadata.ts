// Writes the network label, the status annotation and the injector's own annotations (istio-rules.md, 7.5).
import { goJson } from '../lib/go/json.ts'
import { NETWORK_ENV, NETWORK_LABEL, STATUS } from '../lib/istio/names.ts'
import type { Pod } from '../lib/k8s/pod.ts'
import { annotationsOf, containersOf, labelsOf, listOf, nameOf, withMetadata } from '../lib/k8s/pod.ts'
import type { Json, JsonObject } from '../lib/model/index.ts'
import type { Outcome, PodFacts } from './rule.ts'

/** The rule that writes labels and annotations. */
export function applyMetadata(pod: Pod, facts: PodFacts): Outcome {
  const network = facts.environment.get(NETWORK_ENV)
  const labelled = network === undefined ? pod : withMetadata(pod, 'labels', { ...labelsOf(pod), [NETWORK_LABEL]: network })
  const annotations = { ...annotationsOf(labelled), [STATUS]: statusOf(facts), ...Object.fromEntries(facts.injectedAnnotations) }
  return { pod: withMetadata(labelled, 'annotations', annotations) }
}

/** The status: names that the templates added, in their order; keys are in Go's order, and an empty list is null. */
function statusOf({ injected, revision }: PodFacts): string {
  const spec: Json | undefined = injected.spec
  const status: JsonObject = {
    initContainers: namesOf(containersOf(injected, 'initContainers')),
    containers: namesOf(containersOf(injected)),
    volumes: namesOf(listOf(spec, 'volumes')),
    imagePullSecrets: namesOf(listOf(spec, 'imagePullSecrets')),
    revision: revision === '' ? 'default' : revision,
  }
  return goJson(status)
}

function namesOf(items: readonly JsonObject[]): string[] | null {
  return items.length === 0 ? null : items.map(nameOf)
}
