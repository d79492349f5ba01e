// Names, annotations, excerpts and file names that try to steer a terminal, a CI system or a report, through every command and every format.

import t from 'tap'
import { visible, visibleJson, visibleLines } from '../../src/lib/model/index.ts'
import { example, run } from '../support/rig.ts'

const ESC = String.fromCharCode(0x1b)
const TRICKS = [
  `${ESC}[2J${ESC}]0;title`,
  '\n::error file=x::forged',
  '\r\n  ::stop-commands::t',
  '##[error]forged',
  '##vso[task.setvariable variable=a]b',
  '##teamcity[testFailed]',
]
const INVISIBLE = ['\u202e', '\u2066', '\u0085', '\u009b31m', '\u2028', '\u200b', '\u{e0041}']
const HOSTILE = [...TRICKS, ...INVISIBLE].join('')
const quoted = quotedYaml(HOSTILE)

const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
const workload = (name: string, annotations: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: shop
  annotations: {"sidecar.istio.io/a${quoted.slice(1, -1)}": "x"}
spec:
  template:
    metadata:
      labels: {app: web, ${quotedYaml(`sidecar.istio.io/b${HOSTILE}`)}: x}
      annotations: {${annotations}}
    spec:
      containers:
      - {name: ${quoted}, image: auto}
`
const FILES = {
  'mesh.yaml': MESH,
  'web.yaml': workload(quoted, `${quotedYaml(`sidecar.istio.io/c${HOSTILE}`)}: x`),
  'template.yaml': workload('template', `inject.istio.io/templates: ${quoted}`),
  'excerpt.yaml': workload('excerpt', '"sidecar.istio.io/inject": "##vso[task.complete]x\u202e##[group]\u0085"'),
  'namespace.yaml': workload('elsewhere', 'a: b').replace('namespace: shop', `namespace: ${quoted}`),
  'syntax.yaml': 'apiVersion: apps/v1\nkind: Deployment\n::set-output name=a::b: [\n##[error]: x\n',
  [`name${TRICKS.join('').replaceAll('/', '-')}.yaml`]: workload('name', 'a: b'),
  'config.yaml': `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: ${quoted}}\nspec:\n  istio: {revisions: [${quoted}]}\n  ${quoted}: x\n`,
}
const PATHS = [
  ['web.yaml', 'excerpt.yaml', 'namespace.yaml', 'mesh.yaml'],
  ['-f', 'config.yaml', '.', '##[no\u202e\n::x'],
]
const FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'markdown']

/** In double quotes, with escapes for everything beyond ASCII. */
function quotedYaml(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/gu, char => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`)
}

/** What a runner or a terminal would act upon, line by line; GitHub's own format is made of commands, of which every one must be ours. */
function actedUpon(text: string, format = 'text'): string[] {
  return text.split('\n').filter(line => {
    const rest = format === 'github' ? line.replace(/^::(error|warning|notice) [^:]*::/, '') : line
    return (
      /^\s*::|##\[|##vso\[|##teamcity\[/i.test(rest) ||
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]|\udb40[\udc00-\udc7f]/.test(rest)
    )
  })
}

for (const command of [['check'], ['explain'], ['explain', '--trace'], ['inject', '--check'], ['uninject', '--check']]) {
  for (const format of command[0] === 'uninject' ? FORMATS : [...FORMATS, 'html']) {
    t.test(`${command.join(' ')} -o ${format}: nothing in the input steers who reads the output`, async t => {
      const cwd = t.testdir(FILES)
      for (const paths of PATHS) {
        const { stdout, stderr } = run([...command, '-o', format, ...paths], { cwd })
        t.same(actedUpon(stdout, format), [], `standard output of ${JSON.stringify(paths)}`)
        t.same(actedUpon(stderr), [], `standard error of ${JSON.stringify(paths)}`)
        if (format === 'json' || format === 'sarif') t.equal(typeof JSON.parse(stdout), 'object', 'JSON')
      }
    })
  }
}

for (const args of [
  ['inject'],
  ['inject', '-w'],
  ['inject', '--no-such\u202e\n::error::x'],
  ['patch'],
  ['patch', '-o', 'out'],
  ['no-such##[command]\n::x'],
  ['upgrade', '--from', 'mesh.yaml', '--to', 'mesh.yaml'],
]) {
  t.test(`${JSON.stringify(args.join(' '))}: standard error is harmless`, async t => {
    const cwd = t.testdir(FILES)
    const { stdout, stderr, code } = run([...args, '.'], { cwd })
    t.same(actedUpon(stderr), [])
    t.equal(code === 0, false)
    if (args[0] === 'upgrade') t.same(actedUpon(stdout), [])
  })
}

t.test('the KRM function: results and standard error are harmless', async t => {
  const items = workload(quoted, 'a: b').trimEnd().replaceAll('\n', '\n  ')
  const { stderr, stdout } = run([], { input: `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- ${items}\n` })
  t.same(actedUpon(stderr), [])
  const results = stdout.slice(stdout.indexOf('\nresults:'))
  t.match(results, /message/)
  t.same(actedUpon(results.replace(/resourceRef:[\s\S]*?severity/g, '')), [])
})

t.test('a diff into a pipe is exact and names files as git does', async t => {
  const name = 'a\n::b\u001b.yaml'
  const cwd = t.testdir({ 'mesh.yaml': MESH, [name]: workload('x', 'a: b').replace(`{name: ${quoted}, image: auto}`, '{name: x, image: x}') })
  const { stdout } = run(['inject', '--diff', '.'], { cwd })
  t.match(stdout, '--- "a/a\\n::b\\033.yaml"\n+++ "b/a\\n::b\\033.yaml"\n')
  const turned = t.testdir({ 'mesh.yaml': MESH, 'a\u202e##[x.yaml': workload('x', 'a: b').replace(`{name: ${quoted}, image: auto}`, '{name: x, image: x}') })
  t.match(run(['inject', '--diff', '.'], { cwd: turned }).stdout, '--- "a/a\\342\\200\\256\\043\\043[x.yaml"\n+++ "b/a\\342\\200\\256\\043\\043[x.yaml"\n')
})

t.test('visible text is one line, and a text that has nothing to hide stays as it is', async t => {
  t.equal(visible('Deployment shop/web: ü 日本 😀 # ## [x] a::b'), 'Deployment shop/web: ü 日本 😀 # ## [x] a::b')
  t.equal(visible('a\n\t\r\u001b\u{e0041}\ud800'), 'a\\n\\t\\r\\u001b\\u{e0041}\\ud800')
  t.equal(visible('\u00a0::x'), '\u00a0\\u003a:x')
  t.equal(visible('##VSO[x]'), '#\\u0023VSO[x]')
  t.equal(visibleLines('\t::a\nb\u0085'), '\t\\u003a:a\nb\\u0085')
  t.equal(JSON.parse(visibleJson(JSON.stringify([HOSTILE])))[0], HOSTILE)
})
