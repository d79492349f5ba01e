// What an injection leaves behind so that it comes off again: the difference, the digests, the record's text.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { inject } from '../../src/inject.ts'
import { InjectError, type Json } from '../../src/lib/model/index.ts'
import { keepEdits, printRecord, readRecord, recordOf, takeOff, undoOf } from '../../src/record/index.ts'
import { uninject } from '../../src/uninject.ts'
import { example } from '../support/rig.ts'

/** Takes `injected`, edited by `edit`, back to what it was made from. */
function takenOff(before: Json, injected: Json, edited: Json = injected) {
  const record = readRecord(printRecord(recordOf(undoOf(before, injected) ?? null, injected)))
  return takeOff(edited, record.undo, record.digests)
}

const PAIRS: [name: string, before: Json, injected: Json][] = [
  ['new keys', { a: 1 }, { a: 1, b: { c: [1] } }],
  ['a changed scalar', { a: { b: 1, c: 2 } }, { a: { b: 5, c: 2 } }],
  ['a key that went, in its old place', { a: 1, tcpSocket: { port: 1 }, z: 3 }, { a: 1, z: 3, httpGet: { path: '/' } }],
  ['new items before and behind', { l: [{ name: 'web' }] }, { l: [{ name: 'init' }, { name: 'web' }, { name: 'proxy' }] }],
  ['an item that changed inside', { l: [{ name: 'web', p: 1 }] }, { l: [{ name: 'web', p: 2, q: 3 }] }],
  ['items in another order', { l: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }, { l: [{ name: 'c' }, { name: 'x' }, { name: 'a' }, { name: 'b' }] }],
  [
    'an item that moved to another list',
    { c: [{ name: 'a' }, { name: 'p', k: 1 }], i: [{ name: 'x' }] },
    { c: [{ name: 'a' }], i: [{ name: 'p', k: 2 }, { name: 'x' }] },
  ],
  ['a list without names', { args: ['a', 'b'] }, { args: ['a', 'c', 'b'] }],
  ['items that are named twice', { l: [{ name: 'a' }, { name: 'a', b: 1 }] }, { l: [{ name: 'n' }, { name: 'a' }, { name: 'a', b: 1 }] }],
  ['null and empty values', { a: null, b: {}, c: [] }, { a: { x: 1 }, b: { y: 1 }, c: [{ name: 'n' }] }],
  ['a key named __proto__', JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1,"b":2},"constructor":1}')],
]

for (const [name, before, injected] of PAIRS) {
  t.test(`${name}: comes off again`, async t => {
    const { value, edits } = takenOff(before, injected)
    t.equal(JSON.stringify(value), JSON.stringify(before))
    t.same(edits, [])
  })
}

const WEB = { name: 'web', image: 'web:1', readinessProbe: { httpGet: { path: '/ready', port: 80 } } }
const BEFORE = { metadata: { labels: { app: 'web' } }, spec: { containers: [WEB] } }
const PROXY = { name: 'istio-proxy', image: 'proxy:1', env: [{ name: 'A', value: '1' }], resources: { limits: { cpu: '2' } } }
const REWRITTEN = { ...WEB, readinessProbe: { httpGet: { path: '/app-health/web/readyz', port: 15020 } } }
const INJECTED = {
  metadata: { labels: { app: 'web', mesh: 'on' }, annotations: { status: 's' } },
  spec: { containers: [REWRITTEN, PROXY], volumes: [{ name: 'v' }] },
}

t.test('what a user changes beside the injection stays', async t => {
  const edited = {
    metadata: { labels: { app: 'shop', mesh: 'on', mine: 'x' }, annotations: { status: 's', mine: 'y' } },
    spec: { replicas: 3, containers: [{ ...REWRITTEN, image: 'web:2' }, { name: 'mine' }, PROXY], volumes: [{ name: 'mine' }, { name: 'v' }] },
  }
  const { value, edits } = takenOff(BEFORE, INJECTED, edited)
  t.same(value, {
    metadata: { labels: { app: 'shop', mine: 'x' }, annotations: { mine: 'y' } },
    spec: { replicas: 3, containers: [{ ...WEB, image: 'web:2' }, { name: 'mine' }], volumes: [{ name: 'mine' }] },
  })
  t.same(edits, [])
})

t.test('a field of their own that injection had rewritten and they changed since, keeps their change', async t => {
  const probe = { httpGet: { path: '/new', port: 80 } }
  const { value } = takenOff(BEFORE, INJECTED, { ...INJECTED, spec: { ...INJECTED.spec, containers: [{ ...WEB, readinessProbe: probe }, PROXY] } })
  t.same(value, { ...BEFORE, spec: { containers: [{ ...WEB, readinessProbe: probe }] } })
})

