// Pods that the API server's own admission refuses because of what a policy did. The sentences are those of a real server (conformance/apiserver/policies.json).

import t from 'tap'
import { inject } from '../../src/index.ts'
import { PODS, policyText } from '../support/policy.ts'

const CONFIG = { path: 'inject-sidecars.yaml', text: 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {policies: []}\n' }
const DEPLOYMENTS = 'resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]'

function policy(name: string, rules: string, mutation: string): string {
  return policyText({ name, rules, mutation, reinvocation: 'IfNeeded' })
}

const deployment = (spec = '') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
${spec === '' ? '' : `      ${spec}\n`}      containers:
      - name: web
        image: shop/web:1
`

/** Objects that the server's own admission reads, in Git. */
const CLUSTER = `apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: zero}
value: 0
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandbox}
handler: sandbox
overhead: {podFixed: {cpu: 100m}}
scheduling: {nodeSelector: {disk: ssd}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: shop}
spec: {limits: [{type: Container, max: {cpu: "2"}}]}
`

function answer(policies: readonly string[], manifest = deployment(), more = '') {
  const text = [...policies, ...(more === '' ? [] : [more])].join('---\n')
  const files = [
    { path: 'web.yaml', text: manifest },
    { path: 'policy.yaml', text },
  ]
  const result = inject({ files, functionConfig: CONFIG })
  return {
    result,
    text: result.files.find(({ path }) => path === 'web.yaml')?.text ?? '',
    errors: result.diagnostics.filter(({ severity }) => severity === 'error'),
  }
}

const spec = (fields: string) => `Object{spec: Object.spec{${fields}}}`
const PRIORITY = (given: number, computed: number) =>
  `pods "web-" is forbidden: the integer value of priority (${given}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`
const LOG = (cpu: string) =>
  `containers: [Object.spec.containers{name: "log", image: "log:1", resources: Object.spec.containers.resources{limits: {"cpu": "${cpu}"}}}]`

const REFUSED: readonly (readonly [name: string, mutation: string, message: string])[] = [
  [
    'a class that every cluster has, beside the priority that the server has set',
    spec('priorityClassName: "system-node-critical"'),
    PRIORITY(0, 2_000_001_000),
  ],
  ['a class in Git, the same', spec('priorityClassName: "high"'), PRIORITY(0, 1000)],
  ['a priority without class', spec('priority: 7'), PRIORITY(7, 0)],
  ['a priority that wraps around', spec('priority: 99999999999'), PRIORITY(1215752191, 0)],
  ['a priority removed and another set', '[JSONPatch{op: "replace", path: "/spec/priority", value: 5}]', PRIORITY(5, 0)],
  [
    'a preemption policy that the class has not',
    spec('preemptionPolicy: "Never"'),
    'pods "web-" is forbidden: the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
  ],
  [
    'an overhead without a class',
    spec('overhead: {"cpu": "10m"}'),
    'pods "web-" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
  ],
  [
    'another overhead than that of a class in Git',
    spec('runtimeClassName: "sandbox", overhead: {"cpu": "10m"}'),
    "pods \"web-\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
  ],
  [
    'a node selector against that of a class in Git',
    '[JSONPatch{op: "add", path: "/spec/nodeSelector", value: {"disk": "hdd"}}, JSONPatch{op: "add", path: "/spec/runtimeClassName", value: "sandbox"}]',
    'pods "web-" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[disk] = ssd; pod.spec.nodeSelector[disk] = hdd',
  ],
  ['a container beyond a LimitRange in Git', spec(LOG('3')), 'pods "web-" is forbidden: maximum cpu usage per Container is 2, but limit is 3'],
]

for (const [name, mutation, message] of REFUSED) {
  t.test(`the API server's own admission refuses a pod after a policy: ${name}`, async t => {
    const { result, text, errors } = answer([policy('p', PODS, mutation)], deployment(), CLUSTER)
    t.same(
      errors.map(each => [each.code, each.message]),
      [['admission-policy-denied', message]],
    )
    t.equal(text, deployment(), 'nothing is written')
    t.match(errors[0]?.hint, 'mutation 1 of MutatingAdmissionPolicy p is in policy.yaml:11')
    t.equal(result.diagnostics.length, 1)
  })
}

