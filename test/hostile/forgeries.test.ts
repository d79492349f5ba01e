// Records and statuses that somebody forged, on workloads that are injected: each is an error that names the field, or has no effect at all.

import t from 'tap'
import { check } from '../../src/check.ts'
import { inject } from '../../src/inject.ts'
import { at, type Diagnostic, equal, type FieldPath, type Json, type JsonObject, type SourceFile, withValueAt } from '../../src/lib/model/index.ts'
import { parseDocuments, toYaml } from '../../src/lib/yaml/index.ts'
import { digest } from '../../src/record/hash.ts'
import { printRecord, RECORD, readRecord, recordOf, type Undo, withoutRecord, withRecord } from '../../src/record/index.ts'
import { uninject } from '../../src/uninject.ts'
import { FORGERIES, withForgery } from '../support/forgeries.ts'
import { example } from '../support/rig.ts'

const CONTEXT: readonly SourceFile[] = [
  { path: 'config.yaml', text: example('istio/config.yaml') },
  { path: 'namespace.yaml', text: example('namespace.yaml') },
]

const APP = {
  name: 'app',
  image: 'nginx:1.27',
  env: [{ name: 'AUDIT', value: 'on' }],
  readinessProbe: { httpGet: { path: '/ready', port: 80 } },
  resources: { limits: { memory: '1Gi' } },
  volumeMounts: [{ name: 'data', mountPath: '/data' }],
  securityContext: { readOnlyRootFilesystem: true },
}
const POD: JsonObject = { containers: [APP, { name: 'guard', image: 'falco:1' }], volumes: [{ name: 'data', emptyDir: {} }] }
const TEMPLATE: JsonObject = { metadata: { labels: { app: 'web' }, annotations: { team: 'shop' } }, spec: POD }
const METADATA = { name: 'web', namespace: 'shop' }

interface Base {
  readonly name: string
  readonly workload: JsonObject
  readonly podPath: readonly string[]
}

const BASES: readonly Base[] = [
  {
    name: 'Deployment',
    workload: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: METADATA, spec: { selector: { matchLabels: { app: 'web' } }, template: TEMPLATE } },
    podPath: ['spec', 'template'],
  },
  {
    name: 'CronJob',
    workload: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: METADATA,
      spec: { schedule: '1 * * * *', jobTemplate: { spec: { template: { ...TEMPLATE, spec: { ...POD, restartPolicy: 'Never' } } } } },
    },
    podPath: ['spec', 'jobTemplate', 'spec', 'template'],
  },
  { name: 'Pod', workload: { apiVersion: 'v1', kind: 'Pod', metadata: { ...METADATA, ...(TEMPLATE.metadata as JsonObject) }, spec: POD }, podPath: [] },
]

const valueIn = (text: string): Json => parseDocuments({ path: 'web.yaml', text })[0]?.value ?? null
const fileOf = (value: Json): SourceFile => ({ path: 'web.yaml', text: toYaml(value) })
const injected = (file: SourceFile) => inject({ files: [...CONTEXT, file] })
const errorsIn = (diagnostics: readonly Diagnostic[]) => diagnostics.filter(({ severity }) => severity === 'error')

/** A record under checksums that are right, by which all that is there passes for injected. */
function forgedRecord(undo: Json, value: Json, version: 1 | 2): string {
  const record = recordOf(undo as Undo, withoutRecord(value))
  if (version === 2) return printRecord(record)
  const body = JSON.stringify({ v: 1, undo, ours: String(record.digests).replace(/(.{5})(.{2}).{3}/g, '$1$2') })
  return body + digest(body, 5)
}

