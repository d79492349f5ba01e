// `inject-sidecars explain`: the table, the trace and the data, with places in the files as they are; and the same as results of the function.

import t from 'tap'
import { inject } from '../../src/index.ts'
import { at, isObject } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { example, resourceList, run } from '../support/rig.ts'

const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
const STORE = example('store.yaml')
const OFF = STORE.replaceAll('store', 'quiet').replace('      labels:\n', '      labels:\n        sidecar.istio.io/inject: "false" # not this one\n')
const files = () => ({ 'mesh.yaml': MESH, 'store.yaml': STORE, 'off.yaml': OFF })

t.test('a table with a line for each workload and the reason', async t => {
  t.same(run(['explain', '.'], { cwd: t.testdir(files()) }), {
    code: 0,
    stdout: `WORKLOAD                WEBHOOK                 REVISION  INJECTED  REASON
StatefulSet shop/quiet  -                       -         ✘
    Pod has sidecar.istio.io/inject=false label, preventing injection
StatefulSet shop/store  istio-sidecar-injector  default   ✔
    Namespace label istio-injection=enabled matches; The injection policy is enabled
`,
    stderr: '',
  })
})

t.test('without paths: what is in the working directory', async t => {
  const cwd = t.testdir(files())
  t.same(run(['explain'], { cwd }), run(['explain', '.'], { cwd }))
})

t.test('the trace says what every webhook asked and found, where, and what would turn it over', async t => {
  const { code, stdout } = run(['explain', '--trace', 'off.yaml', 'mesh.yaml'], { cwd: t.testdir(files()) })
  t.equal(code, 0)
  t.match(
    stdout,
    /^StatefulSet shop\/quiet: not injected\n {2}because: Pod has sidecar\.istio\.io\/inject=false label, preventing injection \(off\.yaml:14:34\)\n/,
  )
  t.match(stdout, /^ {2}namespace shop: istio-injection=enabled, .* \(from its Namespace\)$/m)
  t.match(stdout, /✔ namespaceSelector: istio-injection In \[enabled\]: istio-injection=enabled \(mesh\.yaml:6:22\)/)
  t.match(stdout, /✘ objectSelector: sidecar\.istio\.io\/inject NotIn \[false\]: sidecar\.istio\.io\/inject=false \(off\.yaml:14:34\)/)
  t.match(stdout, /to flip the decision:\n {4}- .*sidecar\.istio\.io\/inject/)
})

t.test('-o json has the same as data', async t => {
  const { code, stdout } = run(['explain', '-o', 'json', '.'], { cwd: t.testdir(files()) })
  const { command, workloads } = JSON.parse(stdout)
  t.same([code, command, workloads.length], [0, 'explain', 2])
  t.match(workloads[0], {
    workload: { kind: 'StatefulSet', name: 'quiet', namespace: 'shop' },
    injected: false,
    because: [{ code: 'pod-label-prevents', at: { file: 'off.yaml', line: 14, field: 'spec.template.metadata.labels["sidecar.istio.io/inject"]' } }],
  })
  t.match(workloads[1], { injected: true, injections: [{ injector: { kind: 'istio', revision: 'default' }, templates: ['sidecar'] }] })
})

t.test('in other formats each decision is an info, and in Markdown a row', async t => {
  const cwd = t.testdir(files())
  t.match(
    run(['explain', '-o', 'github', '.'], { cwd }).stdout,
    /^::notice file=off\.yaml,line=14,.*title=explained::StatefulSet shop\/quiet: not injected: Pod has sidecar/m,
  )
  t.match(
    run(['explain', '-o', 'markdown', '.'], { cwd }).stdout,
    /\| StatefulSet shop\/store \| Istio \(default\) \| Namespace label istio-injection=enabled matches/,
  )
  const [result] = JSON.parse(run(['explain', '-o', 'sarif', 'off.yaml', 'mesh.yaml'], { cwd }).stdout).runs[0].results.filter(
    ({ ruleId }: { ruleId: string }) => ruleId === 'explained',
  )
  t.match(result, { level: 'note', locations: [{ physicalLocation: { artifactLocation: { uri: 'off.yaml' }, region: { startLine: 14 } } }] })
})

t.test('of an injected file the places are those in the file as it is', async t => {
  const text = `${STORE.replace('      labels:\n', '      labels:\n        sidecar.istio.io/inject: "true"\n')}`
  const injected =
    inject({
      files: [
        { path: 'm', text: MESH.replace('istio-injection: enabled', 'a: b') },
        { path: 'store.yaml', text },
      ],
    }).files[1]?.text ?? ''
  const line = injected.split('\n').findIndex(line => line.includes('sidecar.istio.io/inject: "true"')) + 1
  t.equal(line > text.split('\n').findIndex(line => line.includes('sidecar.istio.io/inject')) + 1, true)
  const cwd = t.testdir({ 'mesh.yaml': MESH.replace('istio-injection: enabled', 'a: b'), 'store.yaml': injected })
  t.match(run(['explain', '--trace', '.'], { cwd }).stdout, new RegExp(`inject=true matches \\(store\\.yaml:${line}:\\d+\\)`))
  const { workloads } = JSON.parse(run(['explain', '-o', 'json', '.'], { cwd }).stdout)
  t.equal(workloads[0].because[0].at.line, line)
})

t.test('what is wrong is on standard error, with the exit code; what is decided is still printed', async t => {
  const broken = STORE.replaceAll('store', 'broken').replace('      labels:\n', '      annotations: {inject.istio.io/templates: nope}\n      labels:\n')
  const { code, stdout, stderr } = run(['explain', '.'], { cwd: t.testdir({ ...files(), 'broken.yaml': broken }) })
  t.equal(code, 1)
  t.match(stdout, /^StatefulSet shop\/broken +- +- +!\n {4}.*"nope"/m)
  t.match(stdout, /^StatefulSet shop\/store .*✔/m)
  t.match(stderr, /^broken\.yaml:13:48: error\[template-unknown\]/)
})

t.test('as a function with `explain: true`: a result of severity info for each workload', async t => {
  const config = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata:\n  name: mesh\nspec:\n  istio: {}\n  explain: true\n'
  const { code, stdout, stderr } = run([], { input: resourceList([example('istio/config.yaml'), example('namespace.yaml'), STORE, OFF], config) })
  t.same([code, stderr], [0, ''])
  const results = at(parseDocuments({ path: 'out', text: stdout })[0]?.value, ['results'])
  const explained = Array.isArray(results) ? results.filter(result => isObject(result) && at(result, ['tags', 'code']) === 'explained') : []
  t.match(explained, [
    { severity: 'info', resourceRef: { kind: 'StatefulSet', name: 'store' }, message: /^injected by Istio \(revision default\) with sidecar: / },
    {
      severity: 'info',
      resourceRef: { kind: 'StatefulSet', name: 'quiet' },
      message: /^not injected: Pod has sidecar/,
      field: { path: 'spec.template.metadata.labels["sidecar.istio.io/inject"]' },
    },
  ])
})
