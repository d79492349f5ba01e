// Computes the smallest text edits from an old value to a new one. Unchanged parts keep their bytes (docs/architecture.md, "What must always hold").

import type { FieldPath, Json } from '../lib/model/index.ts'
import { at, equal, formatPath, InjectError, withValueAt, withValuesAt } from '../lib/model/index.ts'
import type { Document, Node, Region } from '../lib/yaml/index.ts'
import { applyDifference } from './apply-difference.ts'
import { changeNode } from './change.ts'
import { Plan, type Slot, type Spelling, type Strategy, type Target, type TextEdit } from './plan.ts'
import { columnOf } from './style.ts'
import { type ChangedPart, provenPart, wantedIn } from './verify.ts'

/** The node at `path` is to become `after`. */
export interface Change {
  readonly path: FieldPath
  readonly after: Json
  /** The view of the node that `after` was made from, where that is not the node's own value: only what differs between the two is written. */
  readonly before?: Json
}

type Texts = Required<Pick<Context, 'spellings' | 'areExact'>>

interface Context {
  readonly document: Document
  /** Exact texts for places of the new value, as `was` of earlier edits has them. */
  readonly spellings?: readonly Spelling[]
  /** Whether nothing may be written if the spellings do not fit; otherwise the change is then written without them. */
  readonly areExact?: boolean
}

/**
 * The smallest edits of the document's file that make the change. Each edit has its path and the text that was there before, so that it can be reverted: write
 * the old value with the `was` texts of the edits as spellings. The result is proven: the changed part is read again and compared. If small edits are not
 * enough, whole nodes are replaced.
 * @throws InjectError `internal` if no edit can be proven; then nothing may be written
 * @example applyEdits(file.text, write({ document, path: ['spec', 'template'], after: injected }))
 */
export function write({ document, spellings, ...change }: Change & Context): TextEdit[] {
  return writeAll({ document, changes: [change], ...(spellings === undefined ? {} : { spellings }) })
}

/**
 * As `write`, for several changes of one document: needed if it has aliases, because one change may edit an anchor that another one depends on.
 * @throws InjectError `internal` if no edit can be proven; then nothing may be written
 */
export function writeAll(request: Context & { readonly changes: readonly Change[] }): TextEdit[] {
  return writeParts(request).flatMap(({ edits }) => edits)
}

export interface WrittenPart {
  readonly edits: readonly TextEdit[]
  /** The part of the text that the edits change, as it has been read again; absent where there is no edit. */
  readonly changed?: ChangedPart
}

/**
 * As `writeAll`, with the changed parts of the text.
 * @throws InjectError `internal` if no edit can be proven
 */
export function writeParts({ document, changes, spellings = [], areExact = false }: Context & { readonly changes: readonly Change[] }): WrittenPart[] {
  const texts: Texts = { spellings, areExact }
  const results = changes.map(change => ({ path: change.path, after: afterOf(document, change) }))
  const isReached = ({ path }: Spelling) => results.some(change => change.path.every((step, i) => step === path[i]))
  const parts = !document.hasAliases && spellings.every(isReached) ? eachAlone(document, groupsOf(document, results), texts) : undefined
  if (parts !== undefined) return parts
  const whole = writeOne(document, { path: [], after: withValuesAt(document.value, results) }, texts)
  if (whole === undefined) throw new Error('there is nothing around the whole document')
  return [whole]
}

/** The parts of changes that are made one by one; undefined if one of them cannot be made alone. */
function eachAlone(document: Document, changes: readonly Change[], texts: Texts): WrittenPart[] | undefined {
  const parts: WrittenPart[] = []
  for (const change of changes) {
    const part = writeOne(document, change, texts)
    if (part === undefined) return undefined
    parts.push(part)
  }
  return parts
}

/** Groups changes: those in one element with aliases are made together. */
function groupsOf(document: Document, changes: readonly Change[]): Change[] {
  if (!changes.some(({ path }) => document.hasAliasesAt(path))) return [...changes]
  const groups = new Map<string, { readonly path: FieldPath; readonly changes: Change[] }>()
  changes.forEach((change, i) => {
    const shared = document.hasAliasesAt(change.path)
    const path = shared ? change.path.slice(0, 2) : change.path
    const key = shared ? JSON.stringify(path) : String(i)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { path, changes: [change] })
    else group.changes.push(change)
  })
  return [...groups.values()].map(({ path, changes: together }) => {
    const inside = together.map(change => ({ path: change.path.slice(path.length), after: change.after }))
    return { path, after: withValuesAt(at(document.value, path), inside) }
  })
}

/** The edits that `write` tries first, without the proof: for callers that know which text has to result. Undefined where it tries none. */
export function firstTry({ document, spellings = [], ...change }: Change & Context): readonly TextEdit[] | undefined {
  const { path, after } = reachable(document, { path: change.path, after: afterOf(document, change) })
  const [strategy] = STRATEGIES
  return strategy === undefined ? undefined : attempt({ document, region: document.regionAt(path), path, after, strategy, spellings })
}

function afterOf(document: Document, { path, before, after }: Change): Json {
  const raw = at(document.value, path)
  return before === undefined || raw === undefined || equal(before, raw) ? after : applyDifference({ raw, typed: before, final: after })
}

