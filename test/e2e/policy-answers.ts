// Asks a real API server and our engine what MutatingAdmissionPolicies make of an object: each variant has a namespace, policies and an object of its own.

import { setTimeout as sleep } from 'node:timers/promises'
import { requestNames } from '../../src/lib/k8s/admission/resources.ts'
import { withoutServerFields, withServerFields } from '../../src/lib/k8s/admission/server-fields.ts'
import { AdmissionError, admitPod, defaultObject, storeObject } from '../../src/lib/k8s/defaults/index.ts'
import { withoutTokenVolume, withTokenVolume } from '../../src/lib/k8s/token-volume.ts'
import { isObject, type Json, type JsonObject, stringAt } from '../../src/lib/model/index.ts'
import { admit } from '../../src/policies/admit.ts'
import { preparePolicies } from '../../src/policies/prepare.ts'
import { comparable } from '../support/policy-export.ts'
import { json } from './client.ts'
import type { ControlPlane } from './control-plane.ts'

export interface Variant {
  readonly apply?: string
  readonly patch?: string
  /** Instead of the one mutation. */
  readonly mutations?: readonly JsonObject[]
  readonly spec?: JsonObject
  readonly binding?: JsonObject
  /** Fields of the pod's spec, and of its first container. */
  readonly pod?: JsonObject
  readonly web?: JsonObject
  /** Fields of the pod's metadata. */
  readonly metadata?: JsonObject
  /** Instead of the pod. */
  readonly object?: JsonObject
  /** ConfigMaps by name, with their labels, besides `settings`. */
  readonly settings?: Readonly<Record<string, JsonObject>>
}

/** A mutation of a policy. */
export function mutation({ apply = '', patch }: Pick<Variant, 'apply' | 'patch'>): JsonObject {
  if (patch !== undefined) return { patchType: 'JSONPatch', jsonPatch: { expression: patch } }
  return { patchType: 'ApplyConfiguration', applyConfiguration: { expression: apply } }
}

const UID = 'uid'
const nameOf = (i: number) => `variant-${i}`

function settingsOf({ settings = {} }: Variant, i: number): JsonObject[] {
  return Object.entries({ settings: { use: 'yes' }, ...settings }).map(([name, labels]) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: nameOf(i), labels },
    data: { team: name === 'settings' ? 'shop' : name },
  }))
}

function policyOf({ apply, patch, mutations, spec = {}, object }: Variant, i: number): JsonObject {
  const { matchConstraints, ...rest } = spec
  const names = requestNames(stringAt(object, ['apiVersion']) ?? 'v1', stringAt(object, ['kind']) ?? 'Pod')
  const { group = '', version = '', resource = '' } = names?.resource ?? {}
  // A policy whose kind of parameters is not known refuses what its constraints match, whatever its bindings match.
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': nameOf(i) } }
  const constraints = {
    resourceRules: [{ apiGroups: [group], apiVersions: [version], operations: ['CREATE'], resources: [resource] }],
    ...(isObject(matchConstraints) ? matchConstraints : {}),
    namespaceSelector,
  }
  const carriedOut = mutations ?? [mutation({ ...(apply === undefined ? {} : { apply }), ...(patch === undefined ? {} : { patch }) })]
  const metadata = { name: nameOf(i) }
  return {
    apiVersion: API,
    kind: 'MutatingAdmissionPolicy',
    metadata,
    spec: { reinvocationPolicy: i % 2 === 0 ? 'Never' : 'IfNeeded', matchConstraints: constraints, ...rest, mutations: [...carriedOut] },
  }
}

const API = 'admissionregistration.k8s.io/v1'

function bindingOf({ binding = {} }: Variant, i: number): JsonObject {
  const matchResources = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': nameOf(i) } } }
  return { apiVersion: API, kind: 'MutatingAdmissionPolicyBinding', metadata: { name: nameOf(i) }, spec: { policyName: nameOf(i), matchResources, ...binding } }
}

function objectOf({ pod = {}, web: more = {}, metadata = {}, object }: Variant, i: number): JsonObject {
  if (object !== undefined) return { ...object, metadata: { name: 'web', ...(isObject(object.metadata) ? object.metadata : {}), namespace: nameOf(i) } }
  const web = {
    name: 'web',
    image: 'web:1',
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
    ports: [{ containerPort: 80 }],
    volumeMounts: [{ name: 'data', mountPath: '/d' }],
    ...more,
  }
  const spec = { containers: [web, { name: 'two', image: 'two', resources: { limits: { cpu: '1' } } }], volumes: [{ name: 'data', emptyDir: {} }], ...pod }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: nameOf(i), labels: { app: 'web' }, ...metadata }, spec }
}

