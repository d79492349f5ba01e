// Reads the items of a JSON list one after another, so that a listing of any size takes the memory of one item. The code only finds the start and end of items;
// JSON.parse reads them.

import { InjectError, type Json } from '../lib/model/index.ts'

/** Maximum length of an item; the API server stores no object above 1.5 MiB. */
const LONGEST = 1 << 26

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const SPACE = 0x20
const ITEMS = Buffer.from('items')
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/**
 * The elements of `items` of every object in a stream, in order; an object without `items` is an item itself.
 * @param name of the stream, for errors
 * @throws InjectError `pods-invalid` if the bytes are not complete JSON objects
 * @example [...jsonItems([Buffer.from('{"items": [{"kind": "Pod"}]}')], 'pods.json')] // [{ kind: 'Pod' }]
 */
export function* jsonItems(chunks: Iterable<Buffer>, name: string): Generator<Json> {
  const kept = new Kept(name)
  let depth = 0
  let inString = false
  let escaped = false
  let inItems = false
  /** Number of characters of the key `items` that the last string of the outermost object matches; -1 if it does not match. */
  let key = -1
  for (const chunk of chunks) {
    kept.begin(chunk)
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]
      if (inString) {
        if (escaped) escaped = false
        else if (byte === BACKSLASH) escaped = true
        else if (byte === QUOTE) inString = false
        if (depth === 1 && inString) key = key >= 0 && ITEMS[key] === byte ? key + 1 : -1
      } else if (byte === QUOTE) {
        inString = true
        if (depth === 0) throw kept.invalid(i)
        if (depth === 1) key = 0
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        if (depth === 0 && byte === OPEN_LIST) throw kept.invalid(i)
        const opensItems = depth === 1 && byte === OPEN_LIST && key === ITEMS.length
        if (opensItems) kept.drop()
        inItems ||= opensItems
        if (depth === (inItems ? 2 : 0)) kept.start(i)
        depth++
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        depth--
        if (depth < 0) throw kept.invalid(i)
        if (inItems && depth === 1) inItems = false
        const item = depth === (inItems ? 2 : 0) ? kept.end(i + 1) : undefined
        if (item !== undefined) yield item
      } else if (depth === 0 && byte !== undefined && byte > SPACE && !kept.isMark(i, byte)) throw kept.invalid(i)
    }
    kept.carry()
  }
  if (depth > 0) throw kept.cutOff()
}

/** The bytes of the object that is being read, which may begin in an earlier chunk. */
class Kept {
  readonly #name: string
  #chunk: Buffer = Buffer.alloc(0)
  /** Number of bytes of the stream before this chunk. */
  #before = 0
  #start: number | undefined
  #pieces: Buffer[] = []
  #length = 0

  constructor(name: string) {
    this.#name = name
  }

  begin(chunk: Buffer): void {
    this.#before += this.#chunk.length
    this.#chunk = chunk
  }

  start(at: number): void {
    this.#start = at
  }

  drop(): void {
    this.#start = undefined
    this.#pieces = []
    this.#length = 0
  }

  /** Copies the chunk's part of the object, because the chunk may be reused. */
  carry(): void {
    if (this.#start === undefined) return
    const piece = Buffer.from(this.#chunk.subarray(this.#start))
    this.#length += piece.length
    if (this.#length > LONGEST) throw this.#error(`an object is longer than ${LONGEST >> 20} MiB`)
    this.#pieces.push(piece)
    this.#start = 0
  }

  /** The object that ends at `at`; undefined if none was begun. */
  end(at: number): Json | undefined {
    if (this.#start === undefined) return undefined
    const last = this.#chunk.subarray(this.#start, at)
    const text = (this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last])).toString('utf8')
    this.drop()
    try {
      return JSON.parse(text)
    } catch (error) {
      // The engine's own words repeat a part of the text, which may be a secret.
      if (!(error instanceof SyntaxError)) throw error
      throw this.#error(`the object that ends at byte ${this.#before + at} is not JSON`)
    }
  }

  isMark(at: number, byte: number): boolean {
    const place = this.#before + at
    return place < BYTE_ORDER_MARK.length && BYTE_ORDER_MARK[place] === byte
  }

  invalid(at: number): InjectError {
    return this.#error(`this is not JSON: an object was expected at byte ${this.#before + at + 1}`)
  }

  cutOff(): InjectError {
    return this.#error('it ends within an object')
  }

  #error(reason: string): InjectError {
    const hint = 'what `kubectl get pods -A -o json` prints, in UTF-8'
    return new InjectError({ code: 'pods-invalid', message: `${this.#name}: ${reason}`, hint: `it has to be ${hint}` })
  }
}
