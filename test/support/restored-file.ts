// Files on their way through injections, edits and upgrades, until the injection is taken off: with the edits alone, byte for byte, or with a finding
// that says what does not come back.

import { inject, uninject } from '../../src/index.ts'
import { attempt, type Diagnostic, equal, type Json, type SourceFile } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { changedPlaces } from './changed-places.ts'
import { editInside, editLines, lineEdit } from './line-edits.ts'
import { chance, type Random, random } from './random.ts'
import { example } from './rig.ts'
import type { SecondReader } from './second-reader.ts'
import { textOfLines, type WrittenManifest, writtenManifest } from './written-manifest.ts'
import type { Line } from './yaml-printer.ts'

/** So many files go through a run together: much of a run's time is the configuration's. */
export const TOGETHER = 20

const OLD: readonly SourceFile[] = [
  { path: 'mesh.yaml', text: example('istio/config.yaml') },
  { path: 'namespace.yaml', text: example('namespace.yaml') },
]
const [MESH] = OLD
const NEW: readonly SourceFile[] = [{ path: 'mesh.yaml', text: (MESH?.text ?? '').replaceAll('1.31.0', '1.32.0').replace('64Mi', '96Mi') }, ...OLD.slice(1)]

/** Findings that a text does not come back as it was, or that an edit is not what it was. */
const TOLD: ReadonlySet<string> = new Set(['not-restorable', 'injected-field-edited'])

/** One file on its way. */
interface Case {
  readonly seed: number
  readonly manifest: WrittenManifest
  /** The file with the edits alone. */
  readonly lines: readonly Line[]
  /** The file as it stands, with injection and edits. */
  readonly text: string
  /** What a user put inside of the injection, and nothing has told of. */
  readonly inside: readonly string[]
  /** Whether a user put something inside of the injection. */
  readonly isEditedInside: boolean
  readonly told: readonly Diagnostic[]
}

class Failure extends Error {
  constructor(what: string, { seed, manifest, lines, text }: Case, more = '') {
    super(`file ${seed}: ${what}\n--- the file with the edits alone\n${textOfLines(lines, manifest)}\n--- with the injection\n${text}\n--- ${more}`)
  }
}

const pathOf = ({ seed }: Case) => `${seed}.yaml`
const sourceOf = (each: Case): SourceFile => ({ path: pathOf(each), text: each.text })
const ofFile = (diagnostics: readonly Diagnostic[], each: Case) => diagnostics.filter(({ at }) => at?.file === pathOf(each))
const tellsOf = (diagnostics: readonly Diagnostic[], each: Case) => ofFile(diagnostics, each).filter(({ code }) => TOLD.has(code))

/** The journeys of many files, counted. */
export class RestoredFiles {
  readonly counts = { files: 0, refused: 0, injected: 0, edits: 0, inside: 0, insideKept: 0, insideTold: 0, upgrades: 0, exact: 0, told: 0 }
  private readonly reader: SecondReader

  /** @param reader reads the texts of each fourth file, too */
  constructor(reader: SecondReader) {
    this.reader = reader
  }

  /** Takes a few files all the way; the same number gives the same files. Throws where something is lost without a word. */
  wholeWay(start: number): void {
    const next = random(start)
    let cases: Case[] = Array.from({ length: TOGETHER }, (_, i) => {
      const seed = start * TOGETHER + i
      const manifest = writtenManifest(random(seed))
      return { seed, manifest, lines: manifest.lines, text: manifest.text, inside: [], isEditedInside: false, told: [] }
    })
    this.counts.files += cases.length
    let mesh = chance(next, 50) ? OLD : NEW
    cases = this.injected(cases, mesh)
    for (let round = next(3); round > 0; round--) {
      cases = cases.map(each => this.edited(each, next))
      mesh = mesh === OLD ? NEW : OLD
      cases = this.injected(cases, mesh)
      this.counts.upgrades += cases.length
    }
    if (chance(next, 50)) cases = cases.map(each => this.edited(each, next))
    if (chance(next, 50)) cases = this.injected(cases, mesh)
    this.comesBack(cases)
    if (chance(next, 20)) staysAsItIs(this.injected(cases, mesh), mesh)
  }

  /** The cases that can be injected, with the injection. */
  private injected(cases: readonly Case[], mesh: readonly SourceFile[]): Case[] {
    const run = (files: readonly Case[]) => inject({ files: [...mesh, ...files.map(sourceOf)] })
    const first = run(cases)
    refuseBugs(first.diagnostics)
    const right = cases.filter(each => !ofFile(first.diagnostics, each).some(({ severity }) => severity === 'error'))
    this.counts.refused += cases.length - right.length
    const result = right.length === cases.length ? first : run(right)
    const failed = result.diagnostics.find(({ severity }) => severity === 'error')
    if (failed !== undefined) throw new Error(JSON.stringify(failed))
    return right.map((each, i) => {
      const text = result.files[mesh.length + i]?.text ?? ''
      const told = tellsOf(result.diagnostics, each)
      return { ...each, text, told: [...each.told, ...told], inside: this.stillInside(each, text, told) }
    })
  }