/** What our engine answers: a refusal of the policy, of the pod, or the pod. */
function ours(variant: Variant, i: number): Json {
  const objects = settingsOf(variant, i).map(value => ({ value, name: stringAt(value, ['metadata', 'name']) ?? '', namespace: nameOf(i) }))
  const source = {
    objects: (_: string, kind: string) => (kind === 'ConfigMap' ? objects : []),
    scope: (_: string, kind: string) => (kind === 'ConfigMap' ? ('Namespaced' as const) : ('unknown' as const)),
  }
  const policies = preparePolicies({ policies: [policyOf(variant, i)], bindings: [bindingOf(variant, i)], source })
  const [refused] = policies.refused
  if (refused !== undefined) return { refused: String(refused.value.kind), fields: refused.errors.map(({ field }) => field.join('.')).join() }
  const given = objectOf(variant, i)
  const names = requestNames(String(given.apiVersion), String(given.kind))
  if (names === undefined) throw new Error(`no resource for ${given.kind}`)
  const labels = { 'kubernetes.io/metadata.name': nameOf(i) }
  const run = (object: JsonObject, after?: ReturnType<typeof admit>) => {
    const request = { ...names, operation: 'CREATE', subresource: '', name: stringAt(given, ['metadata', 'name']) ?? '', namespace: nameOf(i), dryRun: true }
    return admit(
      policies,
      {
        ...{ object, request, labels: { state: 'known', labels: new Map(Object.entries(labels)) }, namespaceObject: { labels, annotations: {} }, userInfo: {} },
        options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', dryRun: ['All'] },
      },
      { defaults: (changed, known) => withServerFields(defaultObject(changed, known), changed.status), ...(after === undefined ? {} : { after }) },
    )
  }
  const plugins = (object: JsonObject) => (object.kind === 'Pod' ? withTokenVolume(admitPod(object, { objects: [], complete: false })) : object)
  const first = run(withServerFields(plugins(defaultObject(given))))
  const last = first.needsSecondPass && first.failures.length === 0 && first.fatal === undefined ? run(withServerFields(plugins(first.object)), first) : first
  if (last.fatal !== undefined) return { error: last.fatal.message }
  const [failure] = last.failures
  return failure === undefined ? stored(withoutTokenVolume(storeObject(withoutServerFields(last.object), { uid: UID }))) : { error: failure.message }
}

function stored({ metadata, spec }: JsonObject): Json {
  const { name = '', labels = {}, annotations = {}, finalizers = [] } = isObject(metadata) ? metadata : {}
  const withoutToken = (value: Json): Json => {
    if (Array.isArray(value))
      return value
        .filter(
          item =>
            !/kube-api-access-|\/var\/run\/secrets\/kubernetes.io\/serviceaccount/.test(isObject(item) ? `${String(item.name)} ${String(item.mountPath)}` : ''),
        )
        .map(withoutToken)
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]) => [key, withoutToken(item)] as const)
        .filter(([, item]) => !(Array.isArray(item) && item.length === 0)),
    )
  }
  return comparable({ name, labels, annotations, finalizers, spec: withoutToken(spec ?? {}) })
}

/** What the server answers. */
async function servers({ client }: ControlPlane, variant: Variant, i: number): Promise<Json> {
  const object = objectOf(variant, i)
  const { group, version, resource } = requestNames(String(object.apiVersion), String(object.kind))?.resource ?? { group: '', version: '', resource: '' }
  const path = `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}/namespaces/${nameOf(i)}/${resource}?dryRun=All`
  const { status, body } = await client.request('POST', path, json(object))
  // The uid of a Job stands in the labels of its pods.
  const uid = stringAt(body, ['metadata', 'uid']) ?? ''
  return status === 201 ? stored(JSON.parse(JSON.stringify(body).replaceAll(uid, UID))) : { error: String(body.message) }
}

/** Of the server's validation after policies nothing is compared but that the pod comes there. */
function isValidation(answer: Json): boolean {
  return isObject(answer) && /^\w+(\.\w+)? "[^"]*" is invalid|^\w+ in version|does not match the name|object name/.test(String(answer.error))
}

/** What the API server's own admission refuses after a policy. */
function refusedByPlugin(run: () => Json): Json {
  try {
    return run()
  } catch (error) {
    if (error instanceof AdmissionError) return { error: error.message }
    throw error
  }
}

/** An answer of the server, and ours. */
export interface Answers {
  readonly variant: Variant
  readonly server: Json
  readonly own: Json
}

/** Applies the policies of all variants, then asks for each; what the server's validation refuses afterwards is left out. */
export async function answers(plane: ControlPlane, variants: readonly Variant[]): Promise<Answers[]> {
  const refused = new Map<number, Json>()
  for (const [i, variant] of variants.entries()) {
    await plane.client.apply({ value: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: nameOf(i) } } })
    for (const value of settingsOf(variant, i)) await plane.client.apply({ value })
    for (const value of [policyOf(variant, i), bindingOf(variant, i)]) {
      const { status, body } = await plane.client.apply({ value })
      if (status >= 400 && !refused.has(i)) {
        const causes = isObject(body.details) && Array.isArray(body.details.causes) ? body.details.causes : []
        const fields = causes.map(cause => (isObject(cause) ? String(cause.field).replace(/\[(\d+)\]/g, '.$1') : '')).join()
        refused.set(i, { refused: String(value.kind), fields })
      }
    }
  }
  await sleep(5000)
  const found: Answers[] = []
  for (const [i, variant] of variants.entries()) {
    const server = refused.get(i) ?? (await servers(plane, variant, i))
    if (!isValidation(server)) found.push({ variant, server, own: refusedByPlugin(() => ours(variant, i)) })
  }
  return found
}
