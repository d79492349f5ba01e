// The documentation: links lead somewhere, commands exist and run, configurations are valid.
// Pages about other tools are run by docs-surfaces.test.ts, the examples' READMEs by examples.test.ts.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CommanderError } from 'commander'
import t from 'tap'
import { commandLine } from '../../src/cli/commands.ts'
import { at, type Json, type SourceFile } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { read } from '../../src/read/read.ts'
import { type Clone, clone, missing, shell, write } from '../support/clone.ts'
import { example, ROOT, run } from '../support/rig.ts'

const PAGES: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...['docs', 'examples'].flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.md'))
      .sort()
      .map(path => join(folder, path)),
  ),
]

const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8')

interface Block {
  readonly language: string
  readonly text: string
  /** Of its first line. */
  readonly line: number
}

/** Blocks of code, also those inside of lists. */
function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms)].map(({ 1: indent = '', 2: language = '', 3: body = '', index }) => ({
    language,
    text: body.replace(new RegExp(`^${indent}`, 'gm'), ''),
    line: text.slice(0, index).split('\n').length + 1,
  }))
}

function withoutCode(text: string): string {
  return text.replace(/^( *)```.*?^\1```$/gms, '').replace(/`[^`\n]*`/g, '')
}

/** The anchors that GitHub makes of headings. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.replace(/^( *)```.*?^\1```$/gms, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'),
  )
  return new Set(
    headings.map(heading =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

t.test('every link leads to a file, and to a heading in it', async t => {
  let links = 0
  const broken: string[] = []
  for (const page of PAGES) {
    for (const [, target = ''] of withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(?:https?|mailto):/.test(target)) continue
      links++
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      if (file.startsWith('..') || !existsSync(join(ROOT, file))) broken.push(`${page}: ${target} does not exist`)
      else if (anchor !== undefined && !anchorsOf(textOf(file)).has(anchor)) broken.push(`${page}: ${target} has no such heading`)
    }
  }
  t.same(broken, [])
  t.equal(links > 50, true)
})

/** The words of a command as a shell splits them, up to what leads elsewhere. */
function wordsOf(command: string): string[] {
  const words: string[] = []
  for (const [token, double, single] of command.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|[|;&><#()]|[^\s"'|;&><#()]+/g)) {
    if (/^[|;&><#()]$/.test(token)) break
    words.push(double ?? single ?? token)
  }
  return words
}

/** The calls of the program in a piece of shell, each as its words without the program's name. */
function callsIn(text: string): string[][] {
  const starts = [...text.replaceAll('\\\n', ' ').matchAll(/(?:^|[|;&(]\s*|\bnpx )inject-sidecars\b(.*)$/gm)]
  return starts.map(([, rest = '']) => wordsOf(rest))
}

/** What is wrong with a call: an unknown command or option, a value that is none. */
function problemWith(words: readonly string[], isWhole: boolean): string | undefined {
  // Without arguments it is the function.
  if (words.length === 0) return undefined
  const program = commandLine(() => {})
  program.configureOutput({ writeOut: () => {}, writeErr: () => {} })
  for (const command of program.commands) command.configureOutput({ writeOut: () => {}, writeErr: () => {} }).action(() => {})
  try {
    program.parse(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const isShort = error.code === 'commander.missingArgument' || error.code === 'commander.missingMandatoryOptionValue'
    if (error.exitCode !== 0 && (isWhole || !isShort)) return error.message
  }
  return undefined
}

t.test('every call of the program that is shown has a command and options that exist', async t => {
  let calls = 0
  const check = (text: string, words: readonly string[], isWhole: boolean) => {
    calls++
    t.equal(problemWith(words, isWhole), undefined, text)
  }
  for (const page of PAGES) {
    const text = textOf(page)
    for (const block of blocksOf(text).filter(({ language }) => language === 'sh')) {
      for (const words of callsIn(block.text)) check(`${page}:${block.line}: ${words.join(' ')}`, words, true)
    }
    for (const [, code = ''] of withoutBlocks(text).matchAll(/`(inject-sidecars [^`\n]*)`/g)) {
      if (code.includes('[options]')) continue
      for (const words of callsIn(code)) check(`${page}: ${code}`, words, false)
    }
  }
  t.equal(calls > 40, true)
})

function withoutBlocks(text: string): string {
  return text.replace(/^( *)```.*?^\1```$/gms, '')
}

t.test('the examples of --help call commands and options that exist', async t => {
  const program = commandLine(() => {})
  let examples = 0
  for (const command of program.commands) {
    const written: string[] = []
    command.configureOutput({ writeOut: text => written.push(text) }).outputHelp()
    for (const words of callsIn(
      written
        .join('')
        .split('\nExamples:\n')[1]
        ?.replace(/^ +| {4,}.*$/gm, '') ?? '',
    )) {
      examples++
      t.equal(problemWith(words, true), undefined, words.join(' '))
    }
  }
  t.equal(examples > 12, true)
})

/** Pages whose commands other tests run. */
const RUN_ELSEWHERE: readonly string[] = ['docs/kustomize.md', 'docs/kpt.md', 'docs/argocd-flux-helm.md']

/** Lines that are not run, each with the reason. */
const NOT_RUN: readonly (readonly [line: RegExp, reason: string])[] = [
  [/inject-sidecars capture /, 'needs a cluster: test/program/cluster.test.ts'],
  [/inject-sidecars verify /, 'needs a cluster: test/program/cluster.test.ts'],
  [/^kustomize build /, 'needs a kustomization: test/project/docs-surfaces.test.ts'],
  [/^helm /, 'needs a chart: test/surfaces/examples.test.ts'],
]