  /** What a user put inside of the injection and is still there; throws where the rest is lost without a word. */
  private stillInside(each: Case, text: string, told: readonly Diagnostic[]): readonly string[] {
    const lost = each.inside.filter(note => !text.includes(note))
    const messages = told.map(({ message }) => message).join('\n')
    const lines = each.text.split('\n')
    for (const note of lost) {
      const number = lines.findIndex(line => line.includes(note)) + 1
      const isEdit = !note.startsWith('#') && told.some(({ code }) => code === 'injected-field-edited')
      const isTold = isEdit || [note, `(line ${number})`].some(sign => messages.includes(sign)) || / and \d+ more/.test(messages)
      if (!isTold) throw new Failure(`${note} is lost, and nothing says so`, each, `again\n${text}\n--- told\n${messages}`)
    }
    this.counts.insideKept += each.inside.length - lost.length
    this.counts.insideTold += lost.length
    return each.inside.filter(note => text.includes(note))
  }

  private edited(each: Case, next: Random): Case {
    const { eol } = each.manifest
    let { lines, text, inside, isEditedInside } = each
    for (let i = next(4); i > 0; i--) {
      const there = text.split(eol)
      const edit = lineEdit(next, lines, there)
      if (edit === undefined) continue
      const after = editLines(lines, edit)
      const textAfter = there.flatMap(line => (line === edit.line ? edit.inPlace : [line])).join(eol)
      const [was, is] = [lines, after].map(all => parsed(textOfLines(all, each.manifest)))
      // A comment may become part of a text above it, or end it.
      if (is === undefined || (isNote(edit) && !equal(was ?? null, is))) continue
      // Where an alias was written out, an edit of its anchor is another one.
      const hasAliases = each.manifest.text.includes('*a')
      if (hasAliases && changedPlaces(was ?? null, is) !== changedPlaces(parsed(text) ?? null, parsed(textAfter) ?? null)) continue
      lines = after
      text = textAfter
      this.counts.edits++
    }
    if (chance(next, 25)) {
      for (let i = 1 + next(3); i > 0; i--) {
        const edit = editInside(next, lines, text.split(eol))
        if (edit === undefined) continue
        const textAfter = edit.lines.join(eol)
        const [was, is] = [text, textAfter].map(parsed)
        if (is === undefined || was === undefined || changedPlaces(was, is) !== (edit.isValue ? 1 : 0)) continue
        text = textAfter
        inside = [...inside, edit.note]
        isEditedInside = true
        this.counts.inside++
      }
    }
    return { ...each, lines, text, inside, isEditedInside }
  }

  private comesBack(cases: readonly Case[]): void {
    const off = uninject({ files: cases.map(sourceOf) })
    refuseBugs(off.diagnostics)
    for (const each of cases) {
      const errors = ofFile(off.diagnostics, each).filter(({ severity }) => severity === 'error')
      if (errors.length > 0) throw new Failure(JSON.stringify(errors), each)
    }
    cases.forEach((each, i) => {
      const want = textOfLines(each.lines, each.manifest)
      const text = off.files[i]?.text ?? ''
      const here = tellsOf(off.diagnostics, each)
      this.stillInside(each, text, here)
      const got = withoutNotes(text, each)
      const told = [...each.told, ...here]
      if (each.text !== want) this.counts.injected++
      if (got === want) this.counts.exact++
      else if (told.length === 0) throw new Failure('it is not restored, and nothing says so', each, `taken off\n${text}`)
      else {
        if (!each.isEditedInside) this.counts.told++
        const isEdited = told.some(({ code }) => code === 'injected-field-edited')
        if (!isEdited && !equal(parsed(got) ?? null, parsed(want) ?? null)) throw new Failure('its values are not restored', each, `taken off\n${text}`)
      }
      // What holds no workload may be no YAML, and is left alone.
      const texts = each.seed % 4 === 0 ? [each.text, text, want] : []
      if (parsed(want) !== undefined) for (const read of texts) this.reader.check(read)
    })
  }
}

/** A run without an edit changes nothing more. */
function staysAsItIs(cases: readonly Case[], mesh: readonly SourceFile[]): void {
  const same = inject({ files: [...mesh, ...cases.map(sourceOf)] })
  refuseBugs(same.diagnostics)
  cases.forEach((each, i) => {
    const again = same.files[mesh.length + i]?.text ?? ''
    if (again !== each.text) throw new Failure('a run without an edit changes it', each, `again\n${again}`)
  })
}

/** No input may end in a finding about a bug of ours. */
function refuseBugs(diagnostics: readonly Diagnostic[]): void {
  const bug = diagnostics.find(({ code }) => code === 'internal')
  if (bug !== undefined) throw new Error(JSON.stringify(bug))
}

/** Whether comments and blanks are all that changes. */
function isNote({ line, inPlace }: { readonly line: string; readonly inPlace: readonly string[] }): boolean {
  const bare = (text: string) => text.replace(/#.*$/, '').trim()
  return bare(line) === inPlace.map(bare).join('')
}

/** The text without the comments that a user put inside of the injection, and that stayed. */
function withoutNotes(text: string, { inside, manifest: { eol } }: Case): string {
  const kept = inside.filter(note => text.includes(note))
  if (kept.length === 0) return text
  const bare = (line: string) => kept.reduce((rest, note) => rest.replace(` ${note}`, '').replace(note, ''), line)
  return text
    .split(eol)
    .filter(line => !kept.some(note => line.trim() === note))
    .map(bare)
    .join(eol)
}

function parsed(text: string): Json[] | undefined {
  return attempt([], () => parseDocuments({ path: 'edited.yaml', text }))?.map(({ value }) => value)
}
