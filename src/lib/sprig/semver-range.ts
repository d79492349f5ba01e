// Version constraints as Masterminds/semver checks them (its README: "Checking Version Constraints").

import { compareVersions, parseVersion, VERSION_POINTER, type Version, versionValue } from '../go/semver.ts'
import { quote } from '../go/strconv.ts'
import { BOOL, GoError } from '../go/value.ts'
import { type Entries, fn, text } from './define.ts'

/** The functions by name. */
export function semverFuncs(): Entries {
  return [
    ['semver', fn([text], VERSION_POINTER, s => versionValue(parseVersion(s)))],
    ['semverCompare', fn([text, text], BOOL, (range, version) => satisfies(parseRange(range), parseVersion(version)))],
  ]
}

const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
// The bar is in the original's character class too, so a stray one gets through to a later error.
const PART = '[0-9|xX*]+'
const VERSION = `v?(?:${PART})(?:\\.${PART})?(?:\\.${PART})?(?:-${IDENTIFIERS})?(?:\\+${IDENTIFIERS})?`
const OPERATOR = '=<|=>|>=|<=|!=|~>|=|>|<|~|\\^|'
const SPACE = '[\\t\\n\\f\\r ]'
const ONE = `(?:${OPERATOR})${SPACE}*${VERSION}`
const GROUP = new RegExp(`^${SPACE}*${ONE}${SPACE}*(?:(?:${SPACE}+|,${SPACE}*)${ONE}${SPACE}*)*$`)
const EACH = new RegExp(ONE, 'g')
const HYPHEN = new RegExp(`${SPACE}*(${VERSION})${SPACE}+-${SPACE}+(${VERSION})${SPACE}*`, 'g')
const CONSTRAINT = new RegExp(`^(${OPERATOR})${SPACE}*v?(${PART})(?:\\.(${PART}))?(?:\\.(${PART}))?(-${IDENTIFIERS})?(?:\\+${IDENTIFIERS})?$`)

interface Constraint {
  readonly operator: string
  readonly version: Version
  /** The first part that is a wildcard or missing. */
  readonly open: 'major' | 'minor' | 'patch' | undefined
}

/** Any of these groups, of which all constraints must hold. */
export type Range = readonly (readonly Constraint[])[]

// Matching a group takes time in proportion to the square of its length at worst.
const LONGEST = 2000

/**
 * The range of a constraint's text.
 * @throws GoError `improper constraint: "…"`
 */
function parseRange(range: string): Range {
  if (range.length > LONGEST) throw new GoError(`constraint of ${range.length} characters: more than ${LONGEST} are refused`)
  const rewritten = range.replace(HYPHEN, (_whole, from: string, to: string) => `>= ${from}, <= ${to} `)
  return rewritten.split('||').map(group => {
    if (!GROUP.test(group)) throw new GoError(`improper constraint: ${quote(group)}`)
    return (group.match(EACH) ?? []).map(parseConstraint)
  })
}

function parseConstraint(constraint: string): Constraint {
  const [, operator = '', major = '', minor = '', patch = '', prerelease = ''] = CONSTRAINT.exec(constraint) ?? []
  const open = isOpen(major) ? 'major' : isOpen(minor) ? 'minor' : isOpen(patch) ? 'patch' : undefined
  const numbers = { major: '0.0.0', minor: `${major}.0.0`, patch: `${major}.${minor}.0` }
  try {
    return { operator, version: parseVersion((open === undefined ? `${major}.${minor}.${patch}` : numbers[open]) + prerelease), open }
  } catch (error) {
    if (error instanceof GoError) throw new GoError('constraint parser error')
    throw error
  }
}

function isOpen(part: string): boolean {
  return part === '' || part === 'x' || part === 'X' || part === '*'
}

/** Whether a version meets a constraint such as `>=1.2 <2 || ~3.1`. */
function satisfies(range: Range, version: Version): boolean {
  return range.some(group => {
    // Prereleases are only looked at where the group names one itself.
    const isSkipped = version.prerelease !== '' && !group.some(constraint => constraint.version.prerelease !== '')
    return !isSkipped && group.every(constraint => holds(constraint, version))
  })
}

function holds(constraint: Constraint, version: Version): boolean {
  const order = compareVersions(version, constraint.version)
  switch (constraint.operator) {
    case '!=':
      return differs(constraint, version)
    case '>':
      return isAbove(constraint, version)
    case '<':
      return order < 0
    case '>=':
    case '=>':
      return order >= 0
    case '<=':
    case '=<':
      return isAtMost(constraint, version)
    case '~':
    case '~>':
      return isWithinTilde(constraint, version)
    case '^':
      return isWithinCaret(constraint, version)
    default:
      return constraint.open === undefined ? order === 0 : isWithinTilde(constraint, version)
  }
}

function differs({ open, version: bound }: Constraint, version: Version): boolean {
  if (open === undefined || open === 'major') return (open === 'major' && bound.major !== version.major) || compareVersions(version, bound) !== 0
  if (bound.major !== version.major) return true
  if (open === 'minor') return false
  if (bound.minor !== version.minor) return true
  return (version.prerelease !== '' || bound.prerelease !== '') && version.prerelease !== bound.prerelease
}

/** `>1.2` means above all of 1.2. */
function isAbove({ open, version: bound }: Constraint, version: Version): boolean {
  if (open === undefined || version.major !== bound.major) return compareVersions(version, bound) > 0
  if (open === 'minor') return false
  return open === 'patch' ? version.minor > bound.minor : compareVersions(version, bound) > 0
}

function isAtMost({ open, version: bound }: Constraint, version: Version): boolean {
  if (open === undefined) return compareVersions(version, bound) <= 0
  if (version.major > bound.major) return false
  return version.major !== bound.major || version.minor <= bound.minor || open === 'minor'
}

function isWithinTilde({ open, version: bound }: Constraint, version: Version): boolean {
  if (compareVersions(version, bound) < 0) return false
  const isZero = bound.major === 0n && bound.minor === 0n && bound.patch === 0n
  if (isZero && open !== 'minor' && open !== 'patch') return true
  return version.major === bound.major && (version.minor === bound.minor || open === 'minor')
}

function isWithinCaret({ open, version: bound }: Constraint, version: Version): boolean {
  if (compareVersions(version, bound) < 0) return false
  if (bound.major > 0n || open === 'minor') return version.major === bound.major
  if (version.major > 0n) return false
  if (bound.minor > 0n || open === 'patch') return version.minor === bound.minor
  return version.minor === 0n && version.patch === bound.patch
}