/** Lines of a block that call the program. */
function linesOf(block: string): string[] {
  return block
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter(line => callsIn(line).length > 0)
}

function prepare(cwd: string): void {
  const mesh = example('istio/config.yaml')
  for (const name of ['namespace.yaml', 'web.yaml', 'store.yaml']) write(cwd, `apps/${name}`, example(name))
  write(cwd, 'istio/config.yaml', mesh)
  write(cwd, 'istio-new/config.yaml', mesh.replaceAll('1.31.0', '1.31.1'))
  for (const version of ['1.29', '1.31']) write(cwd, `istio-${version}/config.yaml`, mesh.replaceAll('1.31.0', `${version}.0`))
  write(cwd, 'base/web.yaml', example('web.yaml'))
  write(cwd, 'own-sidecars.yaml', readFileSync(join(ROOT, 'examples/log-shipper/inject-sidecars.yaml'), 'utf8'))
  write(cwd, 'base/namespace.yaml', example('namespace.yaml'))
}

function isRun(command: string): boolean {
  return NOT_RUN.every(([pattern]) => !pattern.test(command))
}

/** What failed. */
function runPage(page: string, place: Clone): string[] {
  const failures: string[] = []
  for (const { language, text, line } of blocksOf(textOf(page))) {
    const path = language === 'yaml' ? /^# (\S+\.yaml)\n/.exec(text)?.[1] : undefined
    if (path !== undefined) write(place.root, path, text)
    if (language !== 'sh') continue
    for (const command of linesOf(text).filter(isRun)) {
      if (missing(command) !== false) continue
      const { code, stderr } = shell(command, place)
      const isCheck = /inject-sidecars (?:check|\w+ .*--check)\b/.test(command)
      if (code !== 0 && !(isCheck && code === 1)) failures.push(`${page}:${line}: ${command} ends with ${code}: ${stderr}`)
    }
  }
  return failures
}

/** Those whose commands run in a folder with manifests and with the files that the page shows. */
const RUN = PAGES.filter(page => !RUN_ELSEWHERE.includes(page) && !(page.startsWith('examples') && /^## Run$/m.test(textOf(page)))).filter(page =>
  blocksOf(textOf(page)).some(({ language, text }) => language === 'sh' && linesOf(text).some(isRun)),
)

for (const page of RUN) {
  t.test(`${page}: the commands run`, async t => {
    const place = clone(t.testdir({}))
    const root = join(place.root, 'here')
    prepare(root)
    // Stands for what kube-inject made.
    const injected = shell('inject-sidecars inject apps istio', { ...place, root }).stdout.replace(/^ +inject-sidecars.dev\/record: .*\n/gm, '')
    write(root, 'injected/web.yaml', injected)
    t.same(runPage(page, { ...place, root: page.startsWith('examples') ? join(place.root, dirname(page)) : root }), [])
  })
}

t.test('the pages that show commands are found, and each reason not to run one is still one', async t => {
  for (const page of ['README.md', 'docs/command-line.md', 'docs/migration.md', 'docs/patches.md', 'docs/upgrade.md']) t.equal(RUN.includes(page), true, page)
  const lines = PAGES.flatMap(page => blocksOf(textOf(page)).flatMap(({ language, text }) => (language === 'sh' ? linesOf(text) : [])))
  for (const [pattern, reason] of NOT_RUN)
    t.equal(
      lines.some(line => pattern.test(line)),
      true,
      `${pattern} ${reason}`,
    )
})

t.test('the diff in the README is that of the example', async t => {
  const shown =
    blocksOf(textOf('README.md'))
      .find(({ language }) => language === 'diff')
      ?.text.split('\n') ?? []
  const { stdout } = run(['inject', '-f', 'sidecars.yaml', '--diff', '.'], { cwd: join(ROOT, 'examples/kustomize-exec') })
  const lines = new Set(stdout.split('\n'))
  t.same(
    shown.filter(line => line !== '' && line !== '…' && !lines.has(line)),
    [],
  )
  t.equal(shown.length > 15, true)
})

t.test('what is shown as YAML is YAML, and function configs among it are valid', async t => {
  let configs = 0
  for (const page of PAGES) {
    for (const { language, text, line } of blocksOf(textOf(page))) {
      if (language !== 'yaml') continue
      const file: SourceFile = { path: `${page}:${line}`, text }
      for (const { value } of parseDocuments(file)) {
        if (at(value, ['kind']) !== 'SidecarInjector') continue
        configs++
        const { diagnostics } = read({ files: [], functionConfig: file, readSource: () => [] })
        t.same(
          diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message),
          [],
          file.path,
        )
      }
    }
  }
  t.equal(configs > 5, true)
})

t.test('the rights that docs/cluster.md asks for are those that the commands need', async t => {
  const text = blocksOf(textOf('docs/cluster.md')).find(({ language }) => language === 'yaml')?.text ?? ''
  const rules = parseDocuments({ path: 'rights.yaml', text }).flatMap(({ value }) => (at(value, ['rules']) ?? []) as Json[])
  const strings = (rule: Json, key: string) => (at(rule, [key]) ?? []) as string[]
  const rights = rules.flatMap(rule =>
    strings(rule, 'resources').flatMap(resource => strings(rule, 'verbs').map(verb => `${verb} ${strings(rule, 'apiGroups').join()}/${resource}`)),
  )
  // What test/program/cluster.test.ts sees the commands ask for.
  t.same(rights.toSorted(), [
    'create /pods',
    'list /configmaps',
    'list /namespaces',
    'list /nodes',
    'list /pods',
    'list admissionregistration.k8s.io/mutatingwebhookconfigurations',
    'list networking.istio.io/proxyconfigs',
  ])
})
