// Creates the data of an injection template, its `.` (istio-rules.md, 4.1): a pointer to a struct whose fields are computed on first access.

import type { MeshConfig, ProxyConfig } from '../lib/istio/mesh-types.ts'
import { PROXY_CONFIG_ANNOTATION } from '../lib/istio/names.ts'
import type { WorkloadMeta } from '../lib/istio/owner.ts'
import { jsonToGo } from '../lib/istio/proto-known-views.ts'
import { MESH_CONFIG, PROXY_CONFIG } from '../lib/istio/proto-schema.ts'
import { meshValue, pointerToMessage, proxyConfigValue } from '../lib/istio/proto-view.ts'
import { annotation, type Pod } from '../lib/k8s/pod.ts'
import { goTypeOf, typedValue } from '../lib/k8s/pod-types.ts'
import type { JsonObject } from '../lib/model/index.ts'
import type { GoField, GoFunc, GoType, GoValue } from '../lib/template/index.ts'
import { BOOL, Box, INT64, MAP, pointerTo, STRING } from '../lib/template/index.ts'
import { textsIn, type Untrusted, type UntrustedText, untrustedTexts, withTexts } from './untrusted.ts'

/** Data of templates of users' own sidecars. */
export interface PodData {
  /** The pod without its earlier injection. */
  readonly pod: Pod
  readonly workload: WorkloadMeta
  readonly values: JsonObject
}

/** Data of Istio's templates. */
export interface IstioData extends PodData {
  readonly proxyConfig: ProxyConfig
  readonly mesh: MeshConfig
  readonly revision: string
  readonly nativeSidecars: boolean
  readonly proxyImage: string
  readonly proxyInitImage: string
  readonly proxyUid: number
  readonly proxyGid: number
  readonly inboundTrafficPolicyMode: string
  readonly compliancePolicy: string
}

/** The value of `.` for Istio's templates. */
export function istioData(data: IstioData): GoValue {
  return new Box(ISTIO_POINTER, new Box(ISTIO_STRUCT, data))
}

/** The value of `.` for templates of users' own sidecars, without mesh and proxy configuration. */
export function podData(data: PodData): GoValue {
  return new Box(POD_POINTER, new Box(POD_STRUCT, data))
}

/** The texts of a pod that Istio's templates may print only as scalars; undefined if there are none. */
export function untrustedData(data: IstioData): Untrusted | undefined {
  const { pod, workload, proxyConfig, proxyImage } = data
  const hasConfig = annotation(pod, PROXY_CONFIG_ANNOTATION) !== undefined
  const config = { field: ['metadata', 'annotations', PROXY_CONFIG_ANNOTATION], what: `a value in annotation ${JSON.stringify(PROXY_CONFIG_ANNOTATION)}` }
  const image = { field: ['metadata', 'annotations', PROXY_IMAGE], what: `the value of annotation ${JSON.stringify(PROXY_IMAGE)}` }
  const hasImage = annotation(pod, PROXY_IMAGE) !== undefined
  const texts = [
    ...untrustedTexts(pod),
    ...workloadTexts(workload),
    ...(hasConfig ? textsIn(proxyConfig, config) : []),
    ...(hasImage ? textsIn(proxyImage, image) : []),
  ]
  if (texts.length === 0) return undefined
  const dataWith = (replace: (text: string) => string) =>
    istioData({
      ...data,
      pod: withTexts(pod, replace),
      workload: workloadWith(workload, replace),
      proxyConfig: hasConfig ? withTexts(proxyConfig, replace) : proxyConfig,
      proxyImage: hasImage ? replace(proxyImage) : proxyImage,
    })
  return { texts, dataWith }
}

/** The texts of a pod that templates of users' own sidecars may print only as scalars; undefined if there are none. */
export function untrustedPodData(data: PodData): Untrusted | undefined {
  const texts = [...untrustedTexts(data.pod), ...workloadTexts(data.workload)]
  if (texts.length === 0) return undefined
  return { texts, dataWith: replace => podData({ ...data, pod: withTexts(data.pod, replace), workload: workloadWith(data.workload, replace) }) }
}

const PROXY_IMAGE = 'sidecar.istio.io/proxyImage'

