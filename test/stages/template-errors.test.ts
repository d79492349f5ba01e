// What people read when a template of theirs is wrong: the line of the template, in the file that holds it where there is one, with a caret.

import t from 'tap'
import { printDiagnostics } from '../../src/cli/print.ts'
import { inject } from '../../src/inject.ts'
import type { InjectInput } from '../../src/lib/model/index.ts'
import { positionInScalar } from '../../src/lib/yaml/index.ts'
import { toResult } from '../../src/write/results.ts'
import { resourceList } from '../support/rig.ts'

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      labels: {logging: enabled, sidecar.istio.io/inject: "true"}
    spec:
      containers:
      - name: web
        image: web
`

/** Istio's ConfigMap with a template of these lines. */
function istio(...template: string[]): string {
  const lines = ['policy: enabled', 'templates:', '  gateway: ""', '  sidecar: |', ...template.map(line => `    ${line}`)]
  return `apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system}
data:
  values: '{}'
  config: |
${lines.map(line => `    ${line}`).join('\n')}
`
}

/** An injector of one's own with a template of these lines. */
function own(...template: string[]): string {
  return `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata: {name: logs}
spec:
  injectors:
  - name: logs
    webhooks:
    - objectSelector: {matchLabels: {logging: enabled}}
    config:
      templates:
        sidecar: |
${template.map(line => `          ${line}`).join('\n')}
`
}

const MESH = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: ""}\n'
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n'

function printed(istioConfig: string | undefined, functionConfig?: string): string {
  const config = istioConfig === undefined ? [] : [{ path: 'istio.yaml', text: `${istioConfig}---\n${MESH}` }]
  const input: InjectInput = { files: [{ path: 'web.yaml', text: WEB }, { path: 'ns.yaml', text: NAMESPACE }, ...config] }
  const function_ = functionConfig === undefined ? {} : { functionConfig: { path: 'sidecars.yaml', text: functionConfig } }
  return printDiagnostics(inject({ ...input, ...function_ }).diagnostics)
}

t.test('an error of a template is shown in the file that holds the template', async t => {
  const cases: [string, string, string][] = [
    [
      'a field that does not exist',
      printed(istio('spec:', '  containers:', '  - name: {{ .Spec.Nope | quote }}')),
      `istio.yaml:13:22: error[template-exec]: failed to run injection template: template: inject:3:18: executing "inject" at <.Spec.Nope>: can't evaluate field Nope in type v1.PodSpec
   13 |           - name: {{ .Spec.Nope | quote }}
      |                      ^^^^^^^^^^
      = template sidecar:3:14, Deployment web
`,
    ],
    [
      'a function that is refused',
      printed(istio('metadata:', '  annotations: {at: "{{ now }}"}')),
      `istio.yaml:12:33: error[template-exec]: failed to run injection template: template: inject:2:24: executing "inject" at <now>: error calling now: now is not available: it depends on the current time, and output must depend on the input alone; put the value into the template or its values
   12 |           annotations: {at: "{{ now }}"}
      |                                 ^^^
      = template sidecar:2:25, Deployment web
`,
    ],
    [
      'a template that does not parse',
      printed(istio('spec:', '  {{ if .Values.x }', '  {{ end }}')),
      `istio.yaml:12:27: error[template-parse]: config: template: inject:2: unexpected "}" in operand
   12 |           {{ if .Values.x }
      |                           ^
      = template sidecar:2:19, ConfigMap istio-system/istio-sidecar-injector
`,
    ],
    [
      'a template of one’s own',
      printed(undefined, own('spec:', '  containers:', '  - name: {{ required "a name" .Values.name }}')),
      `sidecars.yaml:14:24: error[template-parse]: config: template: inject:3: function "required" not defined
   14 |             - name: {{ required "a name" .Values.name }}
      |                        ^
      = template sidecar:3:14, SidecarInjector logs
`,
    ],
  ]
  for (const [name, got, want] of cases) t.equal(got, want, name)
})

t.test('where the template is not written line by line, its own lines are shown', async t => {
  const template = '{"templates":{"sidecar":"spec:\\n  {{ fail \\"no\\" }}\\n"},"policy":"enabled"}'
  const config = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-sidecar-injector, namespace: istio-system}\ndata:\n  values: '{}'\n  config: '${template}'\n`
  t.equal(
    printed(config),
    `template sidecar:2:6: error[template-exec]: failed to run injection template: template: inject:2:5: executing "inject" at <fail "no">: error calling fail: no
    2 |   {{ fail "no" }}
      |      ^^^^^^^^^
      = Deployment web
`,
  )
})

