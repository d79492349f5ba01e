// Translates scalars and plain values of a partial pod to CEL, by the types of the API.

import type { MergeType } from '../lib/k8s/structured-merge/schema.ts'
import { mergeFields } from '../lib/k8s/structured-merge/schema.ts'
import { formatPath, type Json } from '../lib/model/index.ts'
import { braces, brackets, either, sum } from './format.ts'
import { celText, textCel } from './symbol.ts'
import type { ListItem, ScalarTree, Tree } from './tree.ts'

/** Values that the types of the API do not accept, or that a policy cannot write. */
export class Inexpressible extends Error {}

/**
 * A scalar in CEL.
 * @throws Inexpressible if the API does not accept the value
 */
export function scalarCel(tree: ScalarTree, { kind }: MergeType, path: readonly string[]): string {
  if ('parts' in tree) {
    const text = textCel(tree.parts)
    switch (kind) {
      case 'int32':
      case 'int64':
        return `int(${text})`
      case 'boolean':
        return `(${text} == "true")`
      case 'int-or-string':
        throw new Inexpressible(`${formatPath(path)} depends on the pod, and may be a number or a string`)
      default:
        return text
    }
  }
  const { value } = tree
  if (value === null) throw new Inexpressible(`${formatPath(path)} is null, and no merge removes a field`)
  if (kind === 'quantity' && (typeof value === 'string' || typeof value === 'number')) return celText(String(value))
  if (kind === 'any') return plainCel(value)
  const fits =
    kind === 'boolean'
      ? typeof value === 'boolean'
      : kind === 'int32' || kind === 'int64'
        ? Number.isInteger(value)
        : kind === 'int-or-string' || typeof value === 'string'
  if (!fits || (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isInteger(value))) {
    throw new Inexpressible(`${formatPath(path)} is ${JSON.stringify(value)}, which is not a ${kind}`)
  }
  return plainCel(value)
}

function plainCel(value: Json): string {
  return typeof value === 'string' ? celText(value) : JSON.stringify(value)
}

/**
 * A value for a JSONPatch: maps and lists without names of types.
 * @param ranged gives the list that an item of a range over containers makes
 * @throws Inexpressible
 */
export function jsonCel(
  tree: Tree,
  type: MergeType,
  { path, ranged }: { readonly path: readonly string[]; readonly ranged: (item: ListItem, cel: string) => string },
): string {
  const inner = (other: Tree, of: MergeType, step: string) => jsonCel(other, of, { path: [...path, step], ranged })
  switch (tree.kind) {
    case 'choice': {
      const [yes, no] = [inner(tree.yes, type, ''), inner(tree.no, type, '')]
      return either(tree.condition.cel, `dyn(${yes})`, `dyn(${no})`)
    }
    case 'scalar':
      return scalarCel(tree, type, path)
    case 'map': {
      const entries = [...tree.fields].map(([name, { tree: value, when }]) => {
        const cel = `dyn(${inner(value, fieldType(type, name, path), name)})`
        return when === undefined ? `${celText(name)}: ${cel}` : `?${celText(name)}: (${when.cel}) ? optional.of(${cel}) : optional.none()`
      })
      return braces('', entries)
    }
    case 'list': {
      const items = type.kind === 'list' ? type.items : type
      const isPlain = tree.items.every(({ tree: item, when, loop }) => item.kind === 'scalar' && when === undefined && loop === undefined)
      const cels = tree.items.map((item, i) => [item, inner(item.tree, items, String(i))] as const)
      if (isPlain) return brackets(cels.map(([, cel]) => cel))
      return sum(
        cels.map(([item, cel]) => {
          if (item.loop !== undefined) return ranged(item, cel)
          return item.when === undefined ? brackets([cel]) : either(item.when.cel, brackets([cel]), '[]')
        }),
      )
    }
  }
}

/**
 * The type of a field.
 * @throws Inexpressible for a field that the API does not have
 */
export function fieldType(type: MergeType, name: string, path: readonly string[]): MergeType {
  if (type.kind === 'map') return type.values
  if (type.kind === 'any') return type
  const field = type.kind === 'struct' ? mergeFields(type.name)?.get(name) : undefined
  if (field === undefined) throw new Inexpressible(`the API has no field ${formatPath([...path, name])}`)
  return field
}
