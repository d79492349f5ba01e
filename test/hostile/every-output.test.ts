// Every command with every format of its -o: names, texts and errors of the input steer no terminal, CI system, report or page. A command that is not in the
// table fails; a new format is tried at once.

import t from 'tap'
import { commandLine } from '../../src/cli/commands.ts'
import { visible } from '../../src/lib/model/index.ts'
import { example, run } from '../support/rig.ts'

const ESC = String.fromCharCode(0x1b)
const TRICKS = [
  `${ESC}[2J${ESC}]8;;https://evil.example${ESC}\\x`,
  '\n::error file=x::forged',
  '\r\n  ::stop-commands::t\n##[error]forged',
  '##vso[task.setvariable variable=a]b',
  '##teamcity[testFailed]',
  `${ESC}[0Ksection_start:1:a\r${ESC}[0K`,
  '</script><script>alert(1)</script><img src=x onerror=alert(1)>',
  '[click](https://evil.example)![x](https://evil.example/x.png)`tick``| pipe |<!-- ',
  '@everyone #1',
].join('')
const HOSTILE = `${TRICKS}${['\u202e', '\u2066', '\u0085', '\u009b31m', '\u2028', '\u200b', '\u{e0041}'].join('')}`
/** In double quotes, with escapes for everything beyond ASCII. */
const quoted = JSON.stringify(HOSTILE).replace(/[^ -~]/gu, char => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`)
const inside = quoted.slice(1, -1)
/** The same as a file or folder name. */
const NAME = HOSTILE.replaceAll('/', '-').slice(0, 60)
const MARKUP = '<img src=x onerror=alert(1)>[click](https:-evil.example)`|x'

const deployment = (name: string, { image = 'web:1', annotations = '', comment = '', value = 'x' } = {}) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: shop
  annotations: {"sidecar.istio.io/a${inside}": "x"}
spec:
  template:
    metadata:
      labels: {app: web, "sidecar.istio.io/b${inside}": x}
      annotations: {${annotations}}
    spec:
      containers:
      - name: web${comment}
        image: ${image}
        env: [{name: ${quoted}, value: ${value}}]
`
const own = (template: string) => `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata: {name: ${quoted}}
spec:
  istio: {revisions: [default]}
  injectors:
  - name: own
    webhooks: [{objectSelector: {}}]
    config: {defaultTemplates: [${quoted}], templates: {${quoted}: ${JSON.stringify(template)}}}
`
const policy = (name: string, expression: string) => `apiVersion: admissionregistration.k8s.io/v1beta1
kind: MutatingAdmissionPolicy
metadata: {name: ${name}}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  reinvocationPolicy: Never
  failurePolicy: Fail
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration: {expression: ${JSON.stringify(expression)}}
---
apiVersion: admissionregistration.k8s.io/v1beta1
kind: MutatingAdmissionPolicyBinding
metadata: {name: ${name}}
spec: {policyName: ${name}}
`
const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`

const FILES = {
  'mesh.yaml': MESH,
  'web.yaml': deployment('web', { annotations: `"example.com/a${inside}": ${quoted}` }),
  'name.yaml': deployment(quoted, { image: quoted }),
  'template.yaml': deployment('template', { annotations: `inject.istio.io/templates: ${quoted}` }),
  'excerpt.yaml': deployment('excerpt', { annotations: '"sidecar.istio.io/inject": "##vso[task.complete]x\u202e##[group]\u0085<img src=x>"' }),
  'comment.yaml': deployment('comment', { comment: ' # ::error::x ##[group] \u202e<img src=x>' }).replace('image: web:1', 'image: [##[x]'),
  'namespace.yaml': deployment('elsewhere').replace('namespace: shop', `namespace: ${quoted}`),
  'data.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-sidecar-injector-x, namespace: istio-system}\ndata: {${quoted}: ${quoted}}\n`,
  'syntax.yaml': 'apiVersion: apps/v1\nkind: Deployment\n::set-output name=a::b: [\n##[error]: x\n',
  [`${NAME}.yaml`]: deployment('file'),
  [`${MARKUP}.yaml`]: deployment('markup'),
  [NAME]: { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': deployment('folder') },
  'own.yaml': own(`{{ fail "${inside}" }}`),
  'renders.yaml': own('spec: {containers: [{name: own, image: "own:1"}]}'),
  'policies.yaml': policy('relabels', `Object{metadata: Object.metadata{labels: {"a": string(${quoted} + "")}}}`),
  'refused.yaml': policy(quoted, 'Object{}'),
  'failing.yaml': policy('fails', `object.spec[${quoted}] == 1 ? Object{} : Object{}`),
  'pods.json': JSON.stringify({
    kind: 'List',
    items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: HOSTILE, namespace: 'shop', labels: { app: HOSTILE } } }],
  }),
  'list.txt': `${HOSTILE.replaceAll('\n', ' ')}@sha256:${'0'.repeat(64)}\n`,
  'report.json': JSON.stringify({
    command: 'report',
    schema: 1,
    version: HOSTILE,
    workloads: [],
    findings: [{ code: HOSTILE, severity: 'error', message: HOSTILE }],
  }),
}

