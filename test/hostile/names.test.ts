// Names of Object.prototype are names like any others: as keys, labels, annotations, templates, aliases, values, namespaces, revisions, kinds.

import t from 'tap'
import { inject } from '../../src/inject.ts'
import { InjectError } from '../../src/lib/model/index.ts'
import { conditionCompiler } from '../../src/select/condition-compiler.ts'
import { example, resourceList } from '../support/rig.ts'

const CONFIG = example('istio/config.yaml')
const NAMESPACE = example('namespace.yaml')
const WEB = example('web.yaml')

/** One workload, as it is or changed, with the configuration of the example, as it is or changed. */
function list({
  web = WEB,
  config = CONFIG,
  namespace = NAMESPACE,
  more = [],
}: {
  web?: string
  config?: string
  namespace?: string
  more?: string[]
}): string {
  return resourceList([config, namespace, web, ...more])
}

function swapped(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`no ${JSON.stringify(from)}`)
  return text.replace(from, () => to)
}

const annotated = (...annotations: string[]) => swapped(WEB, '      labels:\n', `      annotations: {${annotations.join(', ')}}\n      labels:\n`)

/** What everyone may call something, and what must mean no more than any other name. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'prototype', 'length', 'size', 'get']
const PLACES: [place: string, input: (name: string) => string][] = [
  ['a label', name => list({ web: swapped(WEB, '        app: web #', `        ${name}: x\n        app: web #`) })],
  ['an annotation', name => list({ web: annotated(`${name}: x`) })],
  [
    'a label and an annotation of the workload and its namespace',
    name =>
      list({
        web: swapped(WEB, '  namespace: shop\n', `  namespace: shop\n  labels: {${name}: x}\n  annotations: {${name}: x}\n`),
        namespace: swapped(NAMESPACE, '  labels:\n', `  annotations: {${name}: x}\n  labels:\n    ${name}: x\n`),
      }),
  ],
  [
    'an unknown field',
    name =>
      list({
        web: swapped(
          swapped(WEB, '      - name: web\n', `      - name: web\n        ${name}: {x: y}\n`),
          'spec:\n',
          `${name}: [x]\nspec:\n  ${name}: {x: y}\n`,
        ),
      }),
  ],
  ['the name of a resource', name => list({ web: swapped(WEB, '  name: web\n', `  name: ${name}\n`) })],
  ['the name of a container', name => list({ web: swapped(WEB, '- name: web\n', `- name: ${name}\n`) })],
  [
    'the name of a variable, a port and a volume',
    name =>
      list({
        web: swapped(WEB.replaceAll('settings', name), '        resources:', `        env: [{name: ${name}, value: x}]\n        resources:`).replaceAll(
          'http\n',
          `${name}\n`,
        ),
      }),
  ],
  ['an unknown template', name => list({ web: annotated(`inject.istio.io/templates: ${name}`) })],
  [
    'a template',
    name => list({ config: swapped(CONFIG, '      gateway: |', `      ${name}: |`), web: annotated(`inject.istio.io/templates: "sidecar,${name}"`) }),
  ],
  [
    'an alias',
    name => list({ config: swapped(CONFIG, '      proxy: [sidecar]', `      ${name}: [sidecar]`), web: annotated(`inject.istio.io/templates: ${name}`) }),
  ],
  ['a path of the values', name => list({ config: swapped(CONFIG, '.Values.global.logLevel', `.Values.global.${name}`) })],
  ['a path of the values that leads on', name => list({ config: swapped(CONFIG, '.Values.global.logLevel', `(print .Values.${name}.${name})`) })],
  ['a key of the values', name => list({ config: swapped(CONFIG.replace('"logLevel"', `"${name}"`), '.Values.global.logLevel', `.Values.global.${name}`) })],
  ['an index of the values', name => list({ config: swapped(CONFIG, '.Values.global.logLevel', `(index .Values.global "${name}" | toString)`) })],
  ['a field of the pod', name => list({ config: swapped(CONFIG, '.Values.global.logLevel', `(print .ObjectMeta.${name})`) })],
  ['a namespace', name => list({ web: swapped(WEB, 'namespace: shop', `namespace: ${name}`), namespace: NAMESPACE.replaceAll('shop', name) })],
  ['a namespace that is not there', name => list({ web: swapped(WEB, 'namespace: shop', `namespace: ${name}`) })],
  ['a revision', name => list({ namespace: swapped(NAMESPACE, 'istio-injection: enabled', `istio.io/rev: ${name}`) })],
  [
    'a ConfigMap of a revision',
    name =>
      list({
        config: CONFIG.replace('name: istio-sidecar-injector', `name: istio-sidecar-injector-${name}`).replace('name: istio\n', `name: istio-${name}\n`),
        namespace: swapped(NAMESPACE, 'istio-injection: enabled', `istio.io/rev: ${name}`),
      }),
  ],
  ['a kind', name => list({ web: swapped(WEB, 'kind: Deployment', `kind: ${name}`) })],
  ['an API version', name => list({ web: swapped(WEB, 'apiVersion: apps/v1', `apiVersion: ${name}`) })],
  ['an anchor', name => list({ web: swapped(WEB, '        app: web #', `        app: &${name} web\n        b: *${name} #`) })],
  [
    'a key of the mesh config',
    name => list({ config: swapped(CONFIG, '      concurrency: 2\n', `      concurrency: 2\n      ${name}: {a: b}\n      proxyMetadata: {${name}: x}\n`) }),
  ],
  [
    'a key of the injector config',
    name => list({ config: swapped(CONFIG, '    policy: enabled\n', `    policy: enabled\n    ${name}: {a: b}\n    injectedAnnotations: {${name}: x}\n`) }),
  ],
  ['a key of an annotation', name => list({ web: annotated(`proxy.istio.io/config: "{${name}: x, proxyMetadata: {${name}: x}}"`) })],
  [
    'a key of the function config',
    name =>
      resourceList([CONFIG, NAMESPACE, WEB], `kind: SidecarInjector\napiVersion: inject-sidecars.dev/v1alpha1\nspec:\n  ${name}: {}\n  istio: {${name}: x}\n`),
  ],
  [
    'a key of a ConfigMap as function config',
    name => resourceList([CONFIG, NAMESPACE, WEB], `kind: ConfigMap\napiVersion: v1\ndata:\n  ${name}: x\n  istio: "true"\n`),
  ],
  [
    'an injector of the function config',
    name =>
      resourceList(
        [WEB],
        `kind: SidecarInjector
apiVersion: inject-sidecars.dev/v1alpha1
spec:
  unknownNamespace: NoLabels
  cluster: {namespaces: {${name}: {labels: {${name}: x}}}}
  injectors:
  - name: ${name}
    webhooks: [{}]
    config: {templates: {${name}: 'spec: {containers: [{name: x, image: "{{ .Values.${name} }}"}]}'}, defaultTemplates: [${name}], aliases: {${name}: [${name}]}}
    values: {${name}: x}
`,
      ),
  ],
]

/** A name as long, of the same kind of characters, that means nothing. */
const NEUTRAL = new Map(
  NAMES.map(name => [name, name.replace(/[a-zA-Z]/g, letter => (letter === 'o' || letter === 'e' ? 'u' : letter === 't' ? 'k' : letter))]),
)

