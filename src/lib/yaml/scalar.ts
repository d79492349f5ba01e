// Reads the value of a plain scalar in Kubernetes' YAML: the YAML 1.1 rules of sigs.k8s.io/yaml (istio-rules.md, 1.4).

import type { Json } from '../model/index.ts'

const WORDS = new Map<string, Json>([
  ['', null],
  ['~', null],
  ['null', null],
  ['Null', null],
  ['NULL', null],
])
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) WORDS.set(word, true)
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) WORDS.set(word, false)
for (const word of ['.nan', '.NaN', '.NAN']) WORDS.set(word, Number.NaN)
for (const word of ['.inf', '.Inf', '.INF']) {
  WORDS.set(word, Number.POSITIVE_INFINITY)
  WORDS.set(`+${word}`, Number.POSITIVE_INFINITY)
  WORDS.set(`-${word}`, Number.NEGATIVE_INFINITY)
}

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const POINT_FLOAT = /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/
// Go takes a sign behind `0b`, too.
const SIGN_INSIDE = /^0b([-+])([01]+)$/
// Go prints the shortest form of a float with an exponent from this one on.
const GO_EXPONENT_FROM = 6
const MAX_INT64 = 2n ** 63n
const MAX_UINT64 = 2n ** 64n

/**
 * The value of a plain scalar: `yes` is true, `0777` is 511, `1_000` is 1000, `1:30` and dates are strings.
 * `.inf` and `.nan` give JavaScript's numbers. Integers that a double cannot hold are rounded.
 */
export function resolvePlain(text: string): Json {
  const first = text.charCodeAt(0)
  // Digits and signs.
  if ((first >= 48 && first <= 57) || first === 43 || first === 45) {
    if (first === 45 || first === 43) {
      const word = WORDS.get(text)
      if (word !== undefined) return word
    }
    return resolveNumber(text)
  }
  if (first === 46) return WORDS.get(text) ?? (POINT_FLOAT.test(text) ? finite(Number(text), text) : text)
  if (text.length > 5) return text
  const word = WORDS.get(text)
  return word === undefined ? text : word
}

function resolveNumber(text: string): number | string {
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  const integer = integerOf(plain)
  if (integer !== undefined) return Number(integer)
  return FLOAT.test(plain) ? finite(Number(plain), text) : text
}

/** The number, or undefined if it overflows: Go's ParseFloat fails, and the scalar is a string. */
function finite(value: number, text: string): number | string {
  return Number.isFinite(value) ? value : text
}

/** The integer that `text` (without underscores) spells in Go's syntax, undefined when it spells none or one beyond 64 bits. */
function integerOf(text: string): number | bigint | undefined {
  const first = text.charCodeAt(0)
  if (text.length <= 15 && first >= 49 && first <= 57 && isDecimal(text)) return Number(text)
  const match = INTEGER.exec(text)
  if (match === null) return signInside(text)
  const [, sign, hex, binary, octal, decimal] = match
  const size =
    hex !== undefined ? BigInt(`0x${hex}`) : binary !== undefined ? BigInt(`0b${binary}`) : octal !== undefined ? BigInt(`0o${octal}`) : BigInt(decimal ?? 0)
  if (sign === '-') return size > MAX_INT64 ? undefined : small(-size)
  // An explicit plus is refused by Go's unsigned parser.
  return size >= (sign === '+' ? MAX_INT64 : MAX_UINT64) ? undefined : small(size)
}

function signInside(text: string): number | bigint | undefined {
  const [, sign, digits] = SIGN_INSIDE.exec(text) ?? []
  return digits === undefined ? undefined : integerOf(`${sign}0b${digits}`)
}

function small(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value
}

function isDecimal(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 48 || code > 57) return false
  }
  return true
}

/** The text that a plain scalar becomes as a map key: `true` for `yes`, `511` for `0777`; undefined where Go refuses it as a key. */
export function keyOfPlain(text: string): string | undefined {
  const value = resolvePlain(text)
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'number') return undefined
  const integer = integerOf(text.replaceAll('_', ''))
  if (integer === undefined) return floatKey(value)
  return BigInt(integer) >= MAX_INT64 ? undefined : String(integer)
}

/** A float as a key, printed with 32 bits of precision as Go's %g does. */
function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  const target = Math.fround(value)
  if (!Number.isFinite(target)) return value > 0 ? '.inf' : '-.inf'
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(target.toPrecision(digits))
    if (Math.fround(candidate) === target) return formatG(candidate)
  }
  return formatG(Number(target.toPrecision(9)))
}

/** A number as Go's `strconv.FormatFloat(value, 'g', -1, …)` prints it: `0.5`, `1e-05`, `1e+06`. */
export function formatG(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent >= -4 && exponent < GO_EXPONENT_FROM) return plainDecimal(value)
  const size = Math.abs(exponent)
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`
}

function plainDecimal(value: number): string {
  const text = String(value)
  if (!text.includes('e')) return text
  return value.toFixed(20).replace(/0+$/, '')
}

/** The type of a plain scalar in YAML 1.1. */
export type PlainType = 'null' | 'bool' | 'int' | 'float' | 'str'

/** The type of the value that a plain scalar has. */
export function plainType(text: string): PlainType {
  const value = resolvePlain(text)
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'str'
  return Number.isFinite(value) && integerOf(text.replaceAll('_', '')) !== undefined ? 'int' : 'float'
}

/** The decimal text of an integer that a plain scalar spells, of which a double may not hold all digits; undefined for other texts. */
export function integerText(text: string): string | undefined {
  const integer = integerOf(text.replaceAll('_', ''))
  return integer === undefined ? undefined : String(integer)
}