const GOOD = ['web.yaml', 'mesh.yaml', 'policies.yaml']
const BAD = ['name.yaml', 'template.yaml', 'excerpt.yaml', 'comment.yaml', 'namespace.yaml', 'mesh.yaml', 'refused.yaml', `${NAME}.yaml`]
const FAILING = ['web.yaml', 'mesh.yaml', 'failing.yaml']
const ALL = ['.', `##[no\u202e\n::x`]

/** What each command is called with, several times; `isData`: standard output is manifests, scripts or a schema, which stay exact. */
const RUNS: Readonly<Record<string, { readonly args: readonly (readonly string[])[]; readonly isData?: boolean }>> = {
  inject: {
    args: [
      ['--check', ...GOOD],
      ['--check', ...BAD],
      ['--check', '-f', 'own.yaml', ...GOOD],
      ['--check', ...ALL],
    ],
  },
  uninject: {
    args: [
      ['--check', ...GOOD],
      ['--check', '--from-status', ...ALL],
    ],
  },
  check: { args: [GOOD, BAD, FAILING, ['-f', 'own.yaml', ...GOOD], ['-f', 'renders.yaml', 'web.yaml'], ALL] },
  explain: { args: [GOOD, BAD, FAILING, ['--trace', ...GOOD, ...BAD], ['--pod', ...GOOD], ['-f', 'own.yaml', '--trace', ...GOOD], ALL] },
  images: { args: [GOOD, BAD, ['--lock', 'list.txt', ...GOOD], ['-f', 'renders.yaml', 'name.yaml', 'mesh.yaml']] },
  patch: { args: [GOOD, BAD, ALL], isData: true },
  policy: { args: [['own.yaml'], ['renders.yaml'], ['renders.yaml', '--injector', HOSTILE], [`${NAME}.none`]], isData: true },
  report: {
    args: [GOOD, BAD, FAILING, ['--name', HOSTILE, ...GOOD], ['--pods', 'pods.json', ...GOOD], ['--merge', 'report.json'], ['-f', 'own.yaml', ...GOOD], ALL],
  },
  upgrade: {
    args: [
      ['--from', 'mesh.yaml', '--to', 'mesh.yaml', '-f', 'renders.yaml', 'web.yaml', 'name.yaml'],
      ['--from', 'own.yaml', '--to', 'renders.yaml', 'name.yaml'],
      ['--from', 'renders.yaml', '--to', 'own.yaml', 'web.yaml', '--page-url', 'https://example.com/##[x]\u202e'],
      ['--from', `${NAME}.none`, '--to', 'mesh.yaml', 'web.yaml'],
    ],
  },
  init: { args: [['.'], [NAME], ['--istio', `${NAME}.none`]] },
  schema: { args: [[], [HOSTILE]] },
  'install-kustomize-plugin': { args: [['--plugin-home', `${NAME}`]] },
  capture: {
    args: [
      ['--kubeconfig', `${NAME}.none`],
      ['--context', HOSTILE],
      ['--kubeconfig', 'syntax.yaml', '--context', HOSTILE],
    ],
  },
  verify: {
    args: [
      ['--pods', 'pods.json', ...GOOD],
      ['--pods', 'pods.json', ...BAD],
      ['--pods', `${NAME}.none`, ...GOOD],
    ],
  },
  completion: { args: [[HOSTILE]] },
  help: { args: [[HOSTILE], ['__proto__']] },
}

