// Finds the source texts of numbers in a YAML document, for fields in which Go converts them to strings: a double cannot tell 1000000 from 1e6,
// nor hold 12345678901234567890 (istio-rules.md, 1.2).
import { formatFloat } from '../go/strconv.ts'
import { type MapEntry, type Node, rootNode } from '../yaml/node.ts'
import { readYaml } from '../yaml/reader.ts'
import { integerText, resolvePlain } from '../yaml/scalar.ts'

/** The text of the number that was read as `value` at `path`. */
export type NumberTexts = (path: readonly (string | number)[], value: number) => string

/** Reads `text` again, but only when a number is asked for: hardly any configuration has one in the place of a text. */
export function numberTexts(text: string): NumberTexts {
  let root: Node | undefined
  return (path, value) => {
    root ??= rootNode(readYaml(text))
    const source = root === undefined ? undefined : plainAt(root, path, value)
    return (
      (source === undefined ? undefined : integerText(source)) ??
      (source === undefined && Number.isSafeInteger(value) ? String(value) : formatFloat(value, 'g'))
    )
  }
}

/** The plain scalar at `path`; undefined where an alias or a merge key stands in the way. */
function plainAt(root: Node, path: readonly (string | number)[], value: number): string | undefined {
  let node: Node | undefined = root
  for (const step of path) {
    if (node?.kind === 'seq' && typeof step === 'number') node = node.items[step]?.value
    else if (node?.kind === 'map') node = node.entries.findLast(entry => keyText(entry) === String(step))?.value
    else return undefined
  }
  return node?.kind === 'scalar' && node.style === 'plain' && resolvePlain(node.text) === value ? node.text : undefined
}

function keyText(entry: MapEntry): string | undefined {
  return entry.key.kind === 'scalar' ? entry.key.text : undefined
}
