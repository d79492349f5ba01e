// A value that a user changes in a recorded file is still there after the injection was taken off, or made anew; or a finding says what became of it.

import fc from 'fast-check'
import { inject, uninject } from '../../src/index.ts'
import { at, type FieldPath, isObject, type Json, type SourceFile } from '../../src/lib/model/index.ts'
import { applyEdits, type Document, parseDocuments } from '../../src/lib/yaml/index.ts'
import { RECORD } from '../../src/record/index.ts'
import { writeAll } from '../../src/write/index.ts'
import { fuzz } from '../support/fuzz.ts'
import { example } from '../support/rig.ts'

const CONTEXT: readonly SourceFile[] = [
  { path: 'config.yaml', text: example('istio/config.yaml') },
  { path: 'namespace.yaml', text: example('namespace.yaml') },
]

/** The configuration of another version. */
const NEWER = CONTEXT.map(({ path, text }) => ({ path, text: text.replaceAll('1.31.0', '1.32.0') }))

interface Recorded {
  readonly document: Document
  readonly leaves: readonly FieldPath[]
}

const FILES: readonly Recorded[] = ['web.yaml', 'store.yaml'].flatMap(name => {
  const files = [...CONTEXT, { path: name, text: example(name) }]
  return parseDocuments(inject({ files }).files[2] ?? { path: name, text: '' }).flatMap(document => {
    const text = document.file.text.slice(document.start, document.end)
    if (!text.includes(RECORD)) return []
    return parseDocuments({ path: name, text }).map(alone => ({ document: alone, leaves: leavesOf(alone.value, []).filter(isFree) }))
  })
})

/** No injection may change these, and a changed record is refused. */
function isFree(path: FieldPath): boolean {
  return path[0] !== 'apiVersion' && path[0] !== 'kind' && path.at(-1) !== RECORD && !(path[0] === 'metadata' && path.length === 2)
}

function leavesOf(value: Json, path: FieldPath): FieldPath[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leavesOf(item, [...path, i]))
  return isObject(value) ? Object.entries(value).flatMap(([key, child]) => leavesOf(child, [...path, key])) : [path]
}

interface Edit {
  readonly file: number
  readonly leaf: number
  readonly value: string | number
}

const edit: fc.Arbitrary<Edit> = fc
  .record({ file: fc.nat(10 * FILES.length - 1), leaf: fc.nat(), number: fc.integer({ min: 100_000, max: 999_999_999 }), isText: fc.boolean() })
  .map(({ file, leaf, number, isText }) => ({ file, leaf, value: isText ? `/edit-${number}` : number }))

function keptOrReported({ file, leaf, value }: Edit): void {
  const { document, leaves } = FILES[file % FILES.length] ?? { leaves: [] }
  const path = leaves[leaf % leaves.length]
  if (document === undefined || path === undefined) throw new Error('nothing was injected')
  const changed = typeof at(document.value, path) === 'number' ? value : String(value)
  const text = applyEdits(document.file.text, writeAll({ document, changes: [{ path, after: changed }] }))
  const edited = { path: 'edited.yaml', text }
  const isMadeAnew = Math.floor(file / FILES.length) % 10 === 0
  const { files, diagnostics } = isMadeAnew ? inject({ files: [...NEWER, edited] }) : uninject({ files: [edited] })
  const isReported = diagnostics.some(({ severity }) => severity !== 'info')
  const after = files.at(-1)?.text ?? ''
  if (!isReported && !after.includes(String(value))) throw new Error(`${path.join('.')}: ${value} is lost without a word:\n${after}`)
}

fuzz('a value that is edited in a recorded file is kept or reported', { runs: 10_000, input: edit }, keptOrReported)
