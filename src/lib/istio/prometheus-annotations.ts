// Finds Prometheus' annotations as Istio does, in any spelling that Prometheus reads as one label (istio-rules.md, 7.2).
import type { StringMap } from '../k8s/pod.ts'
import { get } from '../model/index.ts'

export type PrometheusKey =
  | 'prometheus_io_scrape'
  | 'prometheus_io_port'
  | 'prometheus_io_path'
  | 'prometheus_istio_io_scrape_targets'
  | 'prometheus_istio_io_secure_port'

export const SCRAPE_KEY: PrometheusKey = 'prometheus_io_scrape'
export const PORT_KEY: PrometheusKey = 'prometheus_io_port'
export const PATH_KEY: PrometheusKey = 'prometheus_io_path'
export const TARGETS_KEY: PrometheusKey = 'prometheus_istio_io_scrape_targets'
export const SECURE_PORT_KEY: PrometheusKey = 'prometheus_istio_io_secure_port'

/** The value of the annotation with any spelling of `key`. Of several, the first in order counts; Go takes any. */
export function prometheusAnnotation(annotations: StringMap, key: PrometheusKey): string | undefined {
  let found: string | undefined
  for (const name of Object.keys(annotations)) {
    if (name.length === key.length && normalise(name) === key && (found === undefined || name < found)) found = name
  }
  return found === undefined ? undefined : (get(annotations, found) as string | undefined)
}

/** The annotations without those for Prometheus; since 1.31 the scrape targets belong to them. */
export function withoutPrometheus(annotations: StringMap, scrapeTargets: boolean): StringMap {
  const keys: readonly string[] = scrapeTargets ? [SCRAPE_KEY, PORT_KEY, PATH_KEY, TARGETS_KEY] : [SCRAPE_KEY, PORT_KEY, PATH_KEY]
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !keys.includes(normalise(name))))
}

function normalise(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/gu, '_')
}