/** One change as edits; undefined if a text for it needs an anchor that only the whole document has. */
function writeOne(document: Document, change: Change, { spellings, areExact }: Texts): WrittenPart | undefined {
  const { path, after } = reachable(document, change)
  if (spellings.length === 0 && equal(at(document.value, path), after)) return { edits: [] }
  const region = document.regionAt(path)
  const want = wantedIn(document, region, { path, after })
  const tried = { document, region, path, after, spellings, want }
  // A text may name an anchor of another item.
  const mayPointElsewhere = region.path.length > 0 && spellings.some(({ text }) => text.includes('*'))
  // Whole nodes that are printed anew leave their texts out.
  const isFine = mayPointElsewhere || (areExact && spellings.length > 0)
  const found = isFine ? firstProven(tried, FINE) : (firstProven(tried) ?? firstProven({ ...tried, spellings: [] }))
  if (found !== undefined) return found
  if (mayPointElsewhere) return undefined
  throw new InjectError({
    code: 'internal',
    message: `no edit of ${formatPath(path) || 'the document'} could be proven right; nothing is written`,
    at: document.positionOf(path),
  })
}

function firstProven(tried: Omit<Attempt, 'strategy'> & { readonly want: Json }, strategies: readonly Strategy[] = STRATEGIES): WrittenPart | undefined {
  const { document, region, want } = tried
  for (const strategy of strategies) {
    const edits = attempt({ ...tried, strategy })
    const changed = edits === undefined ? undefined : provenPart(document, region, { edits, want })
    if (edits !== undefined && changed !== undefined) return { edits, changed }
  }
  return undefined
}

// From the smallest edits to the replacement of the whole node.
const FINE: readonly Strategy[] = [true, false].map(literals => ({ literals, depth: Number.POSITIVE_INFINITY }))
const STRATEGIES: readonly Strategy[] = [...FINE, ...[6, 4, 3, 2, 1, 0].map(depth => ({ literals: false, depth }))]

/** The change, or if its node is not in the text, the same change as one of the nearest ancestor that is. */
function reachable(document: Document, change: Change): Change {
  let { path, after } = change
  while (path.length > 0 && document.nodeAt(path) === undefined) {
    const parent = path.slice(0, -1)
    after = withValueAt(at(document.value, parent), path.slice(-1), after)
    path = parent
  }
  return { path, after }
}

interface Attempt extends Change {
  readonly document: Document
  readonly region: Region
  readonly strategy: Strategy
  readonly spellings: readonly Spelling[]
}

// Writing out an alias may change what another anchor holds.
const MAX_ROUNDS = 20

function attempt({ document, region, path, after, strategy, spellings }: Attempt): TextEdit[] | undefined {
  let forced: ReadonlySet<Node> = new Set()
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const plan = new Plan({ document, region, strategy, forced, spellings })
    const place = targetOf(plan, region, path)
    if (place === undefined) return undefined
    changeNode(plan, place, { want: after })
    const more = aliasesOf(plan)
    if (more.length === 0) return plan.edits
    forced = new Set([...forced, ...more])
  }
  return undefined
}

/** Remaining aliases of anchors that the plan changes. */
function aliasesOf({ region, touched, edits, forced }: Plan): Node[] {
  if (touched.size === 0) return []
  const isCovered = (alias: Node) => edits.some(edit => edit.offset <= alias.start && edit.offset + edit.length >= alias.end)
  return [...region.aliases].flatMap(([alias, target]) => (touched.has(target.node) && !forced.has(alias) && !isCovered(alias) ? [alias] : []))
}

function targetOf(plan: Plan, region: Region, path: FieldPath): Target | undefined {
  const { document, text } = plan
  const node = document.nodeAt(path)
  const have = at(document.value, path)
  if (node === undefined || have === undefined) return undefined
  return { node, have, path, wantPath: path, depth: 0, slot: slotAt({ text, region, node, path, document }) }
}

function slotAt({ text, region, node, path, document }: { text: string; region: Region; node: Node; path: FieldPath; document: Document }): Slot {
  const step = path.at(-1)
  const isRoot = path.length === region.path.length
  const parent = isRoot ? undefined : document.nodeAt(path.slice(0, -1))
  if (parent?.kind === 'map' && typeof step === 'string') {
    const entry = parent.entries.find(({ value }) => value === node)
    if (entry !== undefined) {
      const { key, colon, start } = entry
      const bare = colon < 0
      return { kind: 'entry', flow: parent.flow, bare, keyEnd: key.end, after: bare ? key.end : colon + 1, column: parent.flow ? 0 : columnOf(text, start) }
    }
  }
  if (parent?.kind === 'seq' && typeof step === 'number' && !parent.flow) {
    const start = parent.items[step]?.start ?? node.start
    return { kind: 'item', flow: false, bare: false, after: start + 1, column: columnOf(text, start) }
  }
  // An element that is parsed for itself hangs on the dash before its region.
  if (isRoot && region.prefix !== '') return { kind: 'item', flow: false, bare: false, after: region.start, column: columnOf(text, region.start - 1) }
  return { kind: isRoot ? 'root' : 'item', flow: parent !== undefined, bare: false, after: node.start, column: 0 }
}
