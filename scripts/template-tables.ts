// The tables of docs/compatibility.md about templates, made from the engine itself: what it has is listed, and every example is run.

import { MAX_DEPTH, MAX_ITEMS, MAX_TEXT } from '../src/lib/go/limits.ts'
import { cryptoFuncs } from '../src/lib/sprig/crypto.ts'
import { dateFuncs } from '../src/lib/sprig/dates.ts'
import { defaultFuncs } from '../src/lib/sprig/defaults.ts'
import type { Entries } from '../src/lib/sprig/define.ts'
import { dictFuncs } from '../src/lib/sprig/dicts.ts'
import { functionSupport, sprigFuncs } from '../src/lib/sprig/index.ts'
import { jsonFuncs } from '../src/lib/sprig/json.ts'
import { listFuncs } from '../src/lib/sprig/lists.ts'
import { numericFuncs } from '../src/lib/sprig/numeric.ts'
import { pathFuncs } from '../src/lib/sprig/paths.ts'
import { regexFuncs } from '../src/lib/sprig/regex.ts'
import { semverFuncs } from '../src/lib/sprig/semver-range.ts'
import { splitFuncs } from '../src/lib/sprig/split.ts'
import { stringFuncs } from '../src/lib/sprig/strings.ts'
import { urlFuncs } from '../src/lib/sprig/url.ts'
import { BUILTINS } from '../src/lib/template/builtins.ts'
import { DEFAULT_LIMITS, type GoFunc, type GoType, type GoValue, parseTemplate, TemplateError } from '../src/lib/template/index.ts'
import { MAX_EXPRESSION } from '../src/lib/template/parse-pipeline.ts'
import { MAX_BLOCKS, MAX_LENGTH } from '../src/lib/template/parser.ts'
import { podData } from '../src/render/data.ts'
import { injectionFunctions } from '../src/render/functions.ts'
import { BUILTIN_WORDS, ISTIO_WORDS, LANGUAGE } from './template-words.ts'

const FUNCTIONS = injectionFunctions(new Map([['REGION', 'eu']]))

/** What the examples see as `.`. */
const DATA: GoValue = podData({
  pod: {
    metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web', tier: 'front' } },
    spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }, { containerPort: 443 }] }] },
  },
  workload: { name: 'web', namespace: 'shop', kind: 'Deployment', apiVersion: 'apps/v1' },
  values: { image: 'envoy:1', ports: [80, 443], empty: '', nested: { a: 1 } },
})

/** The section of docs/compatibility.md. */
export function templateTables(): string {
  return `### Language
Every example is run when this page is made. \`.\` is the data of a template of one's own, \`.Values\` is \`{image: envoy:1, ports: [80, 443], empty: "", nested: {a: 1}}\`.

| feature | example | gives |
|---|---|---|
${LANGUAGE.map(([feature, example]) => row(feature, code(example), outcome(example))).join('')}
### Go's functions
| function | what | example | gives |
|---|---|---|---|
${builtins()}
### Istio's functions
They stand in for Sprig's of the same name: ${names(replaced())}.

| function | what |
|---|---|
${istio()}
### Sprig's functions
All ${sprigFuncs().size} text functions of Sprig v3.3.0 are known. Output must depend on the input alone; so ${refused().length} of them parse, and fail when they are called.

| subject | supported |
|---|---|
${SUBJECTS.map(([subject, entries]) => row(subject, names(entries.map(([name]) => name).filter(isSupported)))).join('')}
| refused or limited | why |
|---|---|
${limited()}
### Limits
Go has none of them: it would be killed by the system. Reaching one is an error with the place in the template.

| what | at most |
|---|---|
${LIMITS.map(([what, most]) => row(what, most)).join('')}`
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}

/** A code span of a table's cell; backticks and pipes are allowed in it. */
function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  const [before, after] = [text.startsWith('`') ? ' ' : '', text.endsWith('`') ? ' ' : '']
  return `${fence}${before}${text.replaceAll('|', '\\|').replaceAll('\n', '⏎')}${after}${fence}`
}

function names(list: readonly string[]): string {
  return [...list]
    .sort()
    .map(name => `\`${name}\``)
    .join(' ')
}

/** What the engine makes of an example: its output, or why it is refused. */
function outcome(text: string): string {
  try {
    const output = parseTemplate({ name: 'example', text, funcs: FUNCTIONS }).execute(DATA)
    return output === '' ? '(nothing)' : code(output)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    return `refused: ${error.reason.replaceAll('|', '\\|')}`
  }
}