t.test('what a template rendered, when that is no YAML', async t => {
  t.equal(
    printed(istio('spec:', '  containers:', '  - name: {{ "x: [" }}', '    image: y')),
    `output of template sidecar:3:12: error[template-output]: failed to run injection template: failed applying injection overlay: strategic merge: invalid JSON document
    3 |   - name: x: [
      |            ^
      = Deployment web, hint: what the template "sidecar" rendered cannot be read: yaml: line 3: mapping values are not allowed in this context
`,
  )
})

t.test('what a template never closes is shown where the text ends', async t => {
  t.match(
    printed(istio('spec:', '  containers:', '  - name: "{{ .Values.nope }}', '')),
    /^output of template sidecar:3:21: error\[template-output\]: .*\n {4}3 \| {3}- name: "<no value>\n {6}\| {21}\^\n/,
  )
})

t.test('a text in a ConfigMap that is no YAML is shown line by line, too', async t => {
  t.equal(
    printed(istio('spec: {}').replace('policy: enabled', 'policy: [enabled')),
    `istio.yaml:8:14: error[injector-config-invalid]: config: failed to unmarshal injection template: error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'
    8 |     templates:
      |              ^
      = ConfigMap istio-system/istio-sidecar-injector
`,
  )
  const values = istio('spec: {}').replace("values: '{}'", 'values: |\n    {"global": {\n      "hub" }')
  t.match(printed(values), /^istio\.yaml:\d+:\d+: error\[injector-config-invalid\]: values: could not parse configuration values: /)
  t.match(printed(istio('spec: {}').replace("values: '{}'", "values: '{'")), /^istio\.yaml:5:11: error\[injector-config-invalid\]: values: /)
})

t.test('as a function, an error names the line of the template and not the line of the list', async t => {
  const { diagnostics } = inject({ resourceList: { path: '<stdin>', text: resourceList([WEB, NAMESPACE, istio('spec:', '  {{ .Nope }}'), MESH]) } })
  t.equal(
    printDiagnostics(diagnostics),
    `template sidecar:2:6: error[template-exec]: failed to run injection template: template: inject:2:5: executing "inject" at <.Nope>: can't evaluate field Nope in type *inject.SidecarTemplateData
    2 |             {{ .Nope }}
      |                ^^^^^
      = Deployment web
`,
  )
  const [error] = diagnostics
  t.equal(error === undefined ? undefined : toResult(error).file, undefined)
})

t.test('places in scalars of YAML', async t => {
  const inner = { file: '<t>', line: 2, column: 3 }
  const cases: [string, string, { line: number; column: number } | undefined][] = [
    ['a literal block', 'k: |\n  a\n  b: [\n', { line: 3, column: 5 }],
    ['with a header', 'k: |2-\n  a\n  b: [', { line: 3, column: 5 }],
    ['with CRLF', 'k: |\r\n  a\r\n  b: [\r\n', { line: 3, column: 5 }],
    ['a quoted one', 'k: "a\\nb: ["\n', undefined],
    ['a folded one', 'k: >\n  a\n\n  b: [\n', undefined],
    ['one that ends before', 'k: |\n', undefined],
  ]
  for (const [name, text, want] of cases) {
    const got = positionInScalar({ path: 'f', text }, { scalar: { file: 'f', line: 1, column: 4 }, text: 'a\nb: [', inner, show: line => `shown:${line}` })
    t.same(got === undefined ? undefined : { line: got.line, column: got.column }, want, name)
    if (got !== undefined) t.equal(got.lineText, 'shown:  b: [', 'of the line, what may be shown')
  }
})
