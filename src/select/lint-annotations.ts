// Finds annotations with unexpected effects: unknown fields in typed ones, and lost resource requests of the proxy.

import { OVERRIDES, PROXY, PROXY_CONFIG_ANNOTATION, PROXY_CPU, PROXY_CPU_LIMIT, PROXY_MEMORY, PROXY_MEMORY_LIMIT } from '../lib/istio/names.ts'
import { messageType, PROXY_CONFIG } from '../lib/istio/proto-schema.ts'
import { unknownMembers } from '../lib/istio/unknown-fields.ts'
import { YamlTextError, yamlToJson } from '../lib/istio/yaml-text.ts'
import { annotation, CONTAINER_LISTS, containerNamed, containersOf } from '../lib/k8s/pod.ts'
import { unknownFields } from '../lib/k8s/unknown-fields.ts'
import { at, type Diagnostic, formatPath, get, isObject, type Json, type JsonObject } from '../lib/model/index.ts'

type Finding = Pick<Diagnostic, 'code' | 'message' | 'hint' | 'field'>

/** A pod template before and after injection, and the values of the configuration that injected it. */
export interface InjectedTemplate {
  readonly before: JsonObject
  readonly after: JsonObject
  readonly values?: JsonObject | undefined
}

/**
 * Warnings about the annotations of an injected pod template; their fields are paths in the template.
 * @example lintAnnotations({ before, after })[0]?.code // 'annotation-field-unknown'
 */
export function lintAnnotations(template: InjectedTemplate): Finding[] {
  return [...unknownInVolumes(template), ...unknownInOverrides(template), ...unknownInProxyConfig(template), ...lostResources(template)]
}

/** Annotations with volumes: each has a list, or a mapping by name. */
const VOLUMES: readonly (readonly [annotation: string, struct: string])[] = [
  ['sidecar.istio.io/userVolume', 'v1.Volume'],
  ['sidecar.istio.io/userVolumeMount', 'v1.VolumeMount'],
]

function unknownInVolumes({ before }: InjectedTemplate): Finding[] {
  return VOLUMES.flatMap(([name, struct]) => {
    const value = jsonIn(before, name)
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([key, item]) =>
      unknownFields(struct, item).map(({ path, struct: owner, near }) =>
        unknown(name, { path: [Array.isArray(value) ? Number(key) : key, ...path], owner: kindOf(owner), near, by: 'Kubernetes' }),
      ),
    )
  })
}

function unknownInOverrides({ before }: InjectedTemplate): Finding[] {
  const value = jsonIn(before, OVERRIDES)
  if (!isObject(value)) return []
  return CONTAINER_LISTS.flatMap(list => {
    const containers = get(value, list)
    return (Array.isArray(containers) ? containers : []).flatMap((container, i) =>
      unknownFields('v1.Container', container).map(({ path, struct, near }) =>
        unknown(OVERRIDES, { path: [list, i, ...path], owner: kindOf(struct), near, by: 'Istio' }),
      ),
    )
  })
}

function unknownInProxyConfig({ before }: InjectedTemplate): Finding[] {
  const text = annotation(before, PROXY_CONFIG_ANNOTATION)
  if (text === undefined) return []
  try {
    return unknownMembers(messageType(PROXY_CONFIG), yamlToJson(text)).map(({ path, near }) =>
      unknown(PROXY_CONFIG_ANNOTATION, { path, owner: 'ProxyConfig', near, by: 'Istio' }),
    )
  } catch (error) {
    // Injection refuses it.
    if (error instanceof YamlTextError) return []
    throw error
  }
}

interface Unknown {
  readonly path: readonly (string | number)[]
  readonly owner: string
  readonly near: string | undefined
  readonly by: string
}

function unknown(name: string, { path, owner, near, by }: Unknown): Finding {
  return {
    code: 'annotation-field-unknown',
    message: `annotation ${name}: \`${formatPath(path)}\` is not a field of ${owner}; ${by} ignores it`,
    hint: near === undefined ? 'remove it' : `did you mean \`${near}\`?`,
    field: ['metadata', 'annotations', name],
  }
}

/** The kind of a type without its package: `HostPathVolumeSource` for `v1.HostPathVolumeSource`. */
function kindOf(struct: string): string {
  return struct.replace(/^.*\./, '')
}

function jsonIn(template: JsonObject, name: string): Json | undefined {
  const text = annotation(template, name)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    // Injection refuses it.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Annotations by the resource that they set. */
const RESOURCES: readonly (readonly [annotation: string, path: readonly [string, string]])[] = [
  [PROXY_CPU, ['requests', 'cpu']],
  [PROXY_MEMORY, ['requests', 'memory']],
  [PROXY_CPU_LIMIT, ['limits', 'cpu']],
  [PROXY_MEMORY_LIMIT, ['limits', 'memory']],
]

/** Warns of lost resources: one of these annotations replaces all resources that the Helm values give the proxy, not only its own. */
function lostResources({ before, after, values }: InjectedTemplate): Finding[] {
  const [set] = RESOURCES.filter(([name]) => annotation(before, name) !== undefined)
  const proxy = containerNamed([...containersOf(after), ...containersOf(after, 'initContainers')], PROXY)
  const given = at(values, ['global', 'proxy', 'resources'])
  if (set === undefined || proxy === undefined) return []
  const lost = RESOURCES.filter(([, path]) => isSet(at(given, path)) && !isSet(at(proxy, ['resources', ...path])))
  if (lost.length === 0) return []
  const [name] = set
  const shown = lost.map(([, path]) => `${path.join('.')} ${String(at(given, path))}`).join(', ')
  const message = `annotation ${name} replaces all resources of the proxy: it loses ${shown} of the configuration`
  const hint = `set ${lost.map(([other]) => other).join(', ')} as well`
  return [{ code: 'proxy-resources-lost', message, hint, field: ['metadata', 'annotations', name] }]
}

function isSet(value: Json | undefined): boolean {
  return typeof value === 'string' || typeof value === 'number'
}
