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

const HEAD = 'apiVersion: apps/v1\nkind: Deployment\n'
const SPEC = 'spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web:1}]}}}\n'
const TEMPLATE = SPEC.trim()
const withMetadata = (metadata: string) => `${HEAD}${metadata}\n${SPEC}`
const flow = (rest: string) => withMetadata(`metadata: {name: web, namespace: shop${rest}}`)
const block = (rest: string) => withMetadata(`metadata:\n  name: web\n  namespace: shop\n  ${rest}`)
const inTemplate = (metadata: string) =>
  `${HEAD}metadata: {name: web, namespace: shop}\nspec:\n  template:\n    ${metadata}\n    spec:\n      containers:\n      - name: web\n        image: web:1\n`
const inFlow = (template: string) => `${HEAD}metadata: {name: web, namespace: shop}\nspec: {template: {${template}}}\n`

/** Keys that have nothing behind them, in all ways of writing them, and documents that hold nothing. */
const EMPTY: readonly string[] = [
  ...[', annotations', ', annotations ', ', annotations,', ', annotations: ', ', annotations: ,', ', "annotations"', ', "annotations":'].map(flow),
  ...[', ? annotations', ', ? annotations : ', ', ? annotations, ', ", 'annotations'", ', &k annotations', ', !!str annotations', ', !!str annotations: '].map(
    flow,
  ),
  ...[',\n  annotations\n  ', ',\n  annotations # none\n  ', ',\n  annotations, # none\n  ', ',\n  annotations: # none\n  '].map(flow),
  withMetadata('metadata: {annotations, name: web, namespace: shop}'),
  ...['? annotations', '? annotations\n  :', '? annotations # c\n  : # d', '? annotations\n  : a: b', '? annotations\n  : {a: b}'].map(block),
  ...['? annotations\n  : &x\n    a: b', '? |-\n    annotations\n  : {}', '? "annotations"\n  : {}', '? &k annotations'].map(block),
  ...['annotations:   # c', 'annotations: !!null', "annotations: !!null ''", 'annotations: &none', 'annotations: !!map {}'].map(block),
  ...['annotations: &e {}\n  labels: *e', 'annotations: &e\n  labels: *e'].map(block),
  withMetadata('metadata:\n  ? annotations\n  ? name\n  : web\n  namespace: shop'),
  withMetadata('? metadata\n: name: web\n  namespace: shop'),
  `? apiVersion\n: apps/v1\n? kind\n: Deployment\n? metadata\n: name: web\n  namespace: shop\n? ${SPEC.replace('spec: ', 'spec\n: ')}`,
  ...['metadata:', 'metadata: {}', 'metadata: {labels}', 'metadata: {labels, annotations}', 'metadata: {annotations, labels: {app: web}}'].map(inTemplate),
  ...['? metadata', '? metadata\n    :', 'metadata: {? labels, ? annotations}'].map(inTemplate),
  inFlow('metadata, spec: {containers: [{name: web, image: web:1}]}'),
  inFlow('metadata: {labels}, spec: {initContainers, volumes, containers: [{name: web, image: web:1}]}'),
  inFlow('spec: {initContainers, volumes, containers: [{name: web, image: web:1, env, readinessProbe}]}, metadata'),
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, annotations}, ${TEMPLATE}}\n`,
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, annotations}, ${TEMPLATE}}`,
  `- x\n---\n${flow(', annotations')}---\n---\n# c\n`,
  `---\n---\n${flow(', annotations')}...\n---\n...\n# x\n`,
  `--- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, annotations}, ${TEMPLATE}}\n---\n`,
  ...['--- \n', '---', '...', '\n\n\n  \n', '  # end', '? status\n', '? |\n  status\n: c\n'].map(end => flow('') + end),
  ...['---\n', '--- # c\n', '\n\n  \n# c\n---\n# d\n\n', '%YAML 1.1\n---\n', '\uFEFF'].map(start => start + flow(', annotations')),
  flow(', annotations').replaceAll('\n', '\r\n'),
  `apiVersion: v1\nkind: List\nitems: [{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, annotations}, ${TEMPLATE}}]\n`,
  `apiVersion: v1\nkind: List\nitems:\n- ? apiVersion\n  : apps/v1\n  kind: Deployment\n  metadata: {name: web, namespace: shop, annotations}\n  ${TEMPLATE}\n-\n- \n`,
  `apiVersion: v1\nkind: List\nitems:\n-   apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web, namespace: shop, annotations}\n    ${TEMPLATE}\n- {}\n`,
]

for (const text of EMPTY) {
  t.test(`nothing behind a key, in a document, or around it: ${JSON.stringify(text.replace(HEAD, '…').replace(SPEC, '…'))}`, async t => {
    const once = injected(text)
    t.same(warnings(once), [])
    const after = once.files[2]?.text ?? ''
    t.equal(after.includes('sidecar.istio.io/status'), true)
    t.equal(textOf(after), after, 'a second run changes nothing')
    t.equal(takenOff(after).files[0]?.text, text)
    const edited = (given: string) => given.replace(/(image: )web:1(?!.*\n?.*image: web:1)/, '$1web:2')
    const off = takenOff(edited(after))
    t.same([off.files[0]?.text, warnings(off)], [edited(text), []], 'after an edit')
  })
}

t.test('a comment that the user writes beside the injection stays, whatever the record holds', async t => {
  for (const [name, text] of TEXTS.slice(0, 5)) {
    const edited = (given: string) => given.replace('      containers:', '      # ask team X first\n      containers:')
    const off = takenOff(edited(textOf(text)))
    t.equal(off.files[0]?.text, edited(text), name)
  }
})

t.test('what other items share with an injected one comes back after an edit elsewhere', async t => {
  for (const [name, text] of TEXTS.slice(6)) t.equal(takenOff(`${textOf(text)}# the end\n`).files[0]?.text, `${text}# the end\n`, name)
})

t.test('lines that an edit keeps from coming back are named', async t => {
  const [, text = ''] = TEXTS[6] ?? []
  const after = textOf(text)
  // The labels of the Deployment alone: those of the Service were one with them.
  const edited = after.replace(/^( {10})app: web$/m, '$1app: other')
  t.not(edited, after)
  const off = takenOff(edited)
  t.same(warnings(off), ['not-restorable'])
  t.match(off.diagnostics.find(({ code }) => code === 'not-restorable')?.message, /keep in sync/)
  t.match(off.files[0]?.text, /app: other[\s\S]*app: web/)
})
