// Collects units of version 1 records, whose digests of 12 bits do not prove that a value is the injected one.

import type { Json } from '../lib/model/index.ts'
import type { Digests, UnitState } from './digests.ts'
import type { KnownUnits, UserEdit } from './take-off.ts'
import { pathOf, type UnitLocation, type UnitPath } from './units.ts'

/** Recognises units by short digests, and collects those whose digest matches, so that other evidence can decide. */
export class UnprovenUnits implements KnownUnits {
  readonly found: UserEdit[] = []
  private readonly digests: Digests

  constructor(digests: Digests) {
    this.digests = digests
  }

  find(location: UnitLocation, value: Json): UnitState {
    const state = this.digests.find(location, value)
    if (state !== 'ours') return state
    const path = pathOf(location)
    if (isCall(path) && !isCallOfAgent(value)) return 'edited'
    this.found.push({ path, value })
    return state
  }
}

/** Whether a path is that of an HTTP call in a probe or hook, which injection can only point to the agent (istio-rules.md, 7.4). */
function isCall(path: UnitPath): boolean {
  return path.at(-1) === 'path' && path.at(-2) === 'httpGet'
}

function isCallOfAgent(value: Json): boolean {
  return typeof value === 'string' && /^\/app-(?:health|lifecycle)\//.test(value)
}
