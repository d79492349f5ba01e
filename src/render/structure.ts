// Refuses labels, annotations and names that change the structure of a template's output (docs/security.md, "Values stay scalars").

import { describeInner, type FieldPath, formatPath, InjectError, isObject, type Json } from '../lib/model/index.ts'
import type { Output, Template, WorkBudget } from '../lib/template/index.ts'
import { TemplateError } from '../lib/template/index.ts'
import { loadYaml, type Reading, type Structure, structureIn, structureOf, YamlError } from '../lib/yaml/index.ts'
import { type Print, type Printed, printedBy } from './printed.ts'
import { harmless, isStructural, type Untrusted, type UntrustedText } from './untrusted.ts'

export interface StructureRequest {
  /** The template's name. */
  readonly name: string
  readonly template: Template
  /** Output of the template. */
  readonly output: Output
  readonly budget: WorkBudget | undefined
  readonly untrusted: Untrusted
}

/** Maximum number of texts that are tried one by one; the others are tried together. */
const MOST_TEXTS = 64

/**
 * Compares the structure of a template's output with the structure of the output for labels, annotations and names without special characters of YAML. The
 * output of encoders such as `toYaml` may have structure. If each print is obviously a scalar or part of one, no comparison is needed.
 * @param reading the parsed output
 * @throws InjectError `value-changes-structure` with the field of the value, and the place of the action in its message
 */
export function checkStructure(request: StructureRequest, reading: Reading): void {
  const { untrusted } = request
  const run = printedBy(request.output)
  const structure = structureIn(reading)
  // Output of an encoder is a separate node only outside of a scalar.
  const values = run.prints.map(print => print.text !== '' && !(print.isEncoded && !structure.isInsideScalar(print.start)))
  if (run.prints.every((print, i) => values[i] === false || isPlainlyScalar(run.text, print, structure))) return
  const { shape } = structure
  const isSame = (text: string) => structureOf(text)?.shape === shape
  if (isSame(withPrints(run, (print, i) => (values[i] === true ? harmless(print.text) : print.text)))) return
  const { texts } = untrusted
  const groups = texts.length <= MOST_TEXTS ? texts.map(text => [text]) : [texts]
  if (texts.length > 1 && texts.length <= MOST_TEXTS) groups.push([...texts])
  for (const group of groups) {
    const replaced = replacedBy(request, run, new Set(group.map(({ text }) => text)))
    const printed = (print: Print, i: number) => (values[i] === true ? (replaced[i] ?? print.text) : print.text)
    const text = withPrints(run, printed)
    if (isSame(text)) continue
    const index = run.prints.findIndex((print, i) => printed(print, i) !== print.text)
    const [culprit] = group
    if (culprit !== undefined) throw refusal({ ...request, culprit, print: run.prints[index], path: pathThatDiffers(run.text, text) })
  }
}

