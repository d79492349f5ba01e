// Texts that are hard to restore: taking an injection off gives the old bytes, or a finding says which line is another one.

import t from 'tap'
import { inject, uninject } from '../../src/index.ts'
import type { SourceFile } from '../../src/lib/model/index.ts'
import { example } from '../support/rig.ts'

const CONTEXT: readonly SourceFile[] = [
  { path: 'config.yaml', text: example('istio/config.yaml') },
  { path: 'namespace.yaml', text: example('namespace.yaml') },
]
const injected = (text: string) => inject({ files: [...CONTEXT, { path: 'x.yaml', text }] })
const textOf = (text: string) => injected(text).files[2]?.text ?? ''
const takenOff = (text: string) => uninject({ files: [{ path: 'x.yaml', text }] })
const warnings = ({ diagnostics }: Pick<ReturnType<typeof takenOff>, 'diagnostics'>) =>
  diagnostics.filter(({ severity }) => severity !== 'info').map(({ code }) => code)

const deployment = (annotations: string, end = 'restartPolicy: Always # keep') => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      annotations:${annotations}
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: web:1
      ${end}`

const TEXTS: [name: string, text: string][] = [
  ['a blank behind an empty value', deployment(' ')],
  ['a tab behind an empty value', deployment('\t')],
  ['blanks behind an empty mapping', deployment(' {}  ')],
  ['null and a comment', deployment(' null # none', 'initContainers: [] \n')],
  ['a blank at the end of the last line', deployment(' {} ', 'restartPolicy: Always ')],
  ['CRLF', deployment(' {} ').replaceAll('\n', '\r\n')],
  [
    'a List, in which an item that is not injected refers to an anchor of one that is',
    `apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, namespace: shop}
  spec:
    template:
      metadata:
        labels: &labels   # of all
          app: web
      spec:
        containers: [{name: web, image: 'web:1'}]
- apiVersion: v1
  kind: Service
  metadata: {name: web, namespace: shop}
  spec:
    selector:
      <<: *labels   # keep in sync
`,
  ],
  [
    'a List of items that are one with other names',
    `apiVersion: v1
kind: List
items:
- &item
  apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, namespace: shop}
  spec: &spec
    template:
      metadata: {labels: {app: web}}
      spec:
        containers:
        - name: web # the first
          image: web:1
- <<: *item
  metadata: {name: api, namespace: shop}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: cron, namespace: shop}, spec: *spec}
`,
  ],
]

for (const [name, text] of TEXTS) {
  t.test(`${name}: injected, injected again, and taken off byte for byte`, async t => {
    const once = injected(text)
    t.same(warnings(once), [])
    const after = once.files[2]?.text ?? ''
    t.equal(after.includes('istio-proxy'), true)
    t.equal(textOf(after), after, 'a second run changes nothing')
    const off = takenOff(after)
    t.same(warnings(off), [])
    t.equal(off.files[0]?.text, text)
  })
}

t.test('a comment that the user writes beside the injection stays, whatever the record holds', async t => {
  for (const [name, text] of TEXTS.slice(0, 5)) {
    const edited = (given: string) => given.replace('      containers:', '      # ask team X first\n      containers:')
    const off = takenOff(edited(textOf(text)))
    t.equal(off.files[0]?.text, edited(text), name)
  }
})

t.test('lines that an edit elsewhere keeps from coming back are named', async t => {
  const [, text = ''] = TEXTS[6] ?? []
  const edited = `${textOf(text)}# the end\n`
  const off = takenOff(edited)
  t.same(warnings(off), ['not-restorable'])
  t.match(off.diagnostics.find(({ code }) => code === 'not-restorable')?.message, /keep in sync/)
  t.match(off.files[0]?.text, /# the end\n$/)
})
