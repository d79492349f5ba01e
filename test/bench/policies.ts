// What the benchmark of MutatingAdmissionPolicies reads: Deployments of many forms, and policies as people write them, all of which act on every pod.

import { anyDeployment, listOf } from './resource-lists.ts'

const PODS = '{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}'

/** Expressions by number; each writes its number somewhere. */
const MUTATIONS: readonly ((i: number) => { readonly expression: string; readonly isPatch?: true })[] = [
  i => ({
    expression: `Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "proxy-${i}", image: "proxy:1", restartPolicy: "Always"}] + object.spec.?initContainers.orValue([]).map(c, Object.spec.initContainers{name: c.name})}}`,
  }),
  i => ({
    expression: `Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, env: ["A_${i}", "B_${i}"].filter(n, !c.?env.orValue([]).exists(e, e.name == n)).map(n, Object.spec.containers.env{name: n, value: "x"})})}}`,
  }),
  i => ({
    expression: `Object{spec: Object.spec{containers: object.spec.containers.filter(c, !c.image.startsWith("mirror-${i}/")).map(c, Object.spec.containers{name: c.name, image: "mirror-${i}/" + string(c.image)})}}`,
  }),
  i => ({ expression: `Object{metadata: Object.metadata{labels: {"team-${i}": string(params.data.team)}}}` }),
  i => ({ expression: `[JSONPatch{op: "add", path: "/spec/tolerations/-", value: {"key": "pool-${i}", "operator": "Exists"}}]`, isPatch: true }),
]

function policy(i: number): string {
  const { expression, isPatch = false } = MUTATIONS[i % MUTATIONS.length]?.(i) ?? { expression: '' }
  const hasParams = expression.includes('params.')
  return `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: policy-${i}}
spec:
  ${hasParams ? 'paramKind: {apiVersion: v1, kind: ConfigMap}' : 'failurePolicy: Fail'}
  matchConstraints: {resourceRules: [${PODS}]}
  matchConditions: [{name: pods, expression: 'request.kind.kind == "Pod" && !("policy-${i}" in object.metadata.?annotations.orValue({}))'}]
  reinvocationPolicy: Never
  mutations:
  - patchType: ${isPatch ? 'JSONPatch' : 'ApplyConfiguration'}
    ${isPatch ? 'jsonPatch' : 'applyConfiguration'}:
      expression: '${expression.replaceAll("'", "''")}'
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: policy-${i}}
spec: {policyName: policy-${i}${hasParams ? ', paramRef: {name: team, namespace: shop, parameterNotFoundAction: Deny}' : ''}}
`
}

const FUNCTION_CONFIG = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: policies}\nspec: {policies: []}\n'
const PARAMETER = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: team, namespace: shop}\ndata: {team: shop}\n'

/** A ResourceList of Deployments and policies; nothing but policies changes them. */
export function policyList(deployments: number, policies: number): string {
  const workloads = Array.from({ length: deployments }, (_, i) => anyDeployment(i))
  const list = listOf([...workloads, PARAMETER, ...Array.from({ length: policies }, (_, i) => policy(i)).flatMap(text => text.split('---\n'))])
  const config = FUNCTION_CONFIG.split('\n')
    .map(line => (line === '' ? '' : `  ${line}`))
    .join('\n')
  return `${list}functionConfig:\n${config}`
}

/** @throws Error where some pod was not changed by each policy */
export function provePolicies(output: string, { deployments, policies }: { readonly deployments: number; readonly policies: number }): void {
  const found = output.split(/^ +- key: "?pool-4"?$/m).length - 1
  if (policies > 4 && found !== deployments) throw new Error(`policies: ${found} of ${deployments} workloads were changed: what was measured is not the work`)
}
