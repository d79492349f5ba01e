// What the whole program owes to any input: an answer, or what is wrong with it. What it answers holds every item, comes out the same again, and comes off
// again.

import { inject, uninject } from '../../src/index.ts'
import { at, type Diagnostic, equal, InjectError, type InjectResult, type Json, type SourceFile } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'

/** How many inputs came that far: a law that nothing gets to says nothing. */
export const reached = { refused: 0, failed: 0, twice: 0, off: 0 }

export const stdin = (text: string): SourceFile => ({ path: '<stdin>', text })
export const errorsIn = (diagnostics: readonly Diagnostic[]) => diagnostics.filter(({ severity }) => severity === 'error')

export function listIn(text: string): Json {
  const values = parseDocuments(stdin(text)).flatMap(({ value }) => (value === null ? [] : [value]))
  if (values.length !== 1) throw new Error(`${values.length} documents`)
  return values[0] ?? null
}

const itemsIn = (value: Json): Json => at(value, ['items']) ?? []
/** What the function itself takes away or brings. */
const ISSUED = /InjectionGuard|^results:|"results"|'results'/m
const isComplete = (text: string) => Array.isArray(at(listIn(text), ['items']))

/** Throws where a finding is about a bug of ours. */
export function noBugs(diagnostics: readonly Diagnostic[]): void {
  const bugs = diagnostics.filter(({ code }) => code === 'internal')
  if (bugs.length > 0) throw new Error(JSON.stringify(bugs))
}

/** What `run` answers; undefined where it says that there is nothing to answer with. */
export function refusedOr<Result extends { readonly diagnostics: readonly Diagnostic[] }>(run: () => Result): Result | undefined {
  try {
    const result = run()
    noBugs(result.diagnostics)
    return result
  } catch (error) {
    if (!(error instanceof InjectError) || error.diagnostic.code === 'internal') throw error
    reached.refused++
    return undefined
  }
}

/** The laws of the function for one ResourceList. */
export function answersWell(text: string): void {
  const record = 'Always'
  const once = refusedOr(() => inject({ resourceList: stdin(text), record }))
  if (once === undefined) return
  const out = once.files[0]?.text ?? ''
  const answer = listIn(out)
  if (errorsIn(once.diagnostics).length > 0) {
    reached.failed++
    if (!equal(itemsIn(answer), itemsIn(listIn(text)))) throw new Error(`there are errors, and the items changed:\n${out}`)
    return
  }
  if (ISSUED.test(text) || !isComplete(text)) return
  const [before, after] = [itemsIn(listIn(text)), itemsIn(answer)]
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) throw new Error(`items are lost:\n${out}`)

  reached.twice++
  const twice = inject({ resourceList: stdin(out), record })
  const again = twice.files[0]?.text ?? ''
  // What is said about a user's edits is said of what they were, and then of what is left of them. A key that is there twice comes back once.
  const isTold = once.diagnostics.some(({ code }) => code === 'injected-field-edited' || code === 'yaml-duplicate-key')
  const same = isTold ? equal(itemsIn(listIn(again)), after) : again === out
  if (!same) throw new Error(`a second run changes something:\n${out}\n--- second run\n${again}`)

  // What was injected before may have no record.
  if (/annotations|List|status/.test(text) && /inject-sidecars.dev\/record|sidecar.istio.io\/status/.test(text)) return
  if (once.diagnostics.some(({ code }) => code === 'yaml-duplicate-key') || /action:/.test(text)) return
  // A block scalar that the text's end cuts off would say something else with results behind it: the list is printed anew.
  if (!text.startsWith('{') && !text.endsWith('\n')) return
  reached.off++
  const off = uninject({ resourceList: stdin(out) })
  if (errorsIn(off.diagnostics).length > 0) throw new Error(JSON.stringify(errorsIn(off.diagnostics)))
  const shown = withoutResults(off.files[0]?.text ?? '')
  if (shown !== withoutResults(text)) throw new Error(`it does not come off:\n${shown}`)
}

/** Warnings may come and go; `items` is added where it is missing. */
function withoutResults(text: string): string {
  return text.startsWith('{')
    ? text.replace(/,\s*"results":[\s\S]*$|\s*\}\s*$/, '')
    : text
        .replace(/\nresults:\n[\s\S]*$/, '\n')
        .replace(/(?:\n---\s*)+$/, '')
        .trimEnd()
}

/** Injects one file beside those that hold the configuration. */
export type RunInMesh = (text: string) => InjectResult

export const inMesh =
  (files: readonly SourceFile[], functionConfig?: SourceFile): RunInMesh =>
  text =>
    inject({ files: [...files, { path: 'case.yaml', text }], ...(functionConfig === undefined ? {} : { functionConfig }) })

/** The laws of the command for one file beside those that hold the configuration. */
export function fileAnswersWell(text: string, run: RunInMesh): void {
  const textOf = ({ files }: Pick<ReturnType<typeof inject>, 'files'>) => files.at(-1)?.text ?? ''
  const once = run(text)
  noBugs(once.diagnostics)
  const out = textOf(once)
  if (errorsIn(once.diagnostics).length > 0) {
    reached.failed++
    if (out !== text) throw new Error(`there are errors, and the file changed:\n${out}`)
    return
  }
  reached.twice++
  if (textOf(run(out)) !== out) throw new Error(`a second run changes something:\n${out}\n--- second run\n${textOf(run(out))}`)
  if (out === text || once.diagnostics.some(({ code }) => code === 'yaml-duplicate-key')) return
  reached.off++
  const injected = { files: [{ path: 'case.yaml', text: out }] }
  const careful = uninject(injected)
  // A template of one's own may have replaced what no injection of Istio's replaces: that comes back where the record is trusted.
  const isRefused = errorsIn(careful.diagnostics).some(({ code }) => code === 'record-forged')
  const off = isRefused ? uninject({ ...injected, trustRecord: true }) : careful
  // What the live webhook injected before has no record.
  if (!/sidecar.istio.io\/status/.test(text) && textOf(off) !== text) throw new Error(`it does not come off:\n${textOf(off)}`)
}
