// Kubernetes' type Semver (k8s.io/apiserver, pkg/cel/library, semver; its grammar and errors are those of blang/semver 4).

import { parseUint, quote } from '../../go/strconv.ts'
import { compareStrings } from '../../go/utf8.ts'
import { GoError } from '../../go/value.ts'
import { bySize } from '../cost.ts'
import { declare, type FunctionDeclaration, type Implementation } from '../function.ts'
import { CelError, Opaque, type Result } from '../value.ts'
import { comparisons, getter, orCelError } from './parsed.ts'

const TYPE = 'kubernetes.Semver'

interface Version {
  readonly numbers: readonly [major: bigint, minor: bigint, patch: bigint]
  /** Numbers come before texts. */
  readonly prerelease: readonly (bigint | string)[]
}

function parse(text: string, normalized: boolean): Result {
  return orCelError(() => read(normalized ? normalize(text) : text))
}

/** Normalises a version: without `v` and leading zeros, with three numbers. */
function normalize(text: string): string {
  const parts = splitAtDots(text.replace(/^v/, '')).map(part => {
    if (part.length < 2) return part
    const trimmed = part.replace(/^0+/, '')
    return /^[0-9]/.test(trimmed) ? trimmed : `0${trimmed}`
  })
  while (parts.length < 3) parts.push('0')
  return parts.join('.')
}

/** Splits at dots into at most three parts. */
function splitAtDots(text: string): string[] {
  const [major = '', minor, ...rest] = text.split('.')
  return minor === undefined ? [major] : rest.length === 0 ? [major, minor] : [major, minor, rest.join('.')]
}

function read(text: string): Result {
  if (text === '') throw new GoError('Version string empty')
  const [major, minor, rest] = splitAtDots(text)
  if (major === undefined || minor === undefined || rest === undefined) throw new GoError('No Major.Minor.Patch elements found')
  const first = number('Major', major)
  const second = number('Minor', minor)
  const plus = rest.indexOf('+')
  const build = plus < 0 ? [] : rest.slice(plus + 1).split('.')
  const beforeBuild = plus < 0 ? rest : rest.slice(0, plus)
  const dash = beforeBuild.indexOf('-')
  const patch = number('Patch', dash < 0 ? beforeBuild : beforeBuild.slice(0, dash))
  const prerelease =
    dash < 0
      ? []
      : beforeBuild
          .slice(dash + 1)
          .split('.')
          .map(prereleasePart)
  for (const part of build) checkBuild(part)
  const version: Version = { numbers: [first, second, patch], prerelease }
  return new Opaque(TYPE, format(version, build), { payload: version, same: (a, b) => compare(a as Version, b as Version) === 0 })
}

function number(name: string, text: string): bigint {
  if (!/^[0-9]*$/.test(text)) throw new GoError(`Invalid character(s) found in ${name.toLowerCase()} number ${quote(text)}`)
  if (/^0./.test(text)) throw new GoError(`${name} number must not contain leading zeroes ${quote(text)}`)
  return parseUint(text)
}

function prereleasePart(text: string): bigint | string {
  if (text === '') throw new GoError('Prerelease is empty')
  if (!/^[0-9A-Za-z-]*$/.test(text)) throw new GoError(`Invalid character(s) found in prerelease ${quote(text)}`)
  if (!/^[0-9]*$/.test(text)) return text
  if (/^0./.test(text)) throw new GoError(`Numeric PreRelease version must not contain leading zeroes ${quote(text)}`)
  return parseUint(text)
}

function checkBuild(text: string): void {
  if (text === '') throw new GoError('Build meta data is empty')
  if (!/^[0-9A-Za-z-]*$/.test(text)) throw new GoError(`Invalid character(s) found in build meta data ${quote(text)}`)
}

function format({ numbers, prerelease }: Version, build: readonly string[]): string {
  return numbers.join('.') + (prerelease.length === 0 ? '' : `-${prerelease.join('.')}`) + (build.length === 0 ? '' : `+${build.join('.')}`)
}

/** Compares two versions; build metadata is ignored. */
function compare(a: Version, b: Version): number {
  for (const i of [0, 1, 2] as const) if (a.numbers[i] !== b.numbers[i]) return a.numbers[i] < b.numbers[i] ? -1 : 1
  // Without a prerelease it is the later one.
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return Math.sign(b.prerelease.length - a.prerelease.length)
  for (const [i, part] of a.prerelease.entries()) {
    const other = b.prerelease[i]
    if (other === undefined) return 1
    const order = compareParts(part, other)
    if (order !== 0) return order
  }
  return a.prerelease.length < b.prerelease.length ? -1 : 0
}

function compareParts(a: bigint | string, b: bigint | string): number {
  if (typeof a === 'string' && typeof b === 'string') return Math.sign(compareStrings(a, b))
  if (typeof a === 'string' || typeof b === 'string') return typeof a === 'string' ? 1 : -1
  return a < b ? -1 : a > b ? 1 : 0
}

function parser(name: string, type: string, result: (parsed: Result) => Result): FunctionDeclaration {
  const run: Implementation = (text, normalized) => result(parse(text as string, normalized === true))
  return declare(name, [[`(string, bool?) -> ${type}`, run]], { cost: bySize })
}

function part(name: string, index: 0 | 1 | 2): FunctionDeclaration {
  return getter<Version>(TYPE, name, 'int', ({ numbers }) => BigInt.asIntN(64, numbers[index]))
}

export const SEMVER: readonly FunctionDeclaration[] = [
  parser('semver', TYPE, parsed => parsed),
  parser('isSemver', 'bool', parsed => !(parsed instanceof CelError)),
  part('major', 0),
  part('minor', 1),
  part('patch', 2),
  ...comparisons<Version>(TYPE, compare),
]
