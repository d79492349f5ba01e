// Decides whether the containers that a status names were injected. A status is an annotation, so anyone may have written it: it may name a user's container.

import { PROXY, STATUS, STOCK_CONTAINERS } from '../lib/istio/names.ts'
import { containerNamed, containersOf, nameOf, type Pod } from '../lib/k8s/pod.ts'
import { InjectError } from '../lib/model/index.ts'
import type { Note, StatusFacts } from './status-facts.ts'

/** Variable in which Istio's templates give the proxy the names of the application's containers. */
export const APP_CONTAINERS_ENV = 'ISTIO_META_APP_CONTAINERS'

/**
 * Checks that removing what the status names removes no container of the user's. It goes by Istio's own names, and by what the proxy's environment says
 * about the application. What this leaves open is a finding, unless such containers stay.
 * @throws InjectError `record-forged`
 */
export function checkClaims(pod: Pod, facts: StatusFacts, note: Note): void {
  const { status, overrides, env, doubt } = facts
  const application = env.get(APP_CONTAINERS_ENV)?.split(',')
  const hasProxy = facts.role !== undefined && application !== undefined
  const doubtful: string[] = []
  for (const list of ['containers', 'initContainers'] as const) {
    for (const name of status[list]) {
      const isThere = containerNamed(containersOf(pod, list), name) !== undefined
      if (!isThere || STOCK_CONTAINERS.has(name) || containerNamed(overrides[list], name) !== undefined) continue
      if (!hasProxy || application.includes(name)) throw forgedStatus(`it names ${list}[${name}], which is not a container of an injection`)
      doubtful.push(`${list}[${name}]`)
    }
  }
  const left = containersOf(pod).filter(
    container => !status.containers.includes(nameOf(container)) || containerNamed(overrides.containers, nameOf(container)) !== undefined,
  )
  const isMoved = containerNamed(overrides.initContainers, PROXY) !== undefined
  if (left.length === 0 && !isMoved && containersOf(pod).length > 0) throw forgedStatus('it names every container of the pod')
  // Those stay (status-spec.ts).
  if (doubtful.length === 0 || doubt !== undefined) return
  const message = `${doubtful.join(', ')} removed with the injection, because the status lists it, although it is not one of Istio's own`
  note({ code: 'removal-uncertain', severity: 'info', message, field: ['metadata', 'annotations', STATUS] })
}

function forgedStatus(why: string): InjectError {
  return new InjectError({
    code: 'record-forged',
    message: `the annotation ${STATUS} cannot be right: ${why}`,
    hint: 'restore the annotation from Git, or remove it',
    field: ['metadata', 'annotations', STATUS],
  })
}
