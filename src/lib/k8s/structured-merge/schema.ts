// The merge types of structs, lists and maps of pods and workloads: the API server's OpenAPI document, read type by type from a generated table.

import { onceValue } from '../../go/sync.ts'
import type { Json } from '../../model/index.ts'
import { LIST_TYPES } from '../generated/list-types.ts'

export type MergeType =
  | { readonly kind: 'string' | 'boolean' | 'int32' | 'int64' | 'quantity' | 'int-or-string' | 'time' | 'any' }
  | { readonly kind: 'struct'; readonly name: string; readonly atomic: boolean }
  | { readonly kind: 'map'; readonly atomic: boolean; readonly values: MergeType }
  | ListType

export interface ListType {
  readonly kind: 'list'
  readonly list: 'atomic' | 'set' | 'map'
  /** The merge keys of a list's items, each with the default for an item without it. */
  readonly keys: readonly { readonly name: string; readonly fallback: Json }[]
  readonly items: MergeType
}

/**
 * The fields of a struct, by its name without group and version; undefined for a name that is not in the table.
 * @example mergeFields('PodSpec')?.get('hostname')?.kind // 'string'
 */
export function mergeFields(struct: string): ReadonlyMap<string, MergeType> | undefined {
  const known = STRUCTS.get(struct)
  if (known !== undefined) return known
  const line = lines().get(struct)
  if (line === undefined) return undefined
  const fields = new Map(
    line.map(field => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon), parseType(field.slice(colon + 1))]
    }),
  )
  STRUCTS.set(struct, fields)
  return fields
}

const STRUCTS = new Map<string, ReadonlyMap<string, MergeType>>()

const lines = onceValue((): ReadonlyMap<string, readonly string[]> => {
  return new Map(
    LIST_TYPES.trim()
      .split('\n')
      .map(line => {
        const [name = '', ...fields] = line.split(' ')
        return [name, fields]
      }),
  )
})

const SCALARS: ReadonlyMap<string, MergeType> = new Map(
  Object.entries({
    s: { kind: 'string' },
    b: { kind: 'boolean' },
    i: { kind: 'int32' },
    l: { kind: 'int64' },
    q: { kind: 'quantity' },
    o: { kind: 'int-or-string' },
    t: { kind: 'time' },
    y: { kind: 'any' },
  } satisfies Record<string, MergeType>),
)

function parseType(text: string): MergeType {
  const scalar = SCALARS.get(text)
  if (scalar !== undefined) return scalar
  if (text.startsWith('{')) return { kind: 'map', atomic: text[1] === 'a', values: parseType(text.slice(3)) }
  if (!text.startsWith('[')) return { kind: 'struct', name: text.replace('!', ''), atomic: text.startsWith('!') }
  const end = text.indexOf(']')
  const [form, items] = [text.slice(1, end), parseType(text.slice(end + 1))]
  if (form === 'a') return { kind: 'list', list: 'atomic', keys: [], items }
  if (form === 's') return { kind: 'list', list: 'set', keys: [], items }
  return { kind: 'list', list: 'map', keys: form.split(',').map(parseKey), items }
}

function parseKey(text: string): ListType['keys'][number] {
  const equals = text.indexOf('=')
  return { name: text.slice(0, equals), fallback: JSON.parse(text.slice(equals + 1)) as Json }
}
