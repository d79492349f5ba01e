// Units of records of version 1, whose digests of 12 bits do not prove that a value is the injected one.

import type { Json } from '../lib/model/index.ts'
import type { Digests, UnitState } from './digests.ts'
import type { KnownUnits, UserEdit } from './take-off.ts'
import { pathOf, type UnitLocation, type UnitPath } from './units.ts'

/** Knows the units by short digests, and keeps those that have the digest of the injected value, so that other evidence can decide. */
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

/** Whether the path is that of an HTTP call in a probe or hook, which injection only ever points to the agent (istio-rules.md, 7.4). */
function isCall(path: UnitPath): boolean {
  return path.at(-1) === 'path' && path.at(-2) === 'httpGet'
}

function isCallOfAgent(value: Json): boolean {
  return typeof value === 'string' && /^\/app-(?:health|lifecycle)\//.test(value)
}
