// The String method of Kubernetes structs, as go-to-protobuf generates it: what a template prints for a whole struct.

import { formatValue } from '../go/fmt.ts'
import { compareStrings } from '../go/utf8.ts'
import type { Json } from '../model/index.ts'
import { get, isObject } from '../model/index.ts'
import type { FieldSchema, SchemaType, StructSchema } from './pod-schema.ts'
import type { View } from './view.ts'

/**
 * A struct as its String method prints it; `nil` for undefined.
 * @example goString(structSchema('v1.HTTPHeader'), { name: 'a', value: 'b' }, viewOf) // &HTTPHeader{Name:a,Value:b,}
 */
export function goString(struct: StructSchema, payload: Json | undefined, viewOf: (type: SchemaType) => View): string {
  if (payload === undefined) return 'nil'
  const fields = inProtobufOrder(struct).filter(field => field.type.name !== 'v1.TypeMeta')
  return `&${shortName(struct)}{${fields.map(field => `${field.goName}:${fieldText(struct, field, { payload, viewOf })},`).join('')}}`
}

interface Source {
  readonly payload: Json
  readonly viewOf: (type: SchemaType) => View
}

function fieldText(struct: StructSchema, field: FieldSchema, { payload, viewOf }: Source): string {
  const { type, json } = field
  const value = json === '' ? payload : (get(payload, json) ?? null)
  const plain = (): string => formatValue(viewOf(type).of(value))
  switch (type.kind) {
    case 'pointer': {
      if (value === null) return 'nil'
      const { elem } = type
      if (elem.kind !== 'struct') return `*${formatValue(viewOf(elem).of(value))}`
      if (elem.struct.fields.length === 0) return plain()
      const text = goString(elem.struct, value, viewOf)
      return isSamePackage(struct, elem.struct) ? text : text.replace(shortName(elem.struct), elem.name)
    }
    case 'struct':
      // Of a struct of another package the generated code prints the value, which has no String.
      if (type.struct.fields.length === 0 || !isSamePackage(struct, type.struct)) return plain()
      return goString(type.struct, value ?? {}, viewOf).slice(1)
    case 'slice': {
      const { elem } = type
      if (elem.kind !== 'struct') return plain()
      const items = Array.isArray(value) ? value : []
      return `[]${shortName(elem.struct)}{${items.map(item => `${goString(elem.struct, item, viewOf).slice(1)},`).join('')}}`
    }
    case 'map': {
      const entries = isObject(value) ? Object.entries(value).sort(([a], [b]) => compareStrings(a, b)) : []
      const { of } = viewOf(type.elem)
      const name = type.name === 'v1.ResourceList' ? 'ResourceList' : type.name
      return `${name}{${entries.map(([key, item]) => `${key}: ${formatValue(of(item))},`).join('')}}`
    }
    default:
      return plain()
  }
}

function shortName({ name }: StructSchema): string {
  return name.slice(name.indexOf('.') + 1)
}

function isSamePackage(a: StructSchema, b: StructSchema): boolean {
  const packageOf = ({ modelName }: StructSchema): string => modelName.slice(0, modelName.lastIndexOf('.'))
  return packageOf(a) === packageOf(b)
}

// Protobuf numbers fields as they came over the years; these structs have since got fields between the old ones.
const NUMBERED: ReadonlyMap<string, string> = new Map([
  [
    'v1.PodSpec',
    'Volumes Containers RestartPolicy TerminationGracePeriodSeconds ActiveDeadlineSeconds DNSPolicy NodeSelector ServiceAccountName DeprecatedServiceAccount ' +
      'NodeName HostNetwork HostPID HostIPC SecurityContext ImagePullSecrets Hostname Subdomain Affinity SchedulerName InitContainers ' +
      'AutomountServiceAccountToken Tolerations HostAliases PriorityClassName Priority DNSConfig ShareProcessNamespace ReadinessGates RuntimeClassName ' +
      'EnableServiceLinks PreemptionPolicy Overhead TopologySpreadConstraints EphemeralContainers SetHostnameAsFQDN OS HostUsers SchedulingGates ResourceClaims',
  ],
  [
    'v1.PodSecurityContext',
    'SELinuxOptions RunAsUser RunAsNonRoot SupplementalGroups FSGroup RunAsGroup Sysctls WindowsOptions FSGroupChangePolicy SeccompProfile AppArmorProfile',
  ],
  [
    'v1.SecurityContext',
    'Capabilities Privileged SELinuxOptions RunAsUser RunAsNonRoot ReadOnlyRootFilesystem AllowPrivilegeEscalation RunAsGroup ProcMount WindowsOptions',
  ],
  ['v1.VolumeMount', 'Name ReadOnly MountPath SubPath MountPropagation SubPathExpr RecursiveReadOnly'],
  ['v1.OwnerReference', 'Kind Name UID APIVersion'],
  [
    'v1.VolumeSource',
    'HostPath EmptyDir GCEPersistentDisk AWSElasticBlockStore GitRepo Secret NFS ISCSI Glusterfs PersistentVolumeClaim RBD FlexVolume Cinder CephFS Flocker ' +
      'DownwardAPI FC AzureFile ConfigMap VsphereVolume Quobyte AzureDisk PhotonPersistentDisk PortworxVolume ScaleIO Projected',
  ],
  ...['v1.Container', 'v1.EphemeralContainerCommon'].map(
    name =>
      [
        name,
        'Name Image Command Args WorkingDir Ports Env Resources VolumeMounts LivenessProbe ReadinessProbe Lifecycle TerminationMessagePath ImagePullPolicy ' +
          'SecurityContext Stdin StdinOnce TTY EnvFrom TerminationMessagePolicy VolumeDevices StartupProbe ResizePolicy',
      ] as const,
  ),
])

function inProtobufOrder(struct: StructSchema): readonly FieldSchema[] {
  const first = NUMBERED.get(struct.name)?.split(' ')
  if (first === undefined) return struct.fields
  const rank = ({ goName }: FieldSchema): number => {
    const place = first.indexOf(goName)
    return place < 0 ? first.length : place
  }
  return [...struct.fields].sort((a, b) => rank(a) - rank(b))
}