/** What the function answers, and what it finds. */
function outcome(text: string): string {
  try {
    const { files, diagnostics } = inject({ resourceList: { path: '<stdin>', text } })
    return `${files[0]?.text}${JSON.stringify(diagnostics, null, 1)}`
  } catch (error) {
    if (error instanceof InjectError) return JSON.stringify(error.diagnostic, null, 1)
    throw error
  }
}

for (const [place, input] of PLACES) {
  t.test(`names of Object.prototype mean nothing as ${place}`, async t => {
    for (const [name, neutral] of NEUTRAL) {
      const [there, other] = [outcome(input(name)), outcome(input(neutral))]
      // Digests of names differ, and so do hints on names that are like others.
      const plain = (text: string) => text.replace(/inject-sidecars.dev\/record: .*/g, '').replaceAll(neutral, name)
      t.equal(plain(there), plain(other), name)
    }
  })
}

const FUNCTION_CONFIG = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: '
const condition = (expression: string) => `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector, labels: {istio.io/rev: default}}
webhooks:
- name: namespace.sidecar-injector.istio.io
  clientConfig: {service: {name: istiod, namespace: istio-system, path: /inject, port: 443}}
  rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  namespaceSelector: {matchLabels: {istio-injection: enabled}}
  matchConditions: [{name: c, expression: '${expression}'}]
`

/** What is said where such a name is wrong. */
const SAID: [place: string, input: (name: string) => string, code: string, message: (name: string) => string][] = [
  [
    'a template that is not there',
    name => list({ web: annotated(`inject.istio.io/templates: ${name}`) }),
    'template-unknown',
    name => `requested template "${name}" not found; have gateway, sidecar`,
  ],
  [
    'a function in a template',
    name => list({ config: swapped(CONFIG, '.Values.global.logLevel', `(${name} .)`) }),
    'template-parse',
    name => `config: template: inject:23: function "${name}" not defined`,
  ],
  [
    'a field of a struct in a template',
    name => list({ config: swapped(CONFIG, '.Values.global.logLevel', `.DeploymentMeta.${name}`) }),
    'template-exec',
    name => `can't evaluate field ${name} in type types.NamespacedName`,
  ],
  ['a field of the function config', name => resourceList([WEB], `${FUNCTION_CONFIG}{${name}: {}}\n`), 'config-invalid', name => `unknown field \`${name}\``],
  [
    'a namespace that nobody gave',
    name => list({ web: swapped(WEB, 'namespace: shop', `namespace: ${name}`) }),
    'namespace-unknown',
    name => `It depends on labels of namespace ${name} that are not in the input`,
  ],
  [
    'a revision',
    name => list({ namespace: swapped(NAMESPACE, 'istio-injection: enabled', `istio.io/rev: ${name}`) }),
    'revision-unknown',
    name => `namespace shop asks for Istio revision "${name}", which no webhook serves`,
  ],
  [
    'a label with a list',
    name => list({ web: swapped(WEB, '        app: web #', `        ${name}: [x]\n        app: web #`) }),
    'pod-invalid',
    () => 'json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type string',
  ],
  [
    'an annotation with a list',
    name => list({ web: annotated(`${name}: [x]`) }),
    'pod-invalid',
    () => 'json: cannot unmarshal array into Go struct field ObjectMeta.metadata.annotations of type string',
  ],
  [
    'a field of an object in a condition',
    name => list({ more: [condition(`object.${name} == null`)] }),
    'webhook-failed',
    name => `resulted in error: no such key: ${name}`,
  ],
]

for (const [place, input, code, message] of SAID) {
  t.test(`it is said that a name of Object.prototype is wrong as ${place}`, async t => {
    const compile = conditionCompiler()
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
      const { diagnostics } = inject({ resourceList: { path: '<stdin>', text: input(name) }, conditionCompiler: () => compile })
      const found = diagnostics.find(diagnostic => diagnostic.code === code)
      t.equal(found?.message.includes(message(name)), true, `${name}: ${found?.message ?? diagnostics.map(diagnostic => diagnostic.code)}`)
    }
  })
}
