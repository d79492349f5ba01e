// Running pods against rendered workloads: pods that a real API server listed, changed in every way that a cluster knows, and in those that do not count.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { compareWith, type DriftKind, type DriftReport, type Rendered, renderedOf } from '../../src/drift/drift.ts'
import { lookAt } from '../../src/inject.ts'
import type { Outcome } from '../../src/inject-workload.ts'
import { at, formatPath, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { read } from '../../src/read/read.ts'
import { FUNCTION_CONFIG, MESH } from '../e2e/render.ts'
import { generateWorkloads } from '../e2e/workloads.ts'
import {
  add,
  annotationsOf,
  appOf,
  autoscaled,
  environmentOf,
  labelsOf,
  limitRange,
  listIn,
  metadataOf,
  moveProxy,
  namedIn,
  objectAt,
  openShift,
  otherTolerations,
  proxyOf,
  remove,
  removeNamed,
  renameTokens,
  set,
  setStatus,
  specOf,
  withDefaults,
  withoutSidecars,
} from '../support/change-pod.ts'

const RENDERED = renderedWorkloads()
/** Recorded by test/e2e/controllers.e2e.ts. */
const PODS: readonly JsonObject[] = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/running-pods.json'), 'utf8')).items

t.test('pods that run as rendered are not reported', async t => {
  const report = reportOn(PODS)
  t.same(groupsOf(report), [])
  t.equal(PODS.length, 16)
  t.same([report.pods, report.ended, report.others], [16, 0, 0])
  t.equal(
    report.workloads.every(({ pods, same }) => pods === 1 && same === 1),
    true,
  )
})

type Change = (pod: JsonObject) => void

const PROXY = 'registry.example.com/mesh/proxy'

/** What is done to a pod, what it is called, and the field that is named. */
const DRIFTS: readonly (readonly [name: string, change: Change, kind: DriftKind, path: string])[] = [
  ['an older proxy', pod => set(proxyOf(pod), { image: `${PROXY}:1.30.9` }), 'other-version', 'spec.initContainers.istio-proxy.image'],
  ['a proxy by digest', pod => set(proxyOf(pod), { image: `${PROXY}@sha256:${'0'.repeat(64)}` }), 'other-version', 'spec.initContainers.istio-proxy.image'],
  ['other arguments of the proxy', pod => set(proxyOf(pod), { args: ['--log-level', 'trace'] }), 'other-configuration', 'spec.initContainers.istio-proxy.args'],
  [
    'another mesh config',
    pod => set(environmentOf(proxyOf(pod), 'PROXY_CONFIG'), { value: '{}' }),
    'other-configuration',
    'spec.initContainers.istio-proxy.env.PROXY_CONFIG.value',
  ],
  [
    'a variable that the proxy lacks',
    pod => removeNamed(proxyOf(pod), 'env', 'POD_NAME'),
    'other-configuration',
    'spec.initContainers.istio-proxy.env.POD_NAME',
  ],
  [
    'a variable that the proxy has besides',
    pod => add(proxyOf(pod), 'env', { name: 'MORE', value: '1' }),
    'other-configuration',
    'spec.initContainers.istio-proxy.env.MORE',
  ],
  [
    'other limits of the proxy',
    pod => set(proxyOf(pod), { resources: { limits: { memory: '512Mi' } } }),
    'other-configuration',
    'spec.initContainers.istio-proxy.resources.limits.memory',
  ],
  [
    'another probe of the proxy',
    pod => set(objectAt(proxyOf(pod), ['readinessProbe']), { periodSeconds: 3 }),
    'other-configuration',
    'spec.initContainers.istio-proxy.readinessProbe.periodSeconds',
  ],
  [
    'an annotation of another value',
    pod => set(annotationsOf(pod), { 'kubectl.kubernetes.io/default-container': 'x' }),
    'other-configuration',
    'metadata.annotations["kubectl.kubernetes.io/default-container"]',
  ],
  [
    'an annotation that went',
    pod => remove(annotationsOf(pod), 'kubectl.kubernetes.io/default-container'),
    'other-configuration',
    'metadata.annotations["kubectl.kubernetes.io/default-container"]',
  ],
  [
    'a label of another value',
    pod => set(labelsOf(pod), { 'service.istio.io/canonical-name': 'x' }),
    'other-configuration',
    'metadata.labels["service.istio.io/canonical-name"]',
  ],
  [
    'another volume of the proxy',
    pod => set(namedIn(pod, 'volumes', 'proxy-config'), { configMap: { name: 'other', defaultMode: 420 } }),
    'other-configuration',
    'spec.volumes.proxy-config',
  ],
  ['a volume of the proxy that went', pod => removeNamed(specOf(pod), 'volumes', 'proxy-config'), 'other-configuration', 'spec.volumes.proxy-config'],
  ['another revision', pod => setStatus(pod, { revision: 'canary' }), 'other-webhook', 'metadata.annotations["sidecar.istio.io/status"]'],
  ['a status that went', pod => remove(annotationsOf(pod), 'sidecar.istio.io/status'), 'other-webhook', 'metadata.annotations["sidecar.istio.io/status"]'],
  [
    'a container of another webhook',
    pod => add(specOf(pod), 'containers', { name: 'vault-agent', image: 'vault' }),
    'other-webhook',
    'spec.containers.vault-agent',
  ],
  [
    'an init container of another webhook',
    pod => add(specOf(pod), 'initContainers', { name: 'linkerd-init', image: 'linkerd' }),
    'other-webhook',
    'spec.initContainers.linkerd-init',
  ],
  ["a cloud's identity", pod => add(appOf(pod), 'env', { name: 'AWS_ROLE_ARN', value: 'arn:x' }), 'other-webhook', 'spec.containers.app.env.AWS_ROLE_ARN'],
  ["a cloud's token", pod => add(specOf(pod), 'volumes', { name: 'aws-iam-token', emptyDir: {} }), 'other-webhook', 'spec.volumes.aws-iam-token'],
  ['no proxy', withoutSidecars, 'not-injected', 'spec.containers'],
  ['another image of the application', pod => set(appOf(pod), { image: 'registry.example.com/app:hotfix' }), 'edited', 'spec.containers.app.image'],
  ['a variable more', pod => add(appOf(pod), 'env', { name: 'DEBUG', value: '1' }), 'edited', 'spec.containers.app.env.DEBUG'],
  ['another command', pod => set(appOf(pod), { command: ['sleep', 'infinity'] }), 'edited', 'spec.containers.app.command'],
  ['privileges', pod => set(appOf(pod), { securityContext: { privileged: true } }), 'edited', 'spec.containers.app.securityContext.privileged'],
  [
    'a limit of the application',
    pod => set(appOf(pod), { resources: { limits: { 'example.com/fpga': '1' } } }),
    'edited',
    'spec.containers.app.resources.limits["example.com/fpga"]',
  ],
  ['a grace period', pod => set(specOf(pod), { terminationGracePeriodSeconds: 5 }), 'edited', 'spec.terminationGracePeriodSeconds'],
  ['the network of the host', pod => set(specOf(pod), { hostNetwork: true }), 'edited', 'spec.hostNetwork'],
  ['a label of the application', pod => set(labelsOf(pod), { app: 'x' }), 'edited', 'metadata.labels.app'],
  ['a port of another number', pod => add(appOf(pod), 'ports', { containerPort: 6060, protocol: 'TCP' }), 'edited', 'spec.containers.app.ports["6060/TCP"]'],
  ['a mount more', pod => add(appOf(pod), 'volumeMounts', { name: 'x', mountPath: '/x' }), 'edited', 'spec.containers.app.volumeMounts["/x"]'],
  ['a label more', pod => set(labelsOf(pod), { 'example.com/canary': 'yes' }), 'edited', 'metadata.labels["example.com/canary"]'],
  [
    'an annotation that injection reads',
    pod => set(annotationsOf(pod), { 'sidecar.istio.io/proxyCPU': '1' }),
    'edited',
    'metadata.annotations["sidecar.istio.io/proxyCPU"]',
  ],
  ['a native sidecar that is an ordinary one', moveProxy, 'other-configuration', 'spec.containers.istio-proxy'],
]

const INJECTED = PODS.filter(pod => at(pod, ['metadata', 'annotations', 'sidecar.istio.io/status']) !== undefined)

for (const [name, change, kind, path] of DRIFTS) {
  t.test(`${name}: ${kind}, in each of the pods`, async t => {
    t.equal(INJECTED.length, 14)
    for (const pod of INJECTED) {
      const groups = groupsOf(reportOn([changed(pod, change)]))
      t.equal(groups.length, 1, nameOf(pod))
      t.equal(groups[0]?.kind, kind, nameOf(pod))
      t.match(
        groups[0]?.differences.map(difference => formatPath(difference.path)),
        new Set([path]),
        nameOf(pod),
      )
    }
  })
}

t.test('a pod with the sidecar of one injector, but not of the other', async t => {
  const shipped = PODS.filter(pod => listIn(specOf(pod), 'containers').some(({ name }) => name === 'log-shipper'))
  t.equal(shipped.length, 2)
  for (const pod of shipped) {
    const [group] = groupsOf(reportOn([changed(pod, copy => removeNamed(specOf(copy), 'containers', 'log-shipper'))]))
    t.match(group, { kind: 'not-injected', differences: [{ path: ['spec', 'containers', 'log-shipper'] }] })
  }
})

t.test('a pod that a webhook injected although it is rendered without sidecar', async t => {
  const status = JSON.stringify({ containers: ['istio-proxy'], revision: 'default' })
  const change: Change = pod => {
    add(specOf(pod), 'containers', { name: 'istio-proxy', image: PROXY })
    set(annotationsOf(pod), { 'sidecar.istio.io/status': status })
  }
  for (const pod of PODS.filter(pod => !INJECTED.includes(pod))) {
    const [group] = groupsOf(reportOn([changed(pod, change)]))
    t.equal(group?.kind, 'other-webhook')
    t.same(
      group?.differences.map(({ path }) => formatPath(path)),
      ['metadata.annotations["sidecar.istio.io/status"]', 'spec.containers.istio-proxy'],
    )
  }
})

/** What clusters do to every pod. */
const HARMLESS: readonly (readonly [name: string, change: Change])[] = [
  ['a node', pod => set(specOf(pod), { nodeName: 'node-7' })],
  ['a priority and its class', pod => withDefaults(specOf(pod), { priority: 7, priorityClassName: 'batch', preemptionPolicy: 'Never' })],
  ['tolerations', pod => add(specOf(pod), 'tolerations', { key: 'spot', operator: 'Exists' })],
  ['other default tolerations', pod => otherTolerations(pod)],
  ['a node affinity', pod => set(specOf(pod), { affinity: { ...objectAt(specOf(pod), ['affinity']), nodeAffinity: {} } })],
  ['pull secrets of the account', pod => add(specOf(pod), 'imagePullSecrets', { name: 'account' })],
  ['an ephemeral container', pod => set(specOf(pod), { ephemeralContainers: [{ name: 'debug', image: 'busybox' }] })],
  ['a limit range', pod => limitRange(pod)],
  ['the security context of OpenShift', pod => openShift(pod)],
  [
    'annotations of the network and of a restart',
    pod => set(annotationsOf(pod), { 'cni.projectcalico.org/podIP': '10.0.0.1/32', 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' }),
  ],
  ['labels of the topology', pod => set(labelsOf(pod), { 'topology.kubernetes.io/zone': 'a' })],
  ['an API server without newer defaults', pod => remove(appOf(pod), 'terminationMessagePath')],
  ['fields that this version does not know', pod => set(specOf(pod), { fieldOfTheFuture: { a: 1 } })],
  ['an autoscaler of resources', pod => autoscaled(pod)],
  ['a token of another name', pod => renameTokens(pod)],
  ['a status in other words', pod => setStatus(pod, {})],
]

for (const [name, change] of HARMLESS) {
  t.test(`${name}: nothing is reported`, async t => {
    const report = reportOn(PODS.map(pod => changed(pod, change)))
    t.same(groupsOf(report), [])
    t.equal(
      report.workloads.reduce((sum, { same }) => sum + same, 0),
      PODS.length,
    )
  })
}

t.test('pods of one workload that differ in the same way are one group, of which the first are named', async t => {
  const [pod] = PODS.filter(({ metadata }) => at(metadata, ['labels', 'app']) === 'deployment-0')
  const copies = Array.from({ length: 12 }, (_, i) => changed(pod ?? {}, copy => set(metadataOf(copy), { name: `copy-${i}` })))
  const edited = copies.map((copy, i) => (i % 2 === 0 ? copy : changed(copy, other => set(appOf(other), { image: i === 11 ? 'b' : 'a' }))))
  const [first] = reportOn(edited).workloads
  t.same([first?.pods, first?.same], [12, 6])
  t.same(
    first?.groups.map(({ pods, names }) => [pods, names]),
    [
      [5, ['copy-1', 'copy-3', 'copy-5']],
      [1, ['copy-11']],
    ],
  )
})

t.test('pods that have ended or are being deleted, and those of other workloads, are counted only', async t => {
  const [pod = {}] = PODS
  const ended = ['Succeeded', 'Failed'].map(phase => changed(pod, copy => set(copy, { status: { phase } })))
  const going = changed(pod, copy => set(metadataOf(copy), { deletionTimestamp: '2026-01-01T00:00:00Z' }))
  const others = ['ownerReferences', 'namespace'].map(field => changed(pod, copy => remove(metadataOf(copy), field)))
  const report = reportOn([...ended, going, ...others, null, { apiVersion: 'v1', kind: 'Service' }])
  t.same([report.pods, report.ended, report.others], [5, 3, 2])
})

function renderedWorkloads(): Rendered[] {
  const found: Rendered[] = []
  const onOutcome = (outcome: Outcome) => found.push(...[renderedOf(outcome) ?? []].flat())
  const files = [...generateWorkloads(16).map(({ text }, i) => ({ path: `${i}.yaml`, text })), { path: 'mesh.yaml', text: MESH }]
  const input = { files, functionConfig: { path: 'function-config.yaml', text: FUNCTION_CONFIG }, onOutcome }
  lookAt(input, read(input))
  return found
}

function reportOn(pods: readonly Json[]): DriftReport {
  const comparison = compareWith(RENDERED)
  for (const pod of pods) comparison.add(pod)
  return comparison.report()
}

function groupsOf({ workloads }: DriftReport) {
  return workloads.flatMap(({ groups }) => groups)
}

function changed(pod: JsonObject, change: Change): JsonObject {
  const copy = structuredClone(pod)
  change(copy)
  return copy
}

function nameOf(pod: JsonObject): string {
  return String(at(pod, ['metadata', 'name']))
}
