// Lets Prometheus scrape application and proxy through one port, and announces the secure one (istio-rules.md, 7.2 and 7.3).
import { goJson } from '../lib/go/json.ts'
import {
  PROMETHEUS_ANNOTATIONS_ENV,
  PROMETHEUS_MERGE_METRICS,
  PROMETHEUS_PATH,
  PROMETHEUS_PORT,
  PROMETHEUS_SCRAPE,
  PROMETHEUS_SECURE_PORT,
  SECURE_METRICS_PORT_ENV,
} from '../lib/istio/names.ts'
import type { PrometheusKey } from '../lib/istio/prometheus-annotations.ts'
import { PATH_KEY, PORT_KEY, prometheusAnnotation, SCRAPE_KEY, SECURE_PORT_KEY, TARGETS_KEY, withoutPrometheus } from '../lib/istio/prometheus-annotations.ts'
import type { Pod } from '../lib/k8s/pod.ts'
import { annotation, annotationsOf, listOf, nameOf, textOf, withMetadata } from '../lib/k8s/pod.ts'
import type { Diagnostic } from '../lib/model/index.ts'
import { InjectError, warning } from '../lib/model/index.ts'
import { booleanOf } from './lenient.ts'
import type { Outcome, PodFacts } from './rule.ts'
import type { ScrapeTarget } from './scrape-targets.ts'
import { checkScrapePort, parseScrapeTargets } from './scrape-targets.ts'
import { sidecarOf, variable, withSidecarEnvironment } from './sidecar.ts'

/**
 * Moves the pod's own Prometheus annotations into the proxy's environment and points Prometheus at the agent.
 * It does so without a sidecar too: the annotations then name a port that no container serves.
 */
export function applyPrometheusMerge(pod: Pod, facts: PodFacts): Outcome {
  const annotations = annotationsOf(pod)
  const read = (key: PrometheusKey): string | undefined => prometheusAnnotation(annotations, key)
  if (booleanOf(read(SCRAPE_KEY)) === false || !mergeWanted(pod, facts)) return { pod }
  const agentPort = String(facts.statusPort)
  if (read(PORT_KEY) === agentPort) return { pod }

  const warnings: Diagnostic[] = []
  const { scrapeTargets, prometheusPortValidation } = facts.compatibility
  const targets = scrapeTargets ? (parseScrapeTargets(read(TARGETS_KEY) ?? '', warnings) ?? []) : []
  const first = targets[0]
  const own = { scrape: read(SCRAPE_KEY) ?? '', path: first?.path ?? read(PATH_KEY) ?? '', port: first?.port ?? read(PORT_KEY) ?? '' }
  if (prometheusPortValidation) checkPorts(own.port, targets, facts.statusPort)

  let result = pod
  const anything = own.scrape !== '' || own.path !== '' || own.port !== ''
  if (sidecarOf(pod) === undefined) {
    warnings.push(warning({ code: 'prometheus-without-proxy', message: NO_SIDECAR, field: ['metadata', 'annotations'] }))
  } else if (anything) {
    const value = goJson(targets.length > 0 ? { ...own, targets: targets.map(({ port, path }) => ({ port, path })) } : own)
    result = withSidecarEnvironment(pod, env => [...env, variable(PROMETHEUS_ANNOTATIONS_ENV, value)])
  }
  const merged = { [PROMETHEUS_PORT]: agentPort, [PROMETHEUS_PATH]: '/stats/prometheus', [PROMETHEUS_SCRAPE]: 'true' }
  return { pod: withMetadata(result, 'annotations', { ...withoutPrometheus(annotations, scrapeTargets), ...merged }), warnings }
}

const NO_SIDECAR =
  'the Prometheus annotations now point to the Istio agent, but no istio-proxy container was injected that could answer; set prometheus.istio.io/merge-metrics: "false" to keep them'

/** Tells Prometheus the port on which the agent serves merged metrics with mutual TLS. */
export function applySecureMetrics(pod: Pod, { compatibility }: PodFacts): Outcome {
  if (!compatibility.securePort || prometheusAnnotation(annotationsOf(pod), SECURE_PORT_KEY) !== undefined) return { pod }
  const port = listOf(sidecarOf(pod), 'env')
    .filter(entry => nameOf(entry) === SECURE_METRICS_PORT_ENV)
    .map(entry => textOf(entry, 'value'))
    .find(value => value !== '' && value !== '0')
  if (port === undefined) return { pod }
  return { pod: withMetadata(pod, 'annotations', { ...annotationsOf(pod), [PROMETHEUS_SECURE_PORT]: port }) }
}

function mergeWanted(pod: Pod, { prometheusMerge }: PodFacts): boolean {
  return booleanOf(annotation(pod, PROMETHEUS_MERGE_METRICS)) ?? prometheusMerge
}

function checkPorts(port: string, targets: readonly ScrapeTarget[], agentPort: number): void {
  const problem =
    targets.length > 0
      ? { what: 'targets', why: targets.map(target => checkScrapePort(target.port, agentPort, 'target port')).find(text => text !== undefined) }
      : { what: 'configuration', why: port === '' ? undefined : checkScrapePort(port, agentPort, 'port') }
  if (problem.why === undefined) return
  throw new InjectError({
    code: 'annotation-invalid',
    message: `invalid prometheus scrape ${problem.what}: ${problem.why}`,
    hint: 'set prometheus.istio.io/merge-metrics: "false" to keep the annotations as they are',
    field: ['metadata', 'annotations'],
  })
}