function workloadTexts({ name }: WorkloadMeta): readonly UntrustedText[] {
  return textsIn(name, { field: ['metadata', 'name'], what: `the name ${JSON.stringify(name)}` })
}

function workloadWith(workload: WorkloadMeta, replace: (text: string) => string): WorkloadMeta {
  return { ...workload, name: replace(workload.name), namespace: replace(workload.namespace) }
}

function dataStruct<Data>(name: string, fields: readonly { readonly name: string; readonly type: GoType; readonly get: (data: Data) => GoValue }[]): GoType {
  const list = fields as readonly GoField[]
  const byName = new Map(list.map(field => [field.name, field]))
  return { kind: 'struct', name, field: wanted => byName.get(wanted), fields: () => list }
}

const TYPE_META = goTypeOf('v1.TypeMeta')

/** Kubernetes' NamespacedName: prints as `namespace/name`. */
const NAMESPACED_NAME: GoType = {
  ...dataStruct<WorkloadMeta>('types.NamespacedName', [
    { name: 'Namespace', type: STRING, get: meta => meta.namespace },
    { name: 'Name', type: STRING, get: meta => meta.name },
  ]),
  method: name => (name === 'String' ? NAMESPACED_NAME_STRING : undefined),
}
const NAMESPACED_NAME_STRING: GoFunc = {
  params: [],
  result: STRING,
  call: receiver => {
    const meta = receiver instanceof Box ? (receiver.value as WorkloadMeta) : { namespace: '', name: '' }
    return `${meta.namespace}/${meta.name}`
  },
}

const POD_FIELDS = [
  { name: 'TypeMeta', type: TYPE_META, get: ({ workload }: PodData) => typedValue('v1.TypeMeta', { kind: workload.kind, apiVersion: workload.apiVersion }) },
  { name: 'DeploymentMeta', type: NAMESPACED_NAME, get: ({ workload }: PodData) => new Box(NAMESPACED_NAME, workload) },
  { name: 'ObjectMeta', type: goTypeOf('v1.ObjectMeta'), get: ({ pod }: PodData) => typedValue('v1.ObjectMeta', pod.metadata ?? {}) },
  { name: 'Spec', type: goTypeOf('v1.PodSpec'), get: ({ pod }: PodData) => typedValue('v1.PodSpec', pod.spec ?? {}) },
]
const VALUES_FIELD = { name: 'Values', type: MAP, get: ({ values }: PodData) => valuesOf(values) }

const POD_STRUCT = dataStruct<PodData>('inject.PodTemplateData', [...POD_FIELDS, VALUES_FIELD])
const POD_POINTER = pointerTo(POD_STRUCT)

const ISTIO_STRUCT = dataStruct<IstioData>('inject.SidecarTemplateData', [
  ...POD_FIELDS,
  { name: 'ProxyConfig', type: pointerToMessage(PROXY_CONFIG), get: data => proxyConfigValue(data.proxyConfig) },
  { name: 'MeshConfig', type: pointerToMessage(MESH_CONFIG), get: data => meshValue(data.mesh) },
  VALUES_FIELD,
  { name: 'Revision', type: STRING, get: data => data.revision },
  { name: 'NativeSidecars', type: BOOL, get: data => data.nativeSidecars },
  { name: 'ProxyImage', type: STRING, get: data => data.proxyImage },
  { name: 'ProxyInitImage', type: STRING, get: data => data.proxyInitImage },
  { name: 'ProxyUID', type: INT64, get: data => new Box(INT64, BigInt(data.proxyUid)) },
  { name: 'ProxyGID', type: INT64, get: data => new Box(INT64, BigInt(data.proxyGid)) },
  { name: 'InboundTrafficPolicyMode', type: STRING, get: data => data.inboundTrafficPolicyMode },
  { name: 'CompliancePolicy', type: STRING, get: data => data.compliancePolicy },
])
const ISTIO_POINTER = pointerTo(ISTIO_STRUCT)

// Values belong to the configuration, so they are converted once for all its pods.
const convertedValues = new WeakMap<JsonObject, GoValue>()

function valuesOf(values: JsonObject): GoValue {
  const known = convertedValues.get(values)
  if (known !== undefined) return known
  const converted = jsonToGo(values)
  convertedValues.set(values, converted)
  return converted
}
