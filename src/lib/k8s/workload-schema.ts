// Lists the Go structs of the workload kinds around a pod template (k8s.io/api apps/v1, batch/v1 and core/v1, v0.36), in the form of generated/pod-schema.ts;
// statuses, which only the server writes, are left out but for a claim's.

export const WORKLOAD_SCHEMA = `
a Deployment TypeMeta:TypeMeta^ ObjectMeta:ObjectMeta=metadata?@ Spec:DeploymentSpec?
a DeploymentSpec Replicas:*i? Selector:*LabelSelector Template:PodTemplateSpec Strategy:DeploymentStrategy? MinReadySeconds:i? RevisionHistoryLimit:*i? Paused:b? ProgressDeadlineSeconds:*i?
a DeploymentStrategy Type:s? RollingUpdate:*RollingUpdateDeployment?
a RollingUpdateDeployment MaxUnavailable:*intstr.IntOrString? MaxSurge:*intstr.IntOrString?
a ReplicaSet TypeMeta:TypeMeta^ ObjectMeta:ObjectMeta=metadata?@ Spec:ReplicaSetSpec?
a ReplicaSetSpec Replicas:*i? MinReadySeconds:i? Selector:*LabelSelector Template:PodTemplateSpec?
a StatefulSet TypeMeta:TypeMeta^ ObjectMeta:ObjectMeta=metadata?@ Spec:StatefulSetSpec?
a StatefulSetSpec Replicas:*i? Selector:*LabelSelector Template:PodTemplateSpec VolumeClaimTemplates:[]PersistentVolumeClaim? ServiceName:s? PodManagementPolicy:s? UpdateStrategy:StatefulSetUpdateStrategy? RevisionHistoryLimit:*i? MinReadySeconds:i? PersistentVolumeClaimRetentionPolicy:*StatefulSetPersistentVolumeClaimRetentionPolicy? Ordinals:*StatefulSetOrdinals?
a StatefulSetUpdateStrategy Type:s? RollingUpdate:*RollingUpdateStatefulSetStrategy?
a RollingUpdateStatefulSetStrategy Partition:*i? MaxUnavailable:*intstr.IntOrString?
a StatefulSetPersistentVolumeClaimRetentionPolicy WhenDeleted:s? WhenScaled:s?
a StatefulSetOrdinals Start:i
a DaemonSet TypeMeta:TypeMeta^ ObjectMeta:ObjectMeta=metadata?@ Spec:DaemonSetSpec?
a DaemonSetSpec Selector:*LabelSelector Template:PodTemplateSpec UpdateStrategy:DaemonSetUpdateStrategy? MinReadySeconds:i? RevisionHistoryLimit:*i?
a DaemonSetUpdateStrategy Type:s? RollingUpdate:*RollingUpdateDaemonSet?
a RollingUpdateDaemonSet MaxUnavailable:*intstr.IntOrString? MaxSurge:*intstr.IntOrString?
c ReplicationController TypeMeta:TypeMeta^ ObjectMeta:ObjectMeta=metadata?@ Spec:ReplicationControllerSpec?
c ReplicationControllerSpec Replicas:*i? MinReadySeconds:i? Selector:map[s]s? Template:*PodTemplateSpec?
c PodTemplate TypeMeta:TypeMeta^ ObjectMeta:ObjectMeta=metadata?@ Template:PodTemplateSpec?
c PersistentVolumeClaim TypeMeta:TypeMeta^ ObjectMeta:ObjectMeta=metadata?@ Spec:PersistentVolumeClaimSpec? Status:PersistentVolumeClaimStatus?
c PersistentVolumeClaimStatus Phase:s? AccessModes:[]s? Capacity:ResourceList? CurrentVolumeAttributesClassName:*s?
b Job TypeMeta:TypeMeta^ ObjectMeta:ObjectMeta=metadata?@ Spec:JobSpec?
b JobSpec Parallelism:*i? Completions:*i? ActiveDeadlineSeconds:*l? PodFailurePolicy:*PodFailurePolicy? SuccessPolicy:*SuccessPolicy? BackoffLimit:*i? BackoffLimitPerIndex:*i? MaxFailedIndexes:*i? Selector:*LabelSelector? ManualSelector:*b? Template:PodTemplateSpec TTLSecondsAfterFinished:*i=ttlSecondsAfterFinished? CompletionMode:*s? Suspend:*b? PodReplacementPolicy:*s? ManagedBy:*s?
b PodFailurePolicy Rules:[]PodFailurePolicyRule
b PodFailurePolicyRule Action:s OnExitCodes:*PodFailurePolicyOnExitCodesRequirement? OnPodConditions:[]PodFailurePolicyOnPodConditionsPattern?
b PodFailurePolicyOnExitCodesRequirement ContainerName:*s? Operator:s Values:[]i
b PodFailurePolicyOnPodConditionsPattern Type:s Status:s
b SuccessPolicy Rules:[]SuccessPolicyRule
b SuccessPolicyRule SucceededIndexes:*s? SucceededCount:*i?
b CronJob TypeMeta:TypeMeta^ ObjectMeta:ObjectMeta=metadata?@ Spec:CronJobSpec?
b CronJobSpec Schedule:s TimeZone:*s? StartingDeadlineSeconds:*l? ConcurrencyPolicy:s? Suspend:*b? JobTemplate:JobTemplateSpec SuccessfulJobsHistoryLimit:*i? FailedJobsHistoryLimit:*i?
b JobTemplateSpec ObjectMeta:ObjectMeta=metadata?@ Spec:JobSpec?
`

/** The struct of each workload kind, by `APIVERSION/KIND`. */
const STRUCTS: ReadonlyMap<string, string> = new Map([
  ...['Pod', 'PodTemplate', 'ReplicationController'].map((kind): [string, string] => [`v1/${kind}`, `v1.${kind}`]),
  ...['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].map((kind): [string, string] => [`apps/v1/${kind}`, `v1.${kind}`]),
  ...['Job', 'CronJob'].map((kind): [string, string] => [`batch/v1/${kind}`, `v1.${kind}`]),
])

/**
 * The name of the Go struct that a workload kind of Kubernetes' own is decoded into; undefined for any other kind or version.
 * @example workloadStruct('apps/v1', 'Deployment') // 'v1.Deployment'
 */
export function workloadStruct(apiVersion: string, kind: string): string | undefined {
  return STRUCTS.get(`${apiVersion}/${kind}`)
}