t.test('changes inside of injected parts are noted, and the parts go all the same', async t => {
  const proxy = { ...PROXY, image: 'mine:1', env: [...PROXY.env, { name: 'B', value: '2' }], tty: true }
  const { value, edits } = takenOff(BEFORE, INJECTED, { ...INJECTED, spec: { ...INJECTED.spec, containers: [REWRITTEN, proxy] } })
  t.same(value, BEFORE)
  t.same(edits, [
    { path: ['spec', 'containers', ['istio-proxy'], 'image'], value: 'mine:1' },
    { path: ['spec', 'containers', ['istio-proxy'], 'env', ['B']], value: { name: 'B', value: '2' } },
    { path: ['spec', 'containers', ['istio-proxy'], 'tty'], value: true },
  ])
  const { value: again, kept, lost } = keepEdits(INJECTED, edits)
  t.same(again, { ...INJECTED, spec: { ...INJECTED.spec, containers: [REWRITTEN, { ...proxy, image: 'proxy:1' }] } })
  t.equal(kept.length, 2)
  t.same(lost, [edits[0]])
})

t.test('a removed sidecar is no obstacle', async t => {
  const { value, edits } = takenOff(BEFORE, INJECTED, { ...INJECTED, spec: { containers: [REWRITTEN] } })
  t.same(value, BEFORE)
  t.same(edits, [])
})

t.test('an edit has no place where the injection no longer makes the part', async t => {
  const edit = { path: ['spec', 'containers', ['old-proxy'] as const, 'tty'], value: true }
  t.same(keepEdits(INJECTED, [edit]), { value: INJECTED, kept: [], lost: [edit] })
})

const RECORD = printRecord(recordOf(undoOf(BEFORE, INJECTED) ?? null, INJECTED))
const DAMAGED: [name: string, text: string][] = [
  ['empty', ''],
  ['cut off', RECORD.slice(0, -10)],
  ['edited', RECORD.replace('"x":["v"]', '"x":["w"]').replace('"volumes":null', '"volumes":{"x":["v"]}')],
  ['something else', '{"v":1}'],
]
for (const [name, text] of DAMAGED) {
  t.test(`a record that is ${name} is refused, with a way out`, async t => {
    try {
      readRecord(text)
      t.equal('read', 'refused')
    } catch (error) {
      t.match(error, { diagnostic: { code: 'record-invalid', hint: /uninject --from-status/ } })
      t.equal(error instanceof InjectError, true)
    }
  })
}

t.test('an item that the user has renamed is known again by what the injection changed in it', async t => {
  const rename = (name: string) => ({ ...INJECTED, spec: { ...INJECTED.spec, containers: [{ ...REWRITTEN, name }, PROXY] } })
  const { value, edits } = takenOff(BEFORE, INJECTED, rename('shop'))
  t.same(value, { ...BEFORE, spec: { containers: [{ ...WEB, name: 'shop' }] } })
  t.same(edits, [])
  const other = { name: 'other', image: 'other:1', readinessProbe: { httpGet: { path: '/mine', port: 1 } } }
  t.same(takenOff(BEFORE, INJECTED, { ...INJECTED, spec: { ...INJECTED.spec, containers: [other, PROXY] } }).value, {
    ...BEFORE,
    spec: { containers: [other] },
  })
})

const VERSION_1 = readFileSync(new URL('../fixtures/recorded-by-version-1.yaml', import.meta.url), 'utf8')

t.test('records of version 1 take an injection off, with a warning that their short digests prove nothing', async t => {
  t.equal(VERSION_1.includes('{"v":1,'), true)
  const { files, diagnostics } = uninject({ files: [{ path: 'web.yaml', text: VERSION_1 }] })
  t.match(diagnostics, [{ code: 'removal-uncertain', severity: 'warning', message: /version 1/ }])
  t.equal(files[0]?.text, example('web.yaml'))
})

t.test('of a record of version 1, any edit of an injected value is kept or named, also one with the same 12 bits', async t => {
  const mesh = ['istio/config.yaml', 'namespace.yaml'].map(path => ({ path, text: example(path) }))
  const again = (text: string) => inject({ files: [...mesh, { path: 'web.yaml', text }] })
  t.notMatch(JSON.stringify(again(VERSION_1).diagnostics), /image was/)
  const images = Array.from({ length: 9000 }, (_, i) => `registry.example.com/mesh/proxy:1.31.0-${i}`)
  const digestOf = (value: Json) => recordOf(null, { a: value }).digests.toString().slice(5, 7)
  const same = images.filter(image => digestOf(image) === digestOf('registry.example.com/mesh/proxy:1.31.0'))
  t.equal(same.length > 0, true)
  for (const image of same) {
    const edited = VERSION_1.replace('image: registry.example.com/mesh/proxy:1.31.0', `image: ${image}`)
    t.not(edited, VERSION_1)
    const { files, diagnostics } = again(edited)
    t.equal(files[2]?.text.includes(image), false)
    t.match(
      diagnostics.filter(({ severity }) => severity !== 'info'),
      [{ code: 'removal-uncertain', message: new RegExp(`image was .*${image}`) }],
    )
  }
})

t.test('of a record of version 1, the path of a probe that a user has changed is kept, also one with the same 12 bits', async t => {
  for (let i = 0; i < 9000; i++) {
    const path = `/api/ready-${i}`
    if (recordOf(null, { a: path }).digests.toString().slice(5, 7) !== recordOf(null, { a: '/app-health/web/readyz' }).digests.toString().slice(5, 7)) continue
    const text = VERSION_1.replace('path: /app-health/web/readyz', `path: ${path}`)
    t.equal(uninject({ files: [{ path: 'web.yaml', text }] }).files[0]?.text, example('web.yaml').replace('path: /ready', `path: ${path}`))
  }
})
