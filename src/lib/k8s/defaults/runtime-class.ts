// The RuntimeClass plugin: what a pod's runtime class costs (overhead) and where it runs (node selector, tolerations).
import { equal, get, isObject, type Json, type JsonObject } from '../../model/index.ts'
import { listOf, type Pod, textOf } from '../pod.ts'
import { canonicalQuantity } from '../quantity.ts'
import { AdmissionError, type ClusterFacts, objectNamed, objectsOf, withSpec } from './cluster-facts.ts'

/** @throws AdmissionError where the class does not exist, or the pod contradicts it */
export function admitRuntimeClass(pod: Pod, facts: ClusterFacts): Pod {
  const name = textOf(pod.spec, 'runtimeClassName')
  const runtimeClass = name === '' ? undefined : objectNamed(objectsOf(facts, 'RuntimeClass'), name)
  if (name !== '' && runtimeClass === undefined) {
    if (facts.complete) throw new AdmissionError(pod, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
    return pod
  }
  return withScheduling(withOverhead(pod, get(get(runtimeClass, 'overhead'), 'podFixed')), get(runtimeClass, 'scheduling'))
}

function withOverhead(pod: Pod, overhead: Json | undefined): Pod {
  const given = get(pod.spec, 'overhead')
  if (!isObject(overhead)) {
    if (given === undefined) return pod
    throw new AdmissionError(pod, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
  }
  const wanted = Object.fromEntries(Object.entries(overhead).map(([resource, amount]) => [resource, canonicalQuantity(String(amount))]))
  if (given === undefined) return withSpec(pod, { overhead: wanted })
  if (!equal(given, wanted)) throw new AdmissionError(pod, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
  return pod
}

function withScheduling(pod: Pod, scheduling: Json | undefined): Pod {
  if (!isObject(scheduling)) return pod
  const wanted = Object.entries(isObject(scheduling.nodeSelector) ? scheduling.nodeSelector : {})
  const given = get(pod.spec, 'nodeSelector')
  for (const [label, value] of wanted) {
    const own = get(given, label)
    if (own === undefined || own === value) continue
    throw new AdmissionError(pod, `conflict: runtimeClass.scheduling.nodeSelector[${label}] = ${value}; pod.spec.nodeSelector[${label}] = ${own}`)
  }
  const selector = wanted.length === 0 ? {} : { nodeSelector: { ...(isObject(given) ? given : {}), ...Object.fromEntries(wanted) } }
  const tolerations = merged([...listOf(pod.spec, 'tolerations'), ...listOf(scheduling, 'tolerations')])
  return withSpec(pod, { ...selector, ...(tolerations.length === 0 ? {} : { tolerations }) })
}

/** Without those that another one includes; of equal ones the first stays. */
function merged(all: readonly JsonObject[]): JsonObject[] {
  const kept: JsonObject[] = []
  for (const [i, toleration] of all.entries()) {
    const earlier = kept.some(other => includes(other, toleration))
    const later = all.slice(i + 1).some(other => !equal(other, toleration) && includes(other, toleration))
    if (!earlier && !later) kept.push(toleration)
  }
  return kept
}

function includes(wide: JsonObject, narrow: JsonObject): boolean {
  if (equal(wide, narrow)) return true
  const [key, operator, effect] = ['key', 'operator', 'effect'].map(field => textOf(wide, field))
  if (textOf(narrow, 'key') !== key && (key !== '' || operator !== 'Exists')) return false
  if (textOf(narrow, 'effect') !== effect && effect !== '') return false
  if (effect === 'NoExecute' && typeof wide.tolerationSeconds === 'number') {
    if (typeof narrow.tolerationSeconds !== 'number' || narrow.tolerationSeconds > wide.tolerationSeconds) return false
  }
  if (operator === 'Exists') return true
  return (operator === 'Equal' || operator === '') && narrow.operator === 'Equal' && textOf(narrow, 'value') === textOf(wide, 'value')
}
