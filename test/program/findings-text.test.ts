// Findings as text: those that say the same about several resources are grouped, severities have colours on a terminal.

import t from 'tap'
import { printDiagnostics } from '../../src/cli/print.ts'
import type { Diagnostic } from '../../src/lib/model/index.ts'
import { example, run } from '../support/rig.ts'

const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
const STORE = example('store.yaml')
const unknown = (name: string): string => STORE.replaceAll('store', name).replaceAll('namespace: shop', 'namespace: nowhere')

/** A mesh, and workloads of a namespace with unknown labels. */
const files = (names: readonly string[]) => ({ 'mesh.yaml': MESH, ...Object.fromEntries(names.map(name => [`${name}.yaml`, unknown(name)])) })

t.test('findings that say the same about three or more workloads are one, with the places of the first others', async t => {
  const { code, stdout } = run(['check', '.'], { cwd: t.testdir(files(['a', 'b', 'c', 'd', 'e'])) })
  t.equal(code, 1)
  t.equal(stdout.match(/error\[namespace-unknown\]/g)?.length, 1)
  t.match(stdout, /^a\.yaml:\d+:\d+: error\[namespace-unknown\]: /)
  const place = (name: string) => `StatefulSet nowhere/${name} \\(${name}\\.yaml:\\d+\\)`
  t.match(stdout, new RegExp(`\\n {6}= and 4 more workloads: ${place('b')}, ${place('c')}, ${place('d')}, …\\n`))
})

t.test('two findings are shown one by one, and so are those with another message', async t => {
  const two = run(['check', '.'], { cwd: t.testdir(files(['a', 'b'])) }).stdout
  t.equal(two.match(/error\[namespace-unknown\]/g)?.length, 2)
  t.notMatch(two, / more workloads/)
  const finding = (name: string, message: string): Diagnostic => ({
    code: 'annotation-unknown',
    severity: 'warning',
    message,
    resource: { apiVersion: 'v1', kind: 'Pod', name },
  })
  const texts = printDiagnostics([finding('a', 'one'), finding('b', 'two'), finding('c', 'three')])
  t.equal(texts.match(/warning\[/g)?.length, 3)
})

t.test('a second finding about the same workload is not counted with those of others', async t => {
  const finding = (name: string, kind = 'Pod'): Diagnostic => ({
    code: 'annotation-unknown',
    severity: 'warning',
    message: 'm',
    resource: { apiVersion: 'v1', kind, name },
  })
  t.equal(
    printDiagnostics([finding('a'), finding('a'), finding('b'), finding('c', 'Namespace')]),
    `warning[annotation-unknown]: m\n      = Pod a\n      = and 2 more resources: Pod b, Namespace c\nwarning[annotation-unknown]: m\n      = Pod a\n`,
  )
})

t.test('JSON and SARIF have every finding', async t => {
  const cwd = t.testdir(files(['a', 'b', 'c', 'd']))
  const json = JSON.parse(run(['check', '-o', 'json', '.'], { cwd }).stdout)
  t.equal(json.findings.filter(({ code }: { code: string }) => code === 'namespace-unknown').length, 4)
  const sarif = JSON.parse(run(['check', '-o', 'sarif', '.'], { cwd }).stdout)
  t.equal(sarif.runs[0].results.filter(({ ruleId }: { ruleId: string }) => ruleId === 'namespace-unknown').length, 4)
})

t.test('only the severity is coloured, at its own place', async t => {
  const finding: Diagnostic = {
    code: 'annotation-unknown',
    severity: 'warning',
    message: 'it says warning[annotation-unknown]\u001b[31m',
    at: { file: 'error[annotation-unknown].yaml', line: 1, column: 2 },
  }
  t.equal(
    printDiagnostics([finding], { coloured: true }),
    'error[annotation-unknown].yaml:1:2: \u001b[1;33mwarning[annotation-unknown]\u001b[0m: it says warning[annotation-unknown]\\u001b[31m\n',
  )
})

t.test('in CI a command ends with its summary, behind the addresses of the codes; the report on standard output stays as it is', async t => {
  const cwd = t.testdir({ ...files(['a']), 'store.yaml': STORE })
  const plain = run(['check', '.'], { cwd })
  const inCi = run(['check', '.'], { cwd, env: { CI: 'true' } })
  t.equal(inCi.stdout, plain.stdout)
  t.equal(plain.stderr, '')
  const page = 'https://github.com/inject-sidecars/inject-sidecars/blob/main/docs/diagnostics.md'
  t.equal(
    inCi.stderr,
    `namespace-unknown: ${page}#namespace-unknown\ninjection-missing: ${page}#injection-missing\ncheck: 3 files, 2 workloads, 1 injected, 2 errors, 0 warnings\n`,
  )
  t.equal(run(['inject', 'store.yaml', 'mesh.yaml'], { cwd, env: { CI: 'true' } }).stderr, 'inject: 2 files: 1 injected, 0 skipped, 1 file to change\n')
  t.equal(run(['check', '.'], { cwd, env: { CI: 'false' } }).stderr, '')
  const list = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n'
  t.equal(run([], { input: list, env: { CI: 'true' } }).stderr, '')
})
