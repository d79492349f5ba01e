// Reads the annotations of an earlier injection: its status, and the user's own containers (istio-rules.md, 6.5 and 6.6).
import type { Container, Pod } from '../k8s/pod.ts'
import { annotation, containersOf } from '../k8s/pod.ts'
import { decodeTyped, TypedError } from '../k8s/typed.ts'
import type { Json, JsonObject } from '../model/index.ts'
import { get, InjectError, isObject } from '../model/index.ts'
import { OVERRIDES, STATUS } from './names.ts'

/** Names that the templates of an earlier injection added. */
export interface InjectionStatus {
  readonly containers: readonly string[]
  readonly initContainers: readonly string[]
  readonly volumes: readonly string[]
  readonly imagePullSecrets: readonly string[]
  readonly revision: string
}

/** The original form of the user's containers that a template changed. */
export interface Overrides {
  readonly containers: readonly Container[]
  readonly initContainers: readonly Container[]
}

const NO_OVERRIDES: Overrides = { containers: [], initContainers: [] }

/** The status annotation; undefined when the pod has none or it is not a status. */
export function injectionStatus(pod: Pod): InjectionStatus | undefined {
  const text = annotation(pod, STATUS)
  if (text === undefined) return undefined
  const value = parse(text)
  if (value === null) return { containers: [], initContainers: [], volumes: [], imagePullSecrets: [], revision: '' }
  if (!isObject(value)) return undefined
  const [containers, initContainers] = [namesIn(value, 'containers'), namesIn(value, 'initContainers')]
  const [volumes, imagePullSecrets] = [namesIn(value, 'volumes'), namesIn(value, 'imagePullSecrets')]
  const revision = get(value, 'revision') ?? ''
  if (containers === undefined || initContainers === undefined || volumes === undefined || imagePullSecrets === undefined) return undefined
  return typeof revision === 'string' ? { containers, initContainers, volumes, imagePullSecrets, revision } : undefined
}

/**
 * The containers in the overrides annotation, decoded with their types; none when the pod has no such annotation.
 * @throws InjectError `annotation-invalid` when it is not JSON or not a list of containers
 */
export function overridesOf(pod: Pod): Overrides {
  const text = annotation(pod, OVERRIDES)
  if (text === undefined) return NO_OVERRIDES
  try {
    const value = parse(text)
    if (value === null) return NO_OVERRIDES
    if (value === undefined) throw new TypedError('it is not JSON', [])
    if (!isObject(value)) throw new TypedError('json: cannot unmarshal into Go value of type inject.ParsedContainers', [])
    const spec = decodeTyped('v1.PodSpec', { containers: get(value, 'containers') ?? null, initContainers: get(value, 'initContainers') ?? null })
    const decoded = { spec }
    return { containers: containersOf(decoded), initContainers: containersOf(decoded, 'initContainers') }
  } catch (error) {
    if (!(error instanceof TypedError)) throw error
    const message = `the annotation ${OVERRIDES} cannot be read: ${error.message}`
    throw new InjectError({ code: 'annotation-invalid', message, hint: 'injection writes this annotation; remove it', field: PATH }, { cause: error })
  }
}

const PATH = ['metadata', 'annotations', OVERRIDES]

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function namesIn(status: JsonObject, field: string): readonly string[] | undefined {
  const names = get(status, field) ?? []
  if (!Array.isArray(names) || !names.every(name => typeof name === 'string' || name === null)) return undefined
  return names.map(name => (typeof name === 'string' ? name : ''))
}
