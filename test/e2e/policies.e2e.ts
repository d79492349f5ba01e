// The examples with MutatingAdmissionPolicies: the pods that a real API server makes of the plain manifests with the policies installed are those that it makes
// of the rendered manifests without them.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { podTemplatePath } from '../../src/lib/k8s/workloads.ts'
import { at, isObject, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { clone, missing, shell } from '../support/clone.ts'
import { ROOT } from '../support/rig.ts'
import { json, pathOf } from './client.ts'
import { startControlPlane } from './control-plane.ts'
import { documentsOf } from './render.ts'

const { client, stop } = await startControlPlane()
t.teardown(stop)

const BUILD = 'kustomize build --enable-alpha-plugins'
const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter(name => name.startsWith('policy-'))

t.test('the examples with policies are found', async t => {
  t.equal(EXAMPLES.length, 4)
})

for (const name of EXAMPLES) {
  t.test(`${name}: the server's policies make the pods that are rendered`, { skip: missing(BUILD) }, async t => {
    const repository = clone(t.testdir({}))
    const [plain, rendered] = ['', ' --enable-exec'].map(flag => {
      const { code, stdout, stderr } = shell(`${BUILD}${flag} examples/${name}`, repository)
      t.equal(code, 0, stderr)
      return documentsOf(stdout).map(({ value }) => value)
    })
    const kinds = (values: readonly JsonObject[] = [], match: RegExp) => values.filter(({ kind }) => match.test(String(kind)))
    for (const value of kinds(plain, /^(?:Namespace|ConfigMap)$/)) t.match((await client.apply({ value })).status, /^20[01]$/)
    const before = await podsOf(plain)
    const ours = await podsOf(rendered)
    for (const value of kinds(plain, /^MutatingAdmissionPolicy/)) t.equal((await client.apply({ value })).status, 201)
    await untilChanged(plain, before)
    const servers = await podsOf(plain)
    t.equal(servers.length > 0, true)
    t.same(ours, servers)
    t.notSame(ours, before)
    for (const value of kinds(plain, /^MutatingAdmissionPolicy/)) await client.request('DELETE', pathOf(value))
    await untilChanged(plain, servers)
  })
}

/** The pods of the workloads as the server would store them, from dry-run creates. */
async function podsOf(values: readonly JsonObject[] = []): Promise<Json[]> {
  const pods = values.flatMap(value => {
    const path = podTemplatePath({ apiVersion: String(value.apiVersion), kind: String(value.kind) }, [])
    const template = path === undefined ? undefined : at(value, path)
    if (!isObject(template)) return []
    const { namespace = 'default', name = '' } = isObject(value.metadata) ? value.metadata : {}
    const metadata = { ...(isObject(template.metadata) ? template.metadata : {}), namespace, generateName: `${String(name)}-` }
    return [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec ?? {} }]
  })
  return await Promise.all(
    pods.map(async pod => {
      const { status, body } = await client.request('POST', `/api/v1/namespaces/${String(pod.metadata.namespace)}/pods?dryRun=All`, json(pod))
      return status === 201 ? storedPart(body) : { status, message: body.message ?? '' }
    }),
  )
}

/** Without what the server makes up for each pod. */
function storedPart({ metadata, spec }: JsonObject): JsonObject {
  const { labels = {}, annotations = {}, namespace = '', generateName = '' } = isObject(metadata) ? metadata : {}
  const text = JSON.stringify({ labels, annotations, namespace, generateName, spec: spec ?? {} })
  return JSON.parse(text.replaceAll(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access'))
}

/** Policies act a moment after they are there. */
async function untilChanged(values: readonly JsonObject[] | undefined, before: readonly Json[]): Promise<void> {
  const deadline = Date.now() + 30_000
  let last = ''
  for (;;) {
    const now = JSON.stringify(await podsOf(values))
    if (now !== JSON.stringify(before) && now === last) return
    last = now
    if (Date.now() > deadline) throw new Error('the policies have no effect')
    await sleep(300)
  }
}