const TAKEN: readonly (readonly [name: string, mutation: string, written: RegExp])[] = [
  ['a class and its priority', spec('priorityClassName: "high", priority: 1000'), /priorityClassName: high/],
  [
    'a class whose priority the server computes again',
    '[JSONPatch{op: "remove", path: "/spec/priority"}, JSONPatch{op: "add", path: "/spec/priorityClassName", value: "high"}]',
    /priorityClassName: high/,
  ],
  ['a class of priority 0', spec('priorityClassName: "zero"'), /priorityClassName: zero/],
  ['a runtime class in Git', spec('runtimeClassName: "sandbox"'), /runtimeClassName: sandbox/],
  ['a class that is not in Git: its priority is not known', spec('priorityClassName: "other"'), /priorityClassName: other/],
  ['a runtime class that is not in Git, with an overhead', spec('runtimeClassName: "other", overhead: {"cpu": "10m"}'), /runtimeClassName: other/],
  ['an account that is not in Git', spec('serviceAccountName: "other"'), /serviceAccountName: other/],
  ['a container within a LimitRange in Git', spec(LOG('1')), /name: log/],
]

for (const [name, mutation, written] of TAKEN) {
  t.test(`the API server's own admission takes a pod after a policy, or may: ${name}`, async t => {
    const { text, errors } = answer([policy('p', PODS, mutation)], deployment(), CLUSTER)
    t.same(errors, [])
    t.match(text, written)
  })
}

t.test('a class that is not in Git is taken from a policy as from a manifest', async t => {
  const label = policy('label', PODS, 'Object{metadata: Object.metadata{labels: {"seen": "yes"}}}')
  t.same(answer([label], deployment('priorityClassName: other')).errors, [])
  t.same(answer([label], deployment('runtimeClassName: other')).errors, [])
})

t.test('a policy that sets a class that is not in Git beside the priority of the API server is warned of', async t => {
  const set = policy('p', PODS, spec('priorityClassName: "other"'))
  const message =
    "policy 'p' sets the priority class 'other', which is not among the resources, on a pod with priority 0: the API server rejects the pod unless the class has this priority"
  t.match(answer([set]).result.diagnostics, [{ code: 'admission-policy-denied', severity: 'warning', message, hint: /add the PriorityClass/ }])
  const removed = '[JSONPatch{op: "remove", path: "/spec/priority"}, JSONPatch{op: "add", path: "/spec/priorityClassName", value: "other"}]'
  const others = answer([policy('p', PODS, removed).replace('IfNeeded', 'Never')]).result.diagnostics
  t.same(
    others.map(({ code }) => code),
    ['admission-policy-not-idempotent'],
    'without a priority the server computes it',
  )
  const label = policy('label', PODS, 'Object{metadata: Object.metadata{labels: {"seen": "yes"}}}')
  t.same(answer([label], deployment('priorityClassName: other')).result.diagnostics, [], 'a class of the manifest is none of the policy')
})

t.test('what one policy breaks and a later one mends is no error', async t => {
  const mend = '[JSONPatch{op: "replace", path: "/spec/priority", value: 0}]'
  t.same(answer([policy('a', PODS, spec('priority: 7')), policy('b', PODS, mend)]).errors, [])
  const { errors } = answer([policy('a', PODS, spec('priority: 7')), policy('b', PODS, mend), policy('c', PODS, spec('priority: 8'))])
  t.match(errors, [{ message: /priority \(8\)/, hint: /MutatingAdmissionPolicy c/ }])
})

t.test('a policy on Deployments is named where the pods are refused, which the manifest alone is not', async t => {
  const template = (fields: string) => `Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{${fields}}}}}`
  const { errors, text } = answer([policy('d', DEPLOYMENTS, template('priority: 7'))])
  t.match(errors, [{ code: 'admission-policy-denied', message: PRIORITY(7, 0), hint: /mutation 1 of MutatingAdmissionPolicy d/ }])
  t.equal(text, deployment())
  const labelled = policy('l', PODS, 'Object{metadata: Object.metadata{labels: {"seen": "yes"}}}')
  t.match(answer([policy('d', DEPLOYMENTS, template('overhead: {"cpu": "10m"}')), labelled]).errors, [{ message: /Pod Overhead set/ }])
  t.same(answer([policy('d', DEPLOYMENTS, template('priorityClassName: "system-node-critical"'))]).errors, [], 'nothing has set a priority there')
})

t.test('a pod that the server refuses without policies is left to the server, as everywhere', async t => {
  const label = policy('label', PODS, 'Object{metadata: Object.metadata{labels: {"seen": "yes"}}}')
  for (const refused of ['priority: 7', 'overhead: {cpu: 10m}']) t.same(answer([label], deployment(refused)).errors, [], refused)
})

t.test('another namespace is refused, of a pod and of a manifest', async t => {
  const message = 'the namespace of the provided object does not match the namespace sent on the request'
  const mutation = 'Object{metadata: Object.metadata{namespace: "other"}}'
  for (const rules of [PODS, DEPLOYMENTS]) {
    const { errors, text } = answer([policy('p', rules, mutation)])
    t.match(errors, [{ code: 'admission-policy-denied', message, hint: /mutation 1 of MutatingAdmissionPolicy p/ }])
    t.equal(text, deployment())
  }
})
