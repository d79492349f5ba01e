// Reads the running pods of a cluster, page by page.

import type { Json } from '../../lib/model/index.ts'
import type { Connection } from './connect.ts'

/** Number of pods in a page, all of which are in memory. */
const PAGE = 250

/**
 * Calls a function with each pod of the namespaces, in the API server's order.
 * @throws InjectError with one of the codes `cluster-…`
 */
export async function eachRunningPod({ api, call, client }: Connection, namespaces: readonly string[], take: (pod: Json) => void): Promise<void> {
  const core = api(client.CoreV1Api)
  for (const namespace of namespaces) {
    let next: string | undefined
    do {
      const position = next === undefined ? {} : { _continue: next }
      const page = await call(`reading Pods in ${namespace}`, options => core.listNamespacedPod({ namespace, limit: PAGE, ...position }, options))
      for (const pod of page.items) take(JSON.parse(JSON.stringify(pod)))
      next = page.metadata?._continue || undefined
    } while (next !== undefined)
  }
}
