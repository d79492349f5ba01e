// Findings that users allow, by a comment or in the function config: warnings go, errors stay, and `check --strict` tells which allowance nothing needs.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { check } from '../../src/check.ts'
import { type Diagnostic, inject } from '../../src/index.ts'
import { example, run } from '../support/rig.ts'

const MESH = { path: 'mesh.yaml', text: `${example('namespace.yaml')}---\n${example('istio/config.yaml')}` }

/** A Deployment with a misspelt annotation at line 10 and a port of the proxy at line 17. */
const LINES = [
  'apiVersion: apps/v1',
  'kind: Deployment',
  'metadata:',
  '  name: web',
  '  namespace: shop',
  'spec:',
  '  template:',
  '    metadata:',
  '      annotations:',
  '        sidecar.istio.io/injekt: "true"',
  '      labels: {app: web}',
  '    spec:',
  '      containers:',
  '      - name: web',
  '        image: web:1',
  '        ports:',
  '        - containerPort: 15090',
]

/** The manifest with comments: behind lines by their number, and before them by `-number`. */
function manifest(comments: Readonly<Record<string, string>> = {}): string {
  const before = (i: number) => (comments[`-${i}`] === undefined ? '' : `# ${comments[`-${i}`]}\n`)
  const behind = (i: number) => (comments[i] === undefined ? '' : ` # ${comments[i]}`)
  return `${LINES.map((line, i) => `${before(i + 1)}${line}${behind(i + 1)}`).join('\n')}\n`
}

const functionConfig = (spec: string) => ({
  path: 'fn.yaml',
  text: `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: x}\nspec:\n  istio: {}\n${spec}`,
})

/** The codes that `check` finds in the manifest. */
function codes(text: string, { config = '', strict = false }: { config?: string; strict?: boolean } = {}): string[] {
  const { findings } = check({ files: [{ path: 'web.yaml', text }, MESH], functionConfig: functionConfig(config) }, { sources: true, strict })
  return findings.map(({ code }: Diagnostic) => code).filter(code => code !== 'kubelet-assumed' && code !== 'webhooks-assumed')
}

const BOTH = ['annotation-unknown', 'port-reserved']

t.test('the finding goes by a comment', async t => {
  t.same(codes(manifest()).sort(), BOTH)
  const cases: readonly (readonly [where: string, comments: Record<string, string>, left: string[]])[] = [
    ['on its line', { 10: 'inject-sidecars: allow annotation-unknown' }, ['port-reserved']],
    ['on the line before', { '-10': 'inject-sidecars: allow annotation-unknown' }, ['port-reserved']],
    ['before the manifest', { '-1': 'inject-sidecars: allow annotation-unknown' }, ['port-reserved']],
    ['on the first lines of the manifest', { 3: 'inject-sidecars: allow port-reserved' }, ['annotation-unknown']],
    ['with two codes', { '-1': 'inject-sidecars: allow annotation-unknown, port-reserved' }, []],
    ['with a reason behind it', { 17: 'inject-sidecars: allow port-reserved: it is never called' }, ['annotation-unknown']],
    ['of another code', { 10: 'inject-sidecars: allow port-reserved' }, BOTH],
    ['elsewhere', { 12: 'inject-sidecars: allow port-reserved' }, BOTH],
    ['behind another line before it', { 9: 'inject-sidecars: allow annotation-unknown' }, BOTH],
    ['with other words', { 10: 'inject-sidecars: allows annotation-unknown', 17: 'allow port-reserved' }, BOTH],
  ]
  for (const [where, comments, left] of cases) t.same(codes(manifest(comments)).sort(), left, where)
})

t.test('it holds for one manifest of a file', async t => {
  const other = manifest().replace('name: web\n', 'name: other\n')
  const comment = '# inject-sidecars: allow annotation-unknown, port-reserved\n'
  t.same(codes(`${comment}${manifest()}---\n${other}`).sort(), BOTH, 'the first one')
  t.same(codes(`${manifest()}---\n${comment}${other}`).sort(), BOTH, 'the second one')
  t.same(codes(`${manifest()}--- ${comment}${other}`).sort(), BOTH, 'behind the marker')
  t.same(codes(`${comment}${manifest()}---\n${comment}\n\n${other}`), [])
})

