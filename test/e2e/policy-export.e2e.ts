// Own sidecars as MutatingAdmissionPolicies on a real API server: 1,000 pods that the exported policies make are those that rendering makes.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { changedPaths, isObject, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { comparable, policiesOf, renderedPod } from '../support/policy-export.ts'
import { configFor, EXPRESSIBLE } from '../support/policy-templates.ts'
import { ROOT } from '../support/rig.ts'
import { json } from './client.ts'
import { startControlPlane } from './control-plane.ts'
import { generateWorkloads } from './workloads.ts'

const { client, stop } = await startControlPlane()
t.teardown(stop)

const PODS_EACH = 20

const CONFIGS: readonly (readonly [name: string, config: string])[] = [
  ...['log-shipper', 'otel-collector', 'vault-agent', 'cloud-sql-proxy'].map(
    name => [name, readFileSync(join(ROOT, 'examples', name, 'inject-sidecars.yaml'), 'utf8').replace(/^ {2}expect:\n(?: {2}- .*\n)+/m, '')] as const,
  ),
  ...EXPRESSIBLE.map(([, template], i) => [`template-${i}`, configFor(template, `template-${i}`)] as const),
]

/** Each configuration has a namespace of its own, and its policies are for that namespace alone. */
const namespaceOf = (i: number): JsonObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `export-${i}`, labels: { telemetry: 'otel' } } })

function podsFor(i: number): JsonObject[] {
  return generateWorkloads(PODS_EACH * 3)
    .filter((_, number) => number % 3 === i % 3)
    .map(({ value, podPath }, number) => {
      const template = podPath.reduce<JsonObject>((inner, step) => (isObject(inner[step]) ? inner[step] : {}), value)
      const metadata = isObject(template.metadata) ? template.metadata : {}
      const annotations = { ...(isObject(metadata.annotations) ? metadata.annotations : {}), 'sql.example.com/instance': `p:r:${number}` }
      const labels = {
        ...(isObject(metadata.labels) ? metadata.labels : {}),
        'secrets.example.com/role': 'reader',
        ...(number % 2 === 0 ? { logging: 'enabled' } : {}),
      }
      const spec = isObject(template.spec) ? template.spec : {}
      // The class is there in every cluster, and only for pods of kube-system.
      const { priorityClassName: _, ...rest } = spec
      return { apiVersion: 'v1', kind: 'Pod', metadata: { annotations, labels, name: `pod-${number}`, namespace: `export-${i}` }, spec: rest }
    })
}

t.test('a thousand pods of the exported policies are those of rendering', async t => {
  for (const [i] of CONFIGS.entries()) await client.apply({ value: namespaceOf(i) })
  const rendered = CONFIGS.map(([, config], i) => podsFor(i).map(pod => [pod, renderedPod(pod, config, namespaceOf(i))] as const))
  const ours = await Promise.all(rendered.map(pods => Promise.all(pods.map(([, pod]) => (typeof pod === 'string' ? undefined : created(pod))))))
  for (const [i, [name, config]] of CONFIGS.entries()) {
    for (const value of policiesOf(config)) {
      const { status, body } = await client.apply({ value: only(value, `export-${i}`) })
      t.equal(status, 201, `${name}: ${String(body.message)}`)
    }
  }
  await untilActive(CONFIGS.length)
  let compared = 0
  for (const [i, [name]] of CONFIGS.entries()) {
    const servers = await Promise.all((rendered[i] ?? []).map(([pod]) => created(pod)))
    const differences = servers.flatMap((server, number) => {
      const own = ours[i]?.[number]
      if (own === undefined) return []
      compared++
      return JSON.stringify(own) === JSON.stringify(server)
        ? []
        : [[number, changedPaths(own, server), String(at(server, 'message') ?? at(own, 'message') ?? '')]]
    })
    t.same(differences.slice(0, 3), [], name)
  }
  t.equal(compared >= 1000, true, String(compared))
})

function at(value: Json, field: string): Json | undefined {
  return isObject(value) ? value[field] : undefined
}

/** A policy for one namespace. */
function only(value: JsonObject, namespace: string): JsonObject {
  if (value.kind !== 'MutatingAdmissionPolicyBinding') return value
  const spec = isObject(value.spec) ? value.spec : {}
  return { ...value, spec: { ...spec, matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } } } }
}

/** The pod as the server would store it, from a dry run. */
async function created(pod: JsonObject): Promise<Json> {
  const namespace = isObject(pod.metadata) ? String(pod.metadata.namespace) : ''
  const { status, body } = await client.request('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, json(pod))
  if (status !== 201) return { status, message: body.message ?? '' }
  const { labels = {}, annotations = {} } = isObject(body.metadata) ? body.metadata : {}
  const text = JSON.stringify(comparable({ labels, annotations, spec: body.spec ?? {} }))
  return JSON.parse(text.replaceAll(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access'))
}

/** All policies act once one that was made after them does. */
async function untilActive(count: number): Promise<void> {
  const namespace = 'export-last'
  await client.apply({ value: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } })
  const [policy, binding] = policiesOf(configFor('metadata:\n  labels: {seen: "yes"}\n', 'last'))
  for (const value of [policy, binding]) if (value !== undefined) await client.apply({ value: only(value, namespace) })
  const pod: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'last', namespace }, spec: { containers: [{ name: 'a', image: 'a' }] } }
  for (const deadline = Date.now() + 60_000; ; await sleep(300)) {
    const made = await created(pod)
    if (at(at(made, 'labels') ?? null, 'seen') === 'yes') break
    if (Date.now() > deadline) throw new Error(`the last of ${count} policies has no effect`)
  }
  await sleep(1000)
}
