// Semantic versions as Masterminds/semver reads, orders and prints them, with the fields and methods that reflection shows (its documentation; semver.org).

import { NumError, parseUint } from './strconv.ts'
import { BOOL, Box, GoError, type GoField, type GoFunc, type GoType, type GoValue, INT, pointerTo, STRING, UINT64 } from './value.ts'

/** A semantic version in its parts. */
export interface Version {
  readonly major: bigint
  readonly minor: bigint
  readonly patch: bigint
  readonly prerelease: string
  readonly metadata: string
  /** As it was written; '' for one that was computed. */
  readonly original: string
}

const INVALID = 'invalid semantic version'
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const VERSION = new RegExp(`^v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?(?:-(${IDENTIFIERS}))?(?:\\+(${IDENTIFIERS}))?$`)

/**
 * Go's semver.NewVersion: missing parts are zero, leading zeros are allowed.
 * @throws GoError
 * @example parseVersion('v1.2').minor // 2n
 */
export function parseVersion(text: string): Version {
  const [whole, major = '0', minor = '0', patch = '0', prerelease = '', metadata = ''] = VERSION.exec(text) ?? []
  if (whole === undefined) throw new GoError(INVALID)
  const numbers = [major, minor, patch].map(segment)
  if (prerelease.split('.').some(part => /^0[0-9]+$/.test(part))) throw new GoError('version segment starts with 0')
  return { major: numbers[0] ?? 0n, minor: numbers[1] ?? 0n, patch: numbers[2] ?? 0n, prerelease, metadata, original: text }
}

function segment(digits: string): bigint {
  try {
    return parseUint(digits)
  } catch (error) {
    if (!(error instanceof NumError)) throw error
    throw new GoError(`error parsing version segment: ${error.message}`)
  }
}

/** `formatVersion(parseVersion('v1.2'))` is `1.2.0`. */
function formatVersion({ major, minor, patch, prerelease, metadata }: Version): string {
  return `${major}.${minor}.${patch}${prerelease === '' ? '' : `-${prerelease}`}${metadata === '' ? '' : `+${metadata}`}`
}

/** Compares by semver.org's precedence: negative, zero or positive. Metadata does not count. */
export function compareVersions(a: Version, b: Version): number {
  return compare(a.major, b.major) || compare(a.minor, b.minor) || compare(a.patch, b.patch) || comparePrereleases(a.prerelease, b.prerelease)
}

function compare<Value extends bigint | number | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Numbers before words, fewer identifiers before more, and any prerelease before none. */
function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0
  if (a === '') return 1
  if (b === '') return -1
  const left = a.split('.')
  const right = b.split('.')
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x, y] = [left[i], right[i]]
    if (x === undefined) return -1
    if (y === undefined) return 1
    const order = compareIdentifiers(x, y)
    if (order !== 0) return order
  }
  return 0
}

function compareIdentifiers(a: string, b: string): number {
  const x = numberOf(a)
  const y = numberOf(b)
  if (x !== undefined && y !== undefined) return compare(x, y)
  if (x !== undefined) return -1
  return y === undefined ? compare(a, b) : 1
}

function numberOf(identifier: string): bigint | undefined {
  if (!/^[0-9]+$/.test(identifier)) return undefined
  const value = BigInt(identifier.slice(0, 30))
  // A number that does not fit a uint64 counts as a word.
  return identifier.length <= 20 && value < 1n << 64n ? value : undefined
}

/** The fields of semver.Version, in order. */
const FIELDS: readonly GoField[] = [
  ...(['major', 'minor', 'patch'] as const).map((name): GoField => ({ name, type: UINT64, get: version => new Box(UINT64, (version as Version)[name]) })),
  ...(
    [
      ['pre', 'prerelease'],
      ['metadata', 'metadata'],
      ['original', 'original'],
    ] as const
  ).map(([name, key]): GoField => ({ name, type: STRING, get: version => (version as Version)[key] })),
]

/** The type semver.Version. */
const VERSION_TYPE: GoType = {
  kind: 'struct',
  name: 'semver.Version',
  fields: () => FIELDS,
  field: () => undefined,
  method: name => METHODS.get(name),
  json: jsonOf,
}
const POINTER: GoType = {
  ...pointerTo(VERSION_TYPE),
  method: name => METHODS.get(name) ?? POINTER_METHODS.get(name),
  json: payload => jsonOf(versionOf(payload as GoValue)),
}

/** A *semver.Version, whose methods can be called by name. */
export function versionValue(version: Version): GoValue {
  return new Box(POINTER, new Box(VERSION_TYPE, version))
}

function jsonOf(payload: unknown): string {
  return JSON.stringify(formatVersion(payload as Version))
}

/** The zero value of the type: 0.0.0. */
export const NO_VERSION: Version = { major: 0n, minor: 0n, patch: 0n, prerelease: '', metadata: '', original: '' }

/** The version in a semver.Version or a pointer to one. */
function versionOf(value: GoValue | undefined): Version {
  if (!(value instanceof Box)) return NO_VERSION
  return value.type.kind === 'pointer' ? versionOf(value.value as GoValue) : (value.value as Version)
}

function method(result: GoType, call: (version: Version) => GoValue): GoFunc {
  return { params: [], result, call: receiver => call(versionOf(receiver)) }
}

function comparison(result: GoType, read: (order: number) => GoValue): GoFunc {
  return { params: [POINTER], result, call: (receiver, other) => read(compareVersions(versionOf(receiver), versionOf(other))) }
}

function increment(next: (version: Version) => Pick<Version, 'major' | 'minor' | 'patch'>): GoFunc {
  const plain = { prerelease: '', metadata: '' }
  return method(VERSION_TYPE, version => {
    const incremented = { ...plain, ...next(version), original: '' }
    return new Box(VERSION_TYPE, { ...incremented, original: (version.original.startsWith('v') ? 'v' : '') + formatVersion(incremented) })
  })
}

const METHODS: ReadonlyMap<string, GoFunc> = new Map([
  ['String', method(STRING, formatVersion)],
  ['Original', method(STRING, version => version.original)],
  ['Major', method(UINT64, version => new Box(UINT64, version.major))],
  ['Minor', method(UINT64, version => new Box(UINT64, version.minor))],
  ['Patch', method(UINT64, version => new Box(UINT64, version.patch))],
  ['Prerelease', method(STRING, version => version.prerelease)],
  ['Metadata', method(STRING, version => version.metadata)],
  // A prerelease becomes the release it stands before.
  ['IncPatch', increment(({ major, minor, patch, prerelease }) => ({ major, minor, patch: prerelease === '' ? patch + 1n : patch }))],
  ['IncMinor', increment(({ major, minor }) => ({ major, minor: minor + 1n, patch: 0n }))],
  ['IncMajor', increment(({ major }) => ({ major: major + 1n, minor: 0n, patch: 0n }))],
])

const POINTER_METHODS: ReadonlyMap<string, GoFunc> = new Map([
  ['Compare', comparison(INT, order => BigInt(order))],
  ['Equal', comparison(BOOL, order => order === 0)],
  ['LessThan', comparison(BOOL, order => order < 0)],
  ['LessThanEqual', comparison(BOOL, order => order <= 0)],
  ['GreaterThan', comparison(BOOL, order => order > 0)],
  ['GreaterThanEqual', comparison(BOOL, order => order >= 0)],
])

/** The type that `semver` returns. */
export const VERSION_POINTER = POINTER
