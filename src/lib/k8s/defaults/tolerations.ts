// The DefaultTolerationSeconds plugin: a pod stays five minutes on a node that is not ready or cannot be reached.
import type { JsonObject } from '../../model/index.ts'
import { listOf, type Pod, textOf } from '../pod.ts'
import { withSpec } from './cluster-facts.ts'

const EFFECT = 'NoExecute'
const DEFAULTS: readonly JsonObject[] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map(key => ({
  key,
  operator: 'Exists',
  effect: EFFECT,
  tolerationSeconds: 300,
}))

/** The pod with tolerations of five minutes, if it has none of its own for these taints. */
export function admitTolerations(pod: Pod): Pod {
  const given = listOf(pod.spec, 'tolerations')
  const missing = DEFAULTS.filter(({ key }) => !given.some(toleration => covers(toleration, key as string)))
  return missing.length === 0 ? pod : withSpec(pod, { tolerations: [...given, ...missing] })
}

function covers(toleration: JsonObject, key: string): boolean {
  return ['', key].includes(textOf(toleration, 'key')) && ['', EFFECT].includes(textOf(toleration, 'effect'))
}
