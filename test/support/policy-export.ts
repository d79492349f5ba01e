// Own injectors as policies: the pod that rendering makes, and the one that the exported policies make, both as an API server would store them.

import { exportedPolicies } from '../../src/cli/policy-export.ts'
import { inject } from '../../src/index.ts'
import { requestNames } from '../../src/lib/k8s/admission/resources.ts'
import { admitPod, defaultObject, storeObject } from '../../src/lib/k8s/defaults/index.ts'
import { withoutTokenVolume, withTokenVolume } from '../../src/lib/k8s/token-volume.ts'
import { isObject, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { parseDocuments, toYaml } from '../../src/lib/yaml/index.ts'
import { admit } from '../../src/policies/admit.ts'
import { preparePolicies } from '../../src/policies/prepare.ts'
import { read } from '../../src/read/read.ts'

const FACTS = { objects: [], complete: false }

/** The policies and bindings of every injector in a function config. */
export function policiesOf(functionConfig: string, injector?: string): JsonObject[] {
  const given = read({ files: [], functionConfig: { path: 'inject-sidecars.yaml', text: functionConfig } })
  const [error] = given.diagnostics.filter(({ severity }) => severity === 'error')
  if (error !== undefined) throw new Error(error.message)
  return exportedPolicies(given, injector).flatMap(({ objects }) => [...objects])
}

/** The pod as rendering leaves it; the error's message where it fails. */
export function renderedPod(pod: JsonObject, functionConfig: string, namespace: JsonObject): JsonObject | string {
  const files = [pod, namespace].map((value, i) => ({ path: `${i}.yaml`, text: toYaml(value) }))
  const text = functionConfig.replace(/^ {2}expect:\n(?: {2}- .*\n)+/m, '')
  const result = inject({ files, functionConfig: { path: 'inject-sidecars.yaml', text } })
  const [error] = result.diagnostics.filter(({ severity }) => severity === 'error')
  if (error !== undefined) return error.message
  const [document] = parseDocuments({ path: 'pod.yaml', text: result.files[0]?.text ?? '' })
  const value = document?.value
  if (!isObject(value)) throw new Error('no pod')
  return withoutRecord(value)
}

export function withoutRecord(pod: JsonObject): JsonObject {
  const metadata = isObject(pod.metadata) ? pod.metadata : {}
  const { 'inject-sidecars.dev/record': _, ...annotations } = isObject(metadata.annotations) ? metadata.annotations : {}
  const { annotations: __, ...rest } = metadata
  return { ...pod, metadata: { ...rest, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) } }
}

/** The pod as an API server without policies would store it. */
export function storedPod(pod: JsonObject): JsonObject {
  return storeObject(admitPod(defaultObject(pod), FACTS))
}

/** The pod that an API server with the policies would store; the message where it refuses the pod. */
export function admittedPod(pod: JsonObject, objects: readonly JsonObject[], namespace: JsonObject): JsonObject | string {
  const of = (kind: string) => objects.filter(value => value.kind === kind)
  const policies = preparePolicies({
    policies: of('MutatingAdmissionPolicy'),
    bindings: of('MutatingAdmissionPolicyBinding'),
    source: { scope: () => 'Namespaced', objects: () => [] },
  })
  const [refused] = policies.refused
  if (refused !== undefined) return refused.message
  const names = requestNames('v1', 'Pod')
  if (names === undefined) throw new Error('no resource for pods')
  const metadata = isObject(namespace.metadata) ? namespace.metadata : {}
  const labels = { ...(isObject(metadata.labels) ? metadata.labels : {}), 'kubernetes.io/metadata.name': String(metadata.name) }
  const run = (object: JsonObject, after?: ReturnType<typeof admit>) => {
    const own = isObject(object.metadata) && typeof object.metadata.name === 'string' ? object.metadata.name : ''
    const request = { ...names, operation: 'CREATE', subresource: '', name: own, namespace: String(metadata.name), dryRun: true }
    const given = {
      object,
      request,
      labels: { state: 'known' as const, labels: new Map(Object.entries(labels) as [string, string][]) },
      namespaceObject: { labels, annotations: {} },
    }
    return admit(policies, { ...given, userInfo: {} }, { defaults: defaultObject, ...(after === undefined ? {} : { after }) })
  }
  const plugins = (object: JsonObject) => withTokenVolume(admitPod(object, FACTS))
  const first = run(plugins(defaultObject(pod)))
  const second = first.needsSecondPass ? run(plugins(first.object), first) : first
  const [failure] = [...first.failures, ...second.failures]
  if (failure !== undefined || first.fatal !== undefined) return failure?.message ?? first.fatal?.message ?? ''
  return withoutTokenVolume(storeObject(second.object))
}

/** For a comparison that tells order only where it counts. */
export function comparable(value: Json): Json {
  if (Array.isArray(value)) return value.map(comparable)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, comparable(value[key] ?? null)]),
  )
}
