// Formats expressions of CEL over several lines.

/** An object, `Object.spec{…}` or `{…}`, on one line if it is short. */
export function braces(name: string, entries: readonly string[]): string {
  return laidOut(`${name}{`, entries, '}')
}

/** A list in CEL, on one line if it fits. */
export function brackets(items: readonly string[]): string {
  return laidOut('[', items, ']')
}

const WIDTH = 100

function laidOut(open: string, parts: readonly string[], close: string): string {
  const line = `${open}${parts.join(', ')}${close}`
  if (parts.length === 0 || (line.length <= WIDTH && !line.includes('\n'))) return line
  return `${open}\n${parts.map(indented).join(',\n')}\n${close}`
}

/** Indents each line by two blanks; string literals of CEL have no line ends. */
export function indented(text: string): string {
  return text
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n')
}

/** A conditional in parentheses: `condition ? yes : no`. */
export function either(condition: string, yes: string, no: string): string {
  const asked = /\|\||&&/.test(condition) ? `(${condition})` : condition
  const line = `(${asked} ? ${yes} : ${no})`
  return line.length <= WIDTH && !line.includes('\n') ? line : `(${asked}\n${indented(`? ${yes}\n: ${no}`)})`
}

/** A sum of lists. */
export function sum(lists: readonly string[]): string {
  return lists.length === 0 ? '[]' : lists.join(' + ')
}