/** Alone, or as the second item of a List. */
const inList = (value: Json): Json => ({ apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Service', metadata: METADATA }, value] })
const FORMS: [name: string, put: (value: Json) => Json, path: FieldPath][] = [
  ['alone', value => value, []],
  ['in a List', inList, ['items', 1]],
]

for (const { name, workload, podPath } of BASES) {
  const genuine = valueIn(injected(fileOf(workload)).files[2]?.text ?? '')
  const { undo } = readRecord(String(at(genuine, ['metadata', 'annotations', RECORD])))
  for (const forgery of FORGERIES) {
    t.test(`${name}: ${forgery.name}`, async t => {
      for (const version of [1, 2] as const) {
        const forged = withForgery(undo as Json, forgery, { podPath, value: withoutRecord(genuine) })
        const value = withRecord(genuine, forgedRecord(forged, genuine, version))
        for (const [form, put, path] of version === 1 ? FORMS.slice(0, 1) : FORMS) {
          const file = fileOf(put(value))
          const runs = {
            inject: { ...injected(file), want: genuine },
            uninject: { ...uninject({ files: [file] }), want: workload },
            'uninject --from-status': { ...uninject({ files: [file], fromStatus: true }), want: workload },
          }
          for (const [command, { files, diagnostics, want }] of Object.entries(runs)) {
            const text = files.at(-1)?.text ?? ''
            const errors = errorsIn(diagnostics)
            const where = `${command}, version ${version}, ${form}`
            if (errors.length > 0) {
              // What is left may be no pod: that is an error as well.
              t.match(errors.find(({ code }) => code === 'record-forged')?.message, /(?:spec|metadata)\./, where)
              t.equal(text, file.text, where)
            } else t.equal(isAlike(at(valueIn(text), path) ?? null, want), true, where)
          }
          const checked = check({ files: [...CONTEXT, file] }).findings.map(({ code }) => code)
          t.equal(errorsIn(runs.inject.diagnostics).length === 0 || checked.includes('record-forged'), true, `check, version ${version}, ${form}`)
        }
      }
    })
  }
}

/** Whether two workloads run the same, whatever their records say. */
function isAlike(a: Json, b: Json): boolean {
  const bare = (value: Json) => {
    const rest = withoutRecord(value)
    const annotations = at(rest, ['metadata', 'annotations'])
    return annotations !== undefined && equal(annotations, {}) ? withoutEmpty(rest) : rest
  }
  return equal(bare(a), bare(b))
}

function withoutEmpty(value: Json): Json {
  const { annotations: _, ...metadata } = at(value, ['metadata']) as JsonObject
  return { ...(value as JsonObject), metadata }
}

const STATUS_PATH = (podPath: readonly string[]): FieldPath => [...podPath, 'metadata', 'annotations', 'sidecar.istio.io/status']
const STATUSES: [name: string, part: JsonObject, overrides?: JsonObject][] = [
  ['a container', { containers: ['guard'] }],
  ['every container', { containers: ['app', 'guard'] }],
  ['a container as an init container', { initContainers: ['guard'] }],
  ['a volume', { volumes: ['data'] }],
  ['a pull secret', { imagePullSecrets: ['own'] }],
  ['names that no object has', { containers: ['__proto__', 'constructor'], volumes: ['toString'] }],
  ['a container that overrides give another image', { containers: ['guard'] }, { containers: [{ name: 'guard', image: 'evil:1' }] }],
  ['a container that overrides bring', { containers: ['miner'] }, { containers: [{ name: 'miner', image: 'evil:1' }] }],
  ['an init container that overrides bring', { initContainers: ['miner'] }, { initContainers: [{ name: 'miner', image: 'evil:1' }] }],
]

for (const { name, workload, podPath } of BASES) {
  const own = withValueAt(workload, [...podPath, 'spec', 'imagePullSecrets'], [{ name: 'own' }]) as JsonObject
  const genuine = valueIn(injected(fileOf(own)).files[2]?.text ?? '')
  for (const [what, part, overrides] of STATUSES) {
    t.test(`${name}: a status that names ${what}`, async t => {
      for (const bare of [genuine, own]) {
        const status = { ...JSON.parse(String(at(genuine, STATUS_PATH(podPath)))), ...part }
        const named = withValueAt(withoutRecord(bare), STATUS_PATH(podPath), JSON.stringify(status))
        const annotations = at(named, [...podPath, 'metadata', 'annotations']) as JsonObject
        const more = overrides === undefined ? {} : { 'proxy.istio.io/overrides': JSON.stringify(overrides) }
        const value = withValueAt(named, [...podPath, 'metadata', 'annotations'], { ...annotations, ...more })
        const file = fileOf(value)
        for (const [command, { files, diagnostics }] of [
          ['inject', injected(file)],
          ['uninject --from-status', uninject({ files: [file], fromStatus: true })],
        ] as const) {
          const text = files.at(-1)?.text ?? ''
          if (errorsIn(diagnostics).length > 0) t.equal(text, file.text, command)
          else {
            const lost = lostFrom(at(own, [...podPath, 'spec']), at(valueIn(text), [...podPath, 'spec']))
            const isTold = command !== 'inject' && diagnostics.some(({ message }) => message.startsWith('imagePullSecrets own were removed'))
            t.same(lost, isTold ? ['imagePullSecrets[own]'] : [], command)
          }
          t.notMatch(text.replace(/^.*overrides.*$/gm, ''), /evil/, command)
        }
      }
    })
  }
}

/** The user's containers, volumes and pull secrets that are not in the other pod as they were; probes may point to the agent. */
function lostFrom(before: Json | undefined, after: Json | undefined): string[] {
  return ['containers', 'volumes', 'imagePullSecrets'].flatMap(list => {
    const [was, is] = [before, after].map(spec => at(spec ?? null, [list])) as [JsonObject[], JsonObject[] | undefined]
    const bare = ({ readinessProbe: _, ...rest }: JsonObject) => rest
    return was.filter(item => !(is ?? []).some(other => equal(bare(other), bare(item)))).map(({ name }) => `${list}[${name}]`)
  })
}