/** Whether a print is a whole scalar, or inside of one, so that replacing it by a text without special characters does not change the structure. */
export function isPlainlyScalar(output: string, { start, end, text }: Omit<Print, 'pos' | 'isEncoded'>, { scalarAround }: Structure): boolean {
  if (!isStructural(text)) return true
  if (/[\n\r\x85\u2028\u2029]/.test(text)) return false
  const scalar = scalarAround(start, end)
  const isInside = scalar !== undefined && scalar.start < start && scalar.end > end
  switch (scalar?.style) {
    case 'plain':
      return true
    case 'single':
      return isInside ? !text.includes("'") : scalar.start === start && scalar.end === end
    case 'double':
      return isInside ? !/["\\]/.test(text) && output[start - 1] !== '\\' : scalar.start === start && scalar.end === end
    case 'literal':
    case 'folded':
      // On a line below the header, which it does not indent.
      return output.slice(scalar.start, start).includes('\n') && !/^\s/.test(text)
    default:
      return false
  }
}

/** A value of the pod because of which a template's output cannot be parsed. */
export interface Culprit {
  readonly field: FieldPath
  /** Description of the value and of the action that prints it, for a message. */
  readonly description: string
}

/**
 * Finds the value because of which the output of a template cannot be parsed: without its special characters, the output is a mapping.
 * @returns undefined if no single label, annotation or name is the cause
 * @example unreadableBecauseOf(request)?.description // 'the value of annotation "a", which template sidecar:3:5 prints'
 */
export function unreadableBecauseOf(request: StructureRequest): Culprit | undefined {
  const { name, template, untrusted } = request
  const run = printedBy(request.output)
  for (const { text, field, what } of untrusted.texts.slice(0, MOST_TEXTS)) {
    const prints = printsWith(request, other => (other === text ? harmless(other) : other))
    const changed = changedPrints(run, prints)
    if (!isObject(yamlOf(withPrints(run, (print, i) => changed[i] ?? print.text)))) continue
    const print = run.prints[changed.findIndex(other => other !== undefined)]
    return { field, description: `${what}${print === undefined ? '' : `, which ${actionPosition({ name, template }, print)} prints`}` }
  }
  return undefined
}

/** Output of each action if some strings are harmless; undefined if it prints the same. */
function replacedBy(request: StructureRequest, run: Printed, texts: ReadonlySet<string>): readonly (string | undefined)[] {
  const others = printsWith(request, text => (texts.has(text) ? harmless(text) : text))
  // The action, or any other one, is not reached: then only texts that are printed unchanged can be found.
  return changedPrints(run, others, print => replacedInText(print, texts))
}

/** Output of each action in another execution; undefined if it prints the same. */
function changedPrints(
  run: Printed,
  others: ReadonlyMap<string, string>,
  unreached: (print: string) => string | undefined = () => undefined,
): readonly (string | undefined)[] {
  return keyed(run.prints).map(([key, text]) => {
    const other = others.get(key)
    if (other === undefined) return unreached(text)
    return other === text ? undefined : other
  })
}

function replacedInText(print: string, texts: ReadonlySet<string>): string | undefined {
  const trimmed = print.trim()
  let result = print
  for (const text of texts) {
    if (text.length > trimmed.length && trimmed !== '' && text.includes(trimmed)) return harmless(print)
    if (text.trim() !== '') result = result.replaceAll(text, () => harmless(text))
  }
  return result === print ? undefined : result
}

/**
 * The prints of the template with other texts in its data, by the action's position and number of execution; none if the template fails with these texts.
 */
function printsWith({ template, untrusted, budget }: StructureRequest, replace: (text: string) => string): ReadonlyMap<string, string> {
  try {
    return new Map(keyed(printedBy(template.executeNoting(untrusted.dataWith(replace), { budget })).prints))
  } catch (error) {
    if (error instanceof TemplateError) return new Map()
    throw error
  }
}

/** The text of each print, by its action's position and number of execution. */
function keyed(prints: readonly Print[]): [key: string, text: string][] {
  const counts = new Map<number, number>()
  return prints.map(({ pos, text }) => {
    const count = counts.get(pos) ?? 0
    counts.set(pos, count + 1)
    return [`${pos} ${count}`, text]
  })
}

/** The output with other texts instead of those that actions print. */
function withPrints({ text, prints }: Printed, printed: (print: Print, index: number) => string): string {
  let out = ''
  let from = 0
  for (const [i, print] of prints.entries()) {
    out += text.slice(from, print.start) + printed(print, i)
    from = print.end
  }
  return out + text.slice(from)
}

interface Refusal extends Pick<StructureRequest, 'name' | 'template'> {
  readonly culprit: UntrustedText
  readonly print: Print | undefined
  readonly path: FieldPath | undefined
}

function refusal({ culprit: { what, field }, print, path, ...source }: Refusal): InjectError {
  const place = actionPosition(source, print)
  const effect = path === undefined ? '' : `, at ${formatPath(path)}`
  const message = `${what} changes the structure of what ${place} prints${effect}: it must stay a single scalar`
  const hint = 'take line breaks, quotes and brackets out of the value, or let the template print it with `quote` or `toJson`'
  return new InjectError({ code: 'value-changes-structure', message, hint, field })
}

function actionPosition({ name, template }: Pick<StructureRequest, 'name' | 'template'>, print: Print | undefined): string {
  if (print === undefined) return `template ${name}`
  const before = template.text.slice(0, print.pos)
  return describeInner({ text: 'template', name, line: before.split('\n').length, column: print.pos - before.lastIndexOf('\n') })
}

/** The position of the first addition to the output that the value causes; otherwise of the first omission. */
function pathThatDiffers(text: string, harmlessText: string): FieldPath | undefined {
  const [value, other] = [yamlOf(text), yamlOf(harmlessText)]
  return added(value, other, []) ?? added(other, value, [])
}

function yamlOf(text: string): Json {
  try {
    return loadYaml(text)
  } catch (error) {
    if (error instanceof YamlError) return null
    throw error
  }
}

function added(value: Json, other: Json, path: FieldPath): FieldPath | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (typeof other !== 'object' || other === null) return path
  for (const [key, item] of Object.entries(value)) {
    const step = Array.isArray(value) ? Number(key) : key
    const inside = Object.hasOwn(other, key) ? added(item, (isObject(other) ? other[key] : other[Number(key)]) ?? null, [...path, step]) : [...path, step]
    if (inside !== undefined) return inside
  }
  return undefined
}
