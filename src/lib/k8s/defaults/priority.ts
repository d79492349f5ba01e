// The Priority plugin: the number and the preemption policy of a pod's priority class.
import { get, type JsonObject } from '../../model/index.ts'
import { nameOf, type Pod, textOf } from '../pod.ts'
import { AdmissionError, type ClusterFacts, objectNamed, objectsOf, withSpec } from './cluster-facts.ts'

/** The classes that every cluster has. */
const SYSTEM_CLASSES: ReadonlyMap<string, number> = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
])
const PREEMPTS = 'PreemptLowerPriority'

interface Priority {
  readonly className: string
  readonly value: number
  readonly preemption: string
}

/** @throws AdmissionError where the class does not exist, or the pod gives another priority or preemption policy than its class */
export function admitPriority(pod: Pod, facts: ClusterFacts): Pod {
  const name = textOf(pod.spec, 'priorityClassName')
  const classes = objectsOf(facts, 'PriorityClass')
  const priority = name === '' ? defaultPriority(classes) : priorityNamed(name, classes)
  if (priority === undefined) {
    if (facts.complete) throw new AdmissionError(pod, `no PriorityClass with name ${name} was found`)
    return pod
  }
  const { value, preemption, className } = priority
  const given = get(pod.spec, 'priority')
  if (given !== undefined && given !== value) throw new AdmissionError(pod, disagreement(`the integer value of priority (${given})`, String(value)))
  const policy = textOf(pod.spec, 'preemptionPolicy')
  if (policy !== '' && policy !== preemption) throw new AdmissionError(pod, disagreement(`the string value of PreemptionPolicy (${policy})`, preemption))
  return withSpec(pod, { ...(className === name ? {} : { priorityClassName: className }), priority: value, preemptionPolicy: preemption })
}

/** Whether the value of a priority class is known. */
export function isKnownPriorityClass(name: string, objects: readonly JsonObject[]): boolean {
  return priorityNamed(name, objectsOf({ objects, complete: false }, 'PriorityClass')) !== undefined
}

function disagreement(what: string, computed: string): string {
  return `${what} must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`
}

function priorityNamed(name: string, classes: readonly JsonObject[]): Priority | undefined {
  const found = objectNamed(classes, name)
  if (found !== undefined) return priorityOf(found)
  const value = SYSTEM_CLASSES.get(name)
  return value === undefined ? undefined : { className: name, value, preemption: PREEMPTS }
}

/** The priority of a pod without a class; of several global defaults the lowest counts. */
function defaultPriority(classes: readonly JsonObject[]): Priority {
  const [lowest] = classes
    .filter(({ globalDefault }) => globalDefault === true)
    .map(priorityOf)
    .sort((a, b) => a.value - b.value)
  return lowest ?? { className: '', value: 0, preemption: PREEMPTS }
}

function priorityOf(priorityClass: JsonObject): Priority {
  const { value, metadata } = priorityClass
  return { className: nameOf(metadata), value: typeof value === 'number' ? value : 0, preemption: textOf(priorityClass, 'preemptionPolicy') || PREEMPTS }
}
