// Lists the API server's defaults that are one value for one field of a struct (Kubernetes 1.36; api-server-defaults.md). A field is absent
// when a typed decoding leaves nothing of it: empty texts, zeros and nulls of most fields, but not the 0 or '' behind a pointer.
import type { Json } from '../../model/index.ts'

type Row = readonly [field: string, value: Json]

const CONTAINER: readonly Row[] = [
  ['terminationMessagePath', '/dev/termination-log'],
  ['terminationMessagePolicy', 'File'],
]

/** Defaults by Go struct. Rules that depend on other fields are in rules.ts. */
export const FIELD_DEFAULTS: ReadonlyMap<string, readonly Row[]> = new Map<string, readonly Row[]>([
  // Pods and templates
  [
    'v1.PodSpec',
    [
      ['restartPolicy', 'Always'],
      ['dnsPolicy', 'ClusterFirst'],
      ['terminationGracePeriodSeconds', 30],
      ['securityContext', {}],
      ['schedulerName', 'default-scheduler'],
    ],
  ],
  ['v1.Container', CONTAINER],
  ['v1.EphemeralContainer', CONTAINER],
  ['v1.ContainerPort', [['protocol', 'TCP']]],
  ['v1.ObjectFieldSelector', [['apiVersion', 'v1']]],
  ['v1.FileKeySelector', [['optional', false]]],
  [
    'v1.Probe',
    [
      ['timeoutSeconds', 1],
      ['periodSeconds', 10],
      ['successThreshold', 1],
      ['failureThreshold', 3],
    ],
  ],
  [
    'v1.HTTPGetAction',
    [
      ['path', '/'],
      ['scheme', 'HTTP'],
    ],
  ],
  ['v1.GRPCAction', [['service', '']]],

  // Volumes
  ['v1.ConfigMapVolumeSource', [['defaultMode', 0o644]]],
  ['v1.SecretVolumeSource', [['defaultMode', 0o644]]],
  ['v1.ProjectedVolumeSource', [['defaultMode', 0o644]]],
  ['v1.DownwardAPIVolumeSource', [['defaultMode', 0o644]]],
  ['v1.ServiceAccountTokenProjection', [['expirationSeconds', 3600]]],
  ['v1.HostPathVolumeSource', [['type', '']]],
  ['v1.ISCSIVolumeSource', [['iscsiInterface', 'default']]],
  [
    'v1.RBDVolumeSource',
    [
      ['pool', 'rbd'],
      ['user', 'admin'],
      ['keyring', '/etc/ceph/keyring'],
    ],
  ],
  [
    'v1.AzureDiskVolumeSource',
    [
      ['cachingMode', 'ReadWrite'],
      ['kind', 'Shared'],
      ['fsType', 'ext4'],
      ['readOnly', false],
    ],
  ],
  [
    'v1.ScaleIOVolumeSource',
    [
      ['storageMode', 'ThinProvisioned'],
      ['fsType', 'xfs'],
    ],
  ],
  ['v1.PersistentVolumeClaimSpec', [['volumeMode', 'Filesystem']]],
  ['v1.PersistentVolumeClaimStatus', [['phase', 'Pending']]],

  // Workloads
  [
    'v1.DeploymentSpec',
    [
      ['replicas', 1],
      ['revisionHistoryLimit', 10],
      ['progressDeadlineSeconds', 600],
    ],
  ],
  ['v1.ReplicaSetSpec', [['replicas', 1]]],
  ['v1.ReplicationControllerSpec', [['replicas', 1]]],
  [
    'v1.StatefulSetSpec',
    [
      ['replicas', 1],
      ['podManagementPolicy', 'OrderedReady'],
      ['revisionHistoryLimit', 10],
      ['persistentVolumeClaimRetentionPolicy', { whenDeleted: 'Retain', whenScaled: 'Retain' }],
    ],
  ],
  [
    'v1.StatefulSetPersistentVolumeClaimRetentionPolicy',
    [
      ['whenDeleted', 'Retain'],
      ['whenScaled', 'Retain'],
    ],
  ],
  [
    'v1.PersistentVolumeClaim',
    [
      ['kind', 'PersistentVolumeClaim'],
      ['apiVersion', 'v1'],
    ],
  ],
  ['v1.DaemonSetSpec', [['revisionHistoryLimit', 10]]],
  [
    'v1.CronJobSpec',
    [
      ['concurrencyPolicy', 'Allow'],
      ['suspend', false],
      ['successfulJobsHistoryLimit', 3],
      ['failedJobsHistoryLimit', 1],
    ],
  ],
])