function builtins(): string {
  return [...BUILTINS.keys()]
    .sort()
    .map(name => {
      const [what, example] = wordsOf(name, BUILTIN_WORDS)
      const other = FUNCTIONS.get(name)
      const replacement = other === undefined ? '' : ' (Sprig’s function of that name takes its place)'
      return row(`\`${name}\``, `${what}${replacement}`, code(example), outcome(example))
    })
    .join('')
}

function istio(): string {
  const sprig = sprigFuncs()
  const own = [...FUNCTIONS].filter(([name, func]) => sprig.get(name) !== func).sort(([a], [b]) => (a < b ? -1 : 1))
  const rows = own.map(([name, func]) => row(code(signature(name, func)), wordsOf(name, ISTIO_WORDS)))
  const gone = [...ISTIO_WORDS.keys()].filter(name => !own.some(([other]) => other === name))
  if (gone.length > 0) throw new Error(`described, but no functions: ${gone.join(', ')}`)
  return rows.join('')
}

function wordsOf<Words>(name: string, words: ReadonlyMap<string, Words>): Words {
  const found = words.get(name)
  if (found === undefined) throw new Error(`scripts/template-words.ts says nothing of ${name}`)
  return found
}

/** As Go writes it: `indent(int, string) string`. */
function signature(name: string, { params, variadic, result }: GoFunc): string {
  const types = params.map((type, i) =>
    variadic === true && i === params.length - 1 ? `...${type.elem === undefined ? '' : typeName(type.elem)}` : typeName(type),
  )
  return `${name}(${types.join(', ')}) ${typeName(result)}`
}

function typeName({ name }: GoType): string {
  return name.replaceAll('interface {}', 'any')
}

function replaced(): string[] {
  return [...sprigFuncs()].filter(([name, func]) => FUNCTIONS.get(name) !== func).map(([name]) => name)
}

const SUBJECTS: readonly (readonly [string, Entries])[] = [
  ['texts', [...stringFuncs(), ...splitFuncs()]],
  ['regular expressions (RE2)', regexFuncs()],
  ['lists', listFuncs()],
  ['dictionaries', dictFuncs()],
  ['defaults, types, flow', defaultFuncs()],
  ['JSON', jsonFuncs()],
  ['numbers', numericFuncs()],
  ['versions', semverFuncs()],
  ['dates', dateFuncs()],
  ['URLs', urlFuncs()],
  ['paths', pathFuncs()],
  ['hashes, encodings, ciphers', cryptoFuncs()],
]

const SUPPORT = new Map(functionSupport().map(({ name, support }) => [name, support]))

function isSupported(name: string): boolean {
  return SUPPORT.get(name)?.startsWith('supported') === true
}

function refused(): string[] {
  return [...SUPPORT.keys()].filter(name => !isSupported(name))
}

/** Functions with the same reason share a line. */
function limited(): string {
  const byReason = new Map<string, string[]>()
  for (const [name, support] of SUPPORT) {
    if (support === 'supported') continue
    const reason = replaced().includes(name) && !isSupported(name) ? `${support}; templates call Istio’s function of this name` : support
    byReason.set(reason, [...(byReason.get(reason) ?? []), name])
  }
  return [...byReason].map(([reason, list]) => row(names(list), reason)).join('')
}

const LIMITS: readonly (readonly [string, string])[] = [
  ['text of a template', `${mebi(MAX_LENGTH)} characters`],
  ['nesting of blocks', count(MAX_BLOCKS)],
  ['nesting of calls in parentheses', count(MAX_EXPRESSION)],
  ['output of a template', `${mebi(DEFAULT_LIMITS.maxOutput)} characters`],
  ['a text that a function builds', `${mebi(MAX_TEXT)} characters`],
  ['a list that a function builds', `${count(MAX_ITEMS)} items`],
  ['nesting of lists and maps that are walked', `${count(MAX_DEPTH)}`],
  [
    'work of one execution: an action, an iteration, a call, 16 characters or an item of what a function is given or returns, a unit each',
    `${count(DEFAULT_LIMITS.maxWork)} units`,
  ],
  ['work of all executions of one run, 16 characters of their output a unit', '10,000,000 units, and 20,000 for each workload'],
]

function mebi(characters: number): string {
  return `${characters / 1024 / 1024} Mi`
}

function count(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',')
}
