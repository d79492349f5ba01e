// Changes to a running pod, in place: what people, webhooks and clusters do to it.

import { isObject, type JsonObject } from '../../src/lib/model/index.ts'

/** The object at a path, made where there is none. */
export function objectAt(value: JsonObject, path: readonly string[]): JsonObject {
  return path.reduce((object, key) => {
    const found = object[key]
    const child = isObject(found) ? found : {}
    object[key] = child
    return child
  }, value)
}

export const metadataOf = (pod: JsonObject) => objectAt(pod, ['metadata'])
export const labelsOf = (pod: JsonObject) => objectAt(pod, ['metadata', 'labels'])
export const annotationsOf = (pod: JsonObject) => objectAt(pod, ['metadata', 'annotations'])
export const specOf = (pod: JsonObject) => objectAt(pod, ['spec'])
export const proxyOf = (pod: JsonObject) => namedIn(pod, 'initContainers', 'istio-proxy')
export const appOf = (pod: JsonObject) => namedIn(pod, 'containers', 'app')

export function listIn(object: JsonObject, field: string): JsonObject[] {
  const list = object[field]
  return Array.isArray(list) ? list.filter(isObject) : []
}

export function namedIn(pod: JsonObject, field: string, name: string): JsonObject {
  return listIn(specOf(pod), field).find(item => item.name === name) ?? {}
}

export function environmentOf(container: JsonObject, name: string): JsonObject {
  return listIn(container, 'env').find(item => item.name === name) ?? {}
}

export function set(object: JsonObject, fields: JsonObject): void {
  Object.assign(object, fields)
}

export function remove(object: JsonObject, key: string): void {
  delete object[key]
}

export function add(object: JsonObject, field: string, item: JsonObject): void {
  object[field] = [...listIn(object, field), item]
}

export function removeNamed(object: JsonObject, field: string, name: string): void {
  object[field] = listIn(object, field).filter(item => item.name !== name)
}

export function withoutSidecars(pod: JsonObject): void {
  removeNamed(specOf(pod), 'initContainers', 'istio-proxy')
  removeNamed(specOf(pod), 'containers', 'log-shipper')
  remove(annotationsOf(pod), 'sidecar.istio.io/status')
}

/** The status with other fields, and in another order. */
export function setStatus(pod: JsonObject, fields: JsonObject): void {
  const annotations = annotationsOf(pod)
  const text = annotations['sidecar.istio.io/status']
  if (typeof text !== 'string') return
  const status = Object.fromEntries(Object.entries({ ...JSON.parse(text), ...fields }).reverse())
  annotations['sidecar.istio.io/status'] = JSON.stringify(status, null, 1)
}

export function withDefaults(object: JsonObject, fields: JsonObject): void {
  for (const [key, value] of Object.entries(fields)) object[key] ??= value
}

/** As an API server has it that was started with other seconds. */
export function otherTolerations(pod: JsonObject): void {
  for (const toleration of listIn(specOf(pod), 'tolerations')) if (toleration.tolerationSeconds === 300) toleration.tolerationSeconds = 30
}

export function limitRange(pod: JsonObject): void {
  set(annotationsOf(pod), { 'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu request for container app' })
  const resources = objectAt(appOf(pod), ['resources'])
  objectAt(resources, ['requests']).cpu ??= '100m'
}

export function autoscaled(pod: JsonObject): void {
  set(annotationsOf(pod), { vpaUpdates: 'Pod resources updated by web: container 0: cpu request' })
  for (const container of listIn(specOf(pod), 'containers')) set(container, { resources: { requests: { cpu: '25m' } } })
}

/** As an older istiod injects it. */
export function moveProxy(pod: JsonObject): void {
  const { restartPolicy: _, ...proxy } = structuredClone(proxyOf(pod))
  removeNamed(specOf(pod), 'initContainers', 'istio-proxy')
  add(specOf(pod), 'containers', proxy)
}

export function openShift(pod: JsonObject): void {
  set(annotationsOf(pod), { 'openshift.io/scc': 'restricted-v2' })
  objectAt(appOf(pod), ['securityContext']).runAsGroup ??= 1_000_650_000
  objectAt(specOf(pod), ['securityContext']).seLinuxOptions ??= { level: 's0:c25,c20' }
}

export function renameTokens(pod: JsonObject): void {
  set(pod, JSON.parse(JSON.stringify(pod).replaceAll(/kube-api-access-\w+/g, 'kube-api-access-zzzzz')))
}
