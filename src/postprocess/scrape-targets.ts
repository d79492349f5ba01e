// Parses and checks the targets that Prometheus scrapes in a pod (istio-rules.md, 7.2, steps 3 and 4).

import { quote } from '../lib/go/strconv.ts'
import { trimSpace } from '../lib/go/strings.ts'
import { RESERVED_PORTS } from '../lib/istio/reserved-ports.ts'
import type { Diagnostic } from '../lib/model/index.ts'
import { warning } from '../lib/model/index.ts'
import { integerOf } from './lenient.ts'

export interface ScrapeTarget {
  readonly port: string
  readonly path: string
}

/** `8080:/a, 9090` → targets; undefined, with a warning, when an entry has no port. */
export function parseScrapeTargets(text: string, warnings: Diagnostic[]): readonly ScrapeTarget[] | undefined {
  const targets: ScrapeTarget[] = []
  for (const entry of text.split(',')) {
    const trimmed = trimSpace(entry)
    if (trimmed === '') continue
    const colon = trimmed.indexOf(':')
    const port = colon < 0 ? trimmed : trimmed.slice(0, colon)
    const path = colon < 0 ? '' : trimmed.slice(colon + 1)
    if (trimSpace(port) === '') {
      warnings.push(
        warning({
          code: 'scrape-targets-ignored',
          message: `the annotation prometheus.istio.io/scrape-targets is ignored: the entry ${JSON.stringify(trimmed)} has no port`,
          field: ['metadata', 'annotations', 'prometheus.istio.io/scrape-targets'],
        }),
      )
      return undefined
    }
    targets.push({ port: trimSpace(port), path: trimSpace(path) === '' ? '/metrics' : trimSpace(path) })
  }
  return targets
}

/** Istio's message if `port` cannot be scraped; undefined if it can. `what` is `port` or `target port`. */
export function checkScrapePort(port: string, agentPort: number, what: string): string | undefined {
  const number = integerOf(port)
  if (number === undefined || number < 1 || number > 65535) return `invalid ${what} ${quote(port)}`
  if (number === agentPort) return `${what} ${port} conflicts with agent port`
  const reason = RESERVED_PORTS.get(number)
  return reason === undefined ? undefined : `${what} ${port} is reserved for Istio (${reason}) and cannot be scraped`
}
