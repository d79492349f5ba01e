// Reads booleans and numbers from annotations as Go's strconv does, where a bad text means "nothing said" and not an error.

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map(text => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map(text => [text, false] as const),
])

/** Go's ParseBool, or undefined. */
export function booleanOf(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : BOOLEANS.get(text)
}

/** Go's Atoi, or undefined. */
export function integerOf(text: string): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return BigInt.asIntN(64, value) === value ? Number(value) : undefined
}
