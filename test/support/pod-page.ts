// An input for the pod page that has one of everything: a Deployment with a probe that is rewritten, a policy, two injectors, a CronJob, a bare Pod, a List.

import { example, run } from './rig.ts'

const POLICY = `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata:
  name: team
spec:
  reinvocationPolicy: Never
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
  matchConditions:
  - {name: labelled, expression: "has(object.metadata.labels) && 'team' in object.metadata.labels"}
  mutations:
  - patchType: JSONPatch
    jsonPatch:
      expression: >-
        [JSONPatch{op: "replace", path: "/metadata/labels/team", value: "platform"},
         JSONPatch{op: "remove", path: "/spec/hostNetwork"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata:
  name: everywhere
spec:
  policyName: team
`

const CRON_JOB = `apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        metadata:
          labels: {app: nightly}
        spec:
          restartPolicy: Never
          containers:
          - name: report
            image: registry.example.com/report:7
            env:
            - {name: LEVEL, value: "3"}
`

const LIST = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: debug, namespace: shop, labels: {app: debug}}
  spec:
    containers:
    - {name: shell, image: busybox}
- apiVersion: apps/v1
  kind: DaemonSet
  metadata: {name: agent, namespace: shop}
  spec:
    selector: {matchLabels: {app: agent}}
    template:
      metadata:
        labels: {app: agent, team: shop, logging: enabled}
      spec:
        hostNetwork: true
        containers:
        - {name: agent, image: "registry.example.com/agent:2"}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: quiet, namespace: shop}
  spec:
    selector: {matchLabels: {app: quiet}}
    template:
      metadata:
        labels: {app: quiet, sidecar.istio.io/inject: "false"}
        annotations: {sidecar.istio.io/proxyCPUs: "1"}
      spec:
        containers:
        - {name: quiet, image: "registry.example.com/quiet:1"}
`

export const CONFIG = `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata: {name: mesh}
spec:
  istio: {}
  injectors:
  - name: log-shipper
    webhooks:
    - objectSelector: {matchLabels: {logging: enabled}}
    config:
      defaultTemplates: [shipper]
      templates:
        shipper: |
          spec:
            containers:
            - name: log-shipper
              image: registry.example.com/shipper:4
              args: ["--node", "{{ .ObjectMeta.Name }}"]
`

/** The input's files, for a test's folder. */
export const POD_PAGE_INPUT: Readonly<Record<string, string>> = {
  'inject-sidecars.yaml': CONFIG,
  'web.yaml': example('web.yaml'),
  'nightly.yaml': CRON_JOB,
  'list.yaml': LIST,
  'policy.yaml': POLICY,
  'mesh.yaml': `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`,
}

/** The page of a folder that holds the input. */
export function podPageOf(cwd: string): string {
  const { stdout, stderr } = run(['explain', '-o', 'html', '.'], { cwd })
  if (!stdout.startsWith('<!doctype html>')) throw new Error(stderr)
  return stdout
}