t.test('the function config allows it everywhere', async t => {
  t.same(codes(manifest(), { config: '  allow: [annotation-unknown]\n' }), ['port-reserved'])
  t.same(codes(manifest(), { config: '  allow: [annotation-unknown, port-reserved]\n', strict: true }), [])
  const { diagnostics } = inject({ files: [], functionConfig: functionConfig('  allow: [annotation-unknwn]\n') })
  t.match(diagnostics, [{ code: 'config-invalid', hint: 'did you mean annotation-unknown?', at: { line: 6 } }])
})

t.test('warnings of injection itself go, too', async t => {
  const files = (comment: string) => [{ path: 'web.yaml', text: `${comment}${manifest()}` }, MESH]
  const found = (comment: string, config = '') =>
    inject({ files: files(comment), functionConfig: functionConfig(config) }).diagnostics.filter(({ code }) => code === 'kubelet-assumed').length
  t.equal(found(''), 1)
  t.equal(found('', '  allow: [kubelet-assumed]\n'), 0)
})

t.test('an error stays', async t => {
  const bad = manifest({ '-1': 'inject-sidecars: allow annotation-invalid, injection-missing' }).replace(
    'sidecar.istio.io/injekt: "true"',
    'sidecar.istio.io/proxyCPU: much',
  )
  const { findings } = check({ files: [{ path: 'web.yaml', text: bad }, MESH], functionConfig: functionConfig('  allow: [annotation-invalid]\n') })
  t.ok(findings.some(({ code, severity }) => code === 'annotation-invalid' && severity === 'error'))
  const { findings: pending } = check({ files: [{ path: 'web.yaml', text: manifest({ '-1': 'inject-sidecars: allow injection-missing' }) }, MESH] })
  t.ok(pending.some(({ code }) => code === 'injection-missing'))
})

t.test('what nothing needs is told with --strict', async t => {
  const text = manifest({
    10: 'inject-sidecars: allow annotation-unknown, windows-pod',
    17: 'inject-sidecars: allow port-reservd',
    '-1': 'inject-sidecars: allow',
  })
  t.same(codes(text).sort(), ['port-reserved'])
  const { findings } = check(
    { files: [{ path: 'web.yaml', text }, MESH], functionConfig: functionConfig('  allow: [volume-sources]\n') },
    { sources: true, strict: true },
  )
  const unused = findings.filter(({ code }) => code === 'allow-unused').map(({ message, hint, at }) => `${at?.file}:${at?.line} ${message} (${hint})`)
  t.same(unused.sort(), [
    'fn.yaml:6 no finding here has the allowed code volume-sources (remove it)',
    'web.yaml:1 the comment names no code that it allows (docs/diagnostics.md lists all codes)',
    'web.yaml:11 no finding here has the allowed code windows-pod (remove it)',
    'web.yaml:18 "port-reservd" is allowed, but it is not the code of a finding (did you mean port-reserved?)',
  ])
})

t.test('the command line and a ResourceList', async t => {
  const cwd = t.testdir({})
  const files = {
    'web.yaml': manifest({ 10: 'inject-sidecars: allow annotation-unknown', '-1': 'inject-sidecars: allow port-reserved, kubelet-assumed, webhooks-assumed' }),
    'mesh.yaml': MESH.text,
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  const { stdout } = run(['check', '--sources', '.'], { cwd })
  t.equal(/annotation-unknown|port-reserved/.test(stdout), false, stdout)
  const item = manifest({ 10: 'inject-sidecars: allow annotation-unknown' })
  const list = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- ${item.trimEnd().replaceAll('\n', '\n  ')}\n${MESH.text
    .split(/^---\n/m)
    .filter(part => part.trim() !== '')
    .map(part => `- ${part.trimEnd().replace(/\n(?!\n)/g, '\n  ')}\n`)
    .join('')}`
  const { findings } = check({ resourceList: { path: '<stdin>', text: list } }, { sources: true })
  t.same(
    findings.map(({ code }) => code).filter(code => BOTH.includes(code)),
    ['port-reserved'],
  )
})
