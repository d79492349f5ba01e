// A list of a text's nodes in document order, as numbers: the reader adds them, and node objects are created from them on first use.

/** The number of numbers in a record. */
export const RECORD_LENGTH = 5
/** Kind of the node, one of those below, and flags. */
const KIND = 0
/** The first character behind anchor and tag. */
const CONTENT = 1
/** Behind the last character. */
const END = 2
/** Of a value in a mapping its colon, of a list element its dash; of a key where the entry starts. -1 where there is none. */
const LEAD = 3
/** Index of the record after the node and its children. */
const NEXT = 4

export const PLAIN_SCALAR = 0
export const SINGLE_SCALAR = 1
export const DOUBLE_SCALAR = 2
export const LITERAL_SCALAR = 3
export const FOLDED_SCALAR = 4
export const EMPTY_SCALAR = 5
export const ALIAS = 6
export const BLOCK_MAP = 7
export const FLOW_MAP = 8
/** Flag: a pair in a flow list without braces. */
export const PAIR = 9
export const BLOCK_SEQ = 10
export const FLOW_SEQ = 11
const KINDS = 15
/** Flag: the text differs from the source between the quotes, or between start and end. */
const DECODED = 16
/** Flag: the node has an anchor or a tag. */
const NAMED = 32

/** An anchor and a tag before a node. */
export interface Properties {
  /** Of the first of them. */
  readonly start: number
  /** Behind the last of them. */
  readonly end: number
  readonly anchor?: string
  readonly tag?: Tag
}

export interface Tag {
  /** As it is written. */
  readonly source: string
  /** With its prefix in place of its handle: `tag:yaml.org,2002:str`. */
  readonly name: string
}

/** Shorter lists are kept as they are written: most are read once and let go. */
const LONG = 100_000

/** A list of nodes in document order, in numbers that take little memory. */
export class Tape {
  private written: number[] = []
  /** The same numbers; those of a long text that has been read take half of the memory. */
  private records: number[] | Int32Array = this.written
  private texts: Map<number, string> | undefined
  private properties: Map<number, Properties> | undefined

  get length(): number {
    return this.records.length
  }

  /** Adds a scalar, an alias, or a collection that `close` completes. Answers with its index. */
  add(kind: number, content: number, end: number, lead: number): number {
    const index = this.written.length
    this.written.push(kind, content, end, lead, index + RECORD_LENGTH)
    return index
  }

  close(index: number, end: number): void {
    this.records[index + END] = end
    this.records[index + NEXT] = this.length
  }

  /** Ends the writing. */
  complete(): void {
    if (this.written.length < LONG) return
    this.records = new Int32Array(this.written)
    this.written = []
  }

  setText(index: number, text: string): void {
    this.records[index + KIND] = (this.records[index + KIND] ?? 0) | DECODED
    this.texts ??= new Map()
    this.texts.set(index, text)
  }

  setProperties(index: number, properties: Properties): void {
    this.records[index + KIND] = (this.records[index + KIND] ?? 0) | NAMED
    this.properties ??= new Map()
    this.properties.set(index, properties)
  }

  kind(index: number): number {
    return (this.records[index] ?? 0) & KINDS
  }

  content(index: number): number {
    return this.records[index + CONTENT] ?? 0
  }

  end(index: number): number {
    return this.records[index + END] ?? 0
  }

  lead(index: number): number {
    return this.records[index + LEAD] ?? 0
  }

  next(index: number): number {
    return this.records[index + NEXT] ?? 0
  }

  /** The first record inside of a collection; the next record behind it if it is empty. */
  first(index: number): number {
    return index + RECORD_LENGTH
  }

  /** The records of the elements of a list. */
  children(index: number): number[] {
    const children: number[] = []
    const limit = this.next(index)
    for (let child = this.first(index); child < limit; child = this.next(child)) children.push(child)
    return children
  }

  /** The text of a scalar if it differs from the source. */
  text(index: number): string | undefined {
    return ((this.records[index] ?? 0) & DECODED) === 0 ? undefined : this.texts?.get(index)
  }

  propertiesOf(index: number): Properties | undefined {
    return ((this.records[index] ?? 0) & NAMED) === 0 ? undefined : this.properties?.get(index)
  }
}