/** Formats that are pages. */
const PAGES = new Set(['html'])

/** What a runner, a terminal, Markdown or a browser would act upon, line by line. */
function actedUpon(text: string, format: string): string[] {
  return text.split('\n').filter(line => {
    // GitHub's own format is made of commands, of which every one must be ours.
    const rest = format === 'github' ? line.replace(/^::(error|warning|notice) [^:]*::/, '') : line
    const isSteering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]|\udb40[\udc00-\udc7f]/.test(rest)
    if (isSteering || (!PAGES.has(format) && /^\s*::|##\[|##vso\[|##teamcity\[/i.test(rest))) return true
    if (PAGES.has(format)) return /<img src=x|<script>alert|href="https:\/\/evil/.test(rest)
    return format === 'markdown' && isMarkup(rest)
  })
}

/** Outside of code, which shows what it holds. */
function isMarkup(line: string): boolean {
  const bare = line.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, '')
  return /<(?:img|script|!--)/i.test(bare) || /(?<!\\)\]\(https:\/\/evil/.test(bare) || /(?<!\\)@everyone/.test(bare)
}

const program = commandLine(() => {})

t.test('every command has a row, and each of its formats is tried', async t => {
  t.same(Object.keys(RUNS).sort(), program.commands.map(command => command.name()).sort())
})

for (const command of program.commands) {
  const name = command.name()
  const formats = command.options.find(option => option.long === '--output' && option.argChoices !== undefined)?.argChoices ?? ['']
  for (const format of formats) {
    t.test(`${name}${format === '' ? '' : ` -o ${format}`}: nothing in the input steers who reads the output`, async t => {
      const cwd = t.testdir(FILES)
      for (const args of RUNS[name]?.args ?? []) {
        const { stdout, stderr, code } = run([name, ...args, ...(format === '' || args.includes('--lock') ? [] : ['-o', format])], {
          cwd,
          env: { HOME: cwd, KUBECONFIG: `${cwd}/none`, XDG_CONFIG_HOME: cwd },
        })
        const what = visible(JSON.stringify(args))
        t.equal(code === 0 || code === 1 || code === 3, true, `${what}: exit code ${code}, ${stderr.slice(0, 500)}`)
        t.same(actedUpon(stderr, 'text'), [], `standard error of ${what}`)
        if (RUNS[name]?.isData !== true) t.same(actedUpon(stdout, format === '' && name === 'upgrade' ? 'markdown' : format), [], `standard output of ${what}`)
        if (['json', 'sarif', 'gitlab', 'cyclonedx'].includes(format) && stdout !== '')
          t.equal(typeof JSON.parse(stdout.startsWith('#') ? '{}' : stdout), 'object', what)
      }
    })
  }
}

t.test('pages in files: nothing in the input is markup', async t => {
  const cwd = t.testdir(FILES)
  const { readFileSync } = await import('node:fs')
  for (const args of [
    ['explain', '--html', 'page.html', ...GOOD],
    ['report', '--html', 'page.html', ...GOOD],
    ['upgrade', '--from', 'own.yaml', '--to', 'renders.yaml', '--html', 'page.html', 'name.yaml', 'web.yaml'],
  ]) {
    const { stdout, stderr } = run(args, { cwd })
    t.same(actedUpon(readFileSync(`${cwd}/page.html`, 'utf8'), 'html'), [], String(args[0]))
    t.same([...actedUpon(stdout, 'markdown'), ...actedUpon(stderr, 'text')], [])
  }
})
