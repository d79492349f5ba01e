// Kubernetes' CEL functions on texts: cel-go's string extension (version 2), regular expressions, URLs, semantic versions, named formats
// (k8s.io/apiserver/pkg/cel/library regex, urls, semver, format).

import { type Environment, Optional } from '@marcbachmann/cel-js'
import { labelKeyProblems, labelValueProblems } from '../../lib/k8s/label-names.ts'
import { find, findAll, matches } from './regex.ts'
import { countText } from './steps.ts'

class Strings {}
class URLValue {
  readonly scheme: string
  readonly host: string
  readonly path: string
  readonly query: string

  constructor(scheme: string, host: string, path: string, query: string) {
    this.scheme = scheme
    this.host = host
    this.path = path
    this.query = query
  }
}
class Semver {
  readonly numbers: readonly [bigint, bigint, bigint]
  readonly pre: readonly string[]

  constructor(numbers: readonly [bigint, bigint, bigint], pre: readonly string[]) {
    this.numbers = numbers
    this.pre = pre
  }
}
class Format {
  readonly validate: (text: string) => string[]

  constructor(validate: (text: string) => string[]) {
    this.validate = validate
  }
}
class Formats {}

export function registerText(env: Environment): void {
  env.registerFunction('string.__matches(string): bool', (text: string, pattern: string) => matches(text, pattern))
  env.registerFunction('__matches(string, string): bool', (text: string, pattern: string) => matches(text, pattern))
  env.registerFunction('string.find(string): string', find)
  env.registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => findAll(text, pattern, -1))
  env.registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, n: bigint) => findAll(text, pattern, Number(n)))
  env.registerFunction('string.charAt(int): string', charAt)
  env.registerFunction('string.replace(string, string): string', (text: string, old: string, by: string) => replaceSome(text, old, by, -1n))
  env.registerFunction('string.replace(string, string, int): string', replaceSome)
  env.registerFunction('string.format(list<dyn>): string', format)
  env.registerType('Strings', Strings).registerConstant('strings', 'Strings', new Strings())
  env.registerFunction('Strings.quote(string): string', (_: Strings, text: string) => quote(text))
  registerURLs(env)
  registerSemver(env)
  registerFormats(env)
}

function charAt(text: string, index: bigint): string {
  countText(text.length)
  const characters = [...text]
  if (index < 0n || index > BigInt(characters.length)) throw new Error(`index out of range: ${index}`)
  return characters[Number(index)] ?? ''
}

function replaceSome(text: string, old: string, by: string, count: bigint): string {
  const found = old === '' ? text.length + 1 : Math.floor(text.length / old.length)
  countText(text.length + Math.max(0, by.length - old.length) * (count < 0n || count > BigInt(found) ? found : Number(count)))
  if (count < 0n) return text.replaceAll(old, () => by)
  let left = count
  return text.replaceAll(old, match => (left-- > 0n ? by : match))
}

function quote(text: string): string {
  const escapes: Record<string, string> = {
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
    '\\': '\\\\',
    '"': '\\"',
  }
  return `"${text.replace(/[\x07\b\f\n\r\t\v\\"]/g, character => escapes[character] ?? character)}"`
}

/** The verbs %s %d %f %e %b %x %X %o of cel-go; each takes the next argument. */
function format(template: string, values: readonly unknown[]): string {
  let next = 0
  const text = template.replace(/%(?:%|(?:\.(\d+))?([a-zA-Z]))/g, (whole, precision: string | undefined, verb: string | undefined) => {
    if (verb === undefined) return '%'
    if (next >= values.length) throw new Error(`index ${next} out of range`)
    const shown = formatValue(values[next++], verb, precision === undefined ? 6 : Number(precision), whole)
    countText(shown.length)
    return shown
  })
  return text
}

function formatValue(value: unknown, verb: string, precision: number, whole: string): string {
  const number = typeof value === 'bigint' || typeof value === 'number'
  switch (verb) {
    case 's':
      return show(value)
    case 'd':
      if (typeof value === 'bigint') return String(value)
      break
    case 'f':
      if (number) return Number(value).toFixed(Math.min(precision, 100))
      break
    case 'e':
      if (number)
        return Number(value)
          .toExponential(Math.min(precision, 100))
          .replace(/e([+-])(\d)$/, 'e$10$2')
      break
    case 'b':
      if (typeof value === 'bigint') return value.toString(2)
      if (typeof value === 'boolean') return value ? '1' : '0'
      break
    case 'o':
      if (typeof value === 'bigint') return value.toString(8)
      break
    case 'x':
    case 'X': {
      const hex =
        typeof value === 'bigint'
          ? value.toString(16)
          : typeof value === 'string'
            ? [...new TextEncoder().encode(value)].map(b => b.toString(16).padStart(2, '0')).join('')
            : undefined
      if (hex !== undefined) return verb === 'X' ? hex.toUpperCase() : hex
    }
  }
  throw new Error(`could not parse formatting clause: unrecognized formatting clause "${whole}" for ${typeof value}`)
}

function show(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  if (value instanceof Map)
    return `{${[...value]
      .map(([key, item]) => `${show(key)}: ${show(item)}`)
      .sort()
      .join(', ')}}`
  return String(value)
}

function registerURLs(env: Environment): void {
  env.registerType('kubernetes.URL', URLValue)
  env.registerFunction('isURL(string): bool', (text: string) => parseURL(text) !== undefined)
  env.registerFunction('url(string): kubernetes.URL', (text: string) => {
    const parsed = parseURL(text)
    if (parsed === undefined) throw new Error(`URL parse error during conversion from string: ${JSON.stringify(text)}`)
    return parsed
  })
  env.registerFunction('kubernetes.URL.getScheme(): string', ({ scheme }: URLValue) => scheme)
  env.registerFunction('kubernetes.URL.getHost(): string', ({ host }: URLValue) => host)
  env.registerFunction('kubernetes.URL.getHostname(): string', ({ host }: URLValue) => host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'))
  env.registerFunction('kubernetes.URL.getPort(): string', ({ host }: URLValue) => /:(\d*)$/.exec(host)?.[1] ?? '')
  env.registerFunction('kubernetes.URL.getEscapedPath(): string', ({ path }: URLValue) => path)
  env.registerFunction('kubernetes.URL.getQuery(): map<string, list<string>>', ({ query }: URLValue) => {
    const values = new Map<string, string[]>()
    for (const [key, value] of new URLSearchParams(query)) {
      const known = values.get(key)
      if (known === undefined) values.set(key, [value])
      else known.push(value)
    }
    return values
  })
}

/** As Go's ParseRequestURI: an absolute URI or an absolute path. */
function parseURL(text: string): URLValue | undefined {
  const match = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*))?(\/[^?#]*)?(?:\?(.*))?$/.exec(text)
  if (match === null || text === '' || /[\s\x00-\x1f\x7f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(match[3] ?? '')) return undefined
  const [, scheme = '', host = '', path = '', query = ''] = match
  if (scheme === '' && !path.startsWith('/')) return undefined
  const authority = host.slice(host.lastIndexOf('@') + 1)
  if (!/^(\[[0-9a-fA-F:.%]+\]|[^:[\]<>"\\^`{|}]*)(:\d*)?$/.test(authority)) return undefined
  return new URLValue(scheme.toLowerCase(), authority, path, query)
}

function registerSemver(env: Environment): void {
  env.registerType('kubernetes.Semver', Semver)
  env.registerFunction('isSemver(string): bool', (text: string) => parseSemver(text, false) !== undefined)
  env.registerFunction('isSemver(string, bool): bool', (text: string, normalize: boolean) => parseSemver(text, normalize) !== undefined)
  env.registerFunction('semver(string): kubernetes.Semver', (text: string) => semver(text, false))
  env.registerFunction('semver(string, bool): kubernetes.Semver', semver)
  env.registerFunction('kubernetes.Semver.major(): int', ({ numbers }: Semver) => numbers[0])
  env.registerFunction('kubernetes.Semver.minor(): int', ({ numbers }: Semver) => numbers[1])
  env.registerFunction('kubernetes.Semver.patch(): int', ({ numbers }: Semver) => numbers[2])
  env.registerFunction('kubernetes.Semver.isLessThan(kubernetes.Semver): bool', (a: Semver, b: Semver) => compareVersions(a, b) < 0)
  env.registerFunction('kubernetes.Semver.isGreaterThan(kubernetes.Semver): bool', (a: Semver, b: Semver) => compareVersions(a, b) > 0)
  env.registerFunction('kubernetes.Semver.compareTo(kubernetes.Semver): int', (a: Semver, b: Semver) => BigInt(Math.sign(compareVersions(a, b))))
  env.registerOperator('kubernetes.Semver == kubernetes.Semver', (a: Semver, b: Semver) => compareVersions(a, b) === 0)
}

function semver(text: string, normalize: boolean): Semver {
  const version = parseSemver(text, normalize)
  if (version === undefined) throw new Error(`could not parse semver ${JSON.stringify(text)}`)
  return version
}

function parseSemver(text: string, normalize: boolean): Semver | undefined {
  const given = normalize ? normalized(text) : text
  const match = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/.exec(given)
  if (match === null) return undefined
  const [, major = '', minor = '', patch = '', pre, build] = match
  const parts = pre?.split('.') ?? []
  if (parts.some(part => part === '' || /^0\d+$/.test(part)) || build?.split('.').includes('') === true) return undefined
  return new Semver([BigInt(major), BigInt(minor), BigInt(patch)], parts)
}

/** Without the `v`, with three numbers and no leading zeros. */
function normalized(text: string): string {
  const [core = '', rest = ''] = splitAt(text.replace(/^v/, ''), /[-+]/)
  const numbers = core.split('.').map(number => number.replace(/^0+(?=\d)/, ''))
  while (numbers.length < 3) numbers.push('0')
  return numbers.join('.') + rest
}

function splitAt(text: string, pattern: RegExp): [string, string] {
  const at = text.search(pattern)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)]
}

function compareVersions(a: Semver, b: Semver): number {
  for (const i of [0, 1, 2] as const) if (a.numbers[i] !== b.numbers[i]) return a.numbers[i] < b.numbers[i] ? -1 : 1
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length
  for (let i = 0; i < Math.min(a.pre.length, b.pre.length); i++) {
    const [x = '', y = ''] = [a.pre[i], b.pre[i]]
    if (x === y) continue
    const [m, n] = [/^\d+$/.test(x), /^\d+$/.test(y)]
    if (m !== n) return m ? -1 : 1
    return m ? (BigInt(x) < BigInt(y) ? -1 : 1) : x < y ? -1 : 1
  }
  return a.pre.length - b.pre.length
}

const LABEL_1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const SUBDOMAIN_1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

const FORMATS: ReadonlyMap<string, (text: string) => string[]> = new Map([
  ['dns1123Label', bounded(LABEL_1123, 63)],
  ['dns1123Subdomain', bounded(SUBDOMAIN_1123, 253)],
  ['dns1035Label', bounded(LABEL_1035, 63)],
  ['dns1123LabelPrefix', prefix(bounded(LABEL_1123, 63))],
  ['dns1123SubdomainPrefix', prefix(bounded(SUBDOMAIN_1123, 253))],
  ['dns1035LabelPrefix', prefix(bounded(LABEL_1035, 63))],
  ['qualifiedName', labelKeyProblems],
  ['labelValue', labelValueProblems],
  ['uri', text => (parseURL(text) === undefined ? ['must be a valid URI'] : [])],
  ['uuid', bounded(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i, 36)],
  ['byte', bounded(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, Number.POSITIVE_INFINITY)],
  ['date', text => (isDate(text) ? [] : ['must be a date'])],
  [
    'datetime',
    text =>
      /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/.test(text) && isDate(text.slice(0, 10)) ? [] : ['must be a date and time'],
  ],
])

function registerFormats(env: Environment): void {
  env.registerType('kubernetes.NamedFormat', Format).registerType('Formats', Formats).registerConstant('format', 'Formats', new Formats())
  for (const [name, validate] of FORMATS) env.registerFunction(`Formats.${name}(): kubernetes.NamedFormat`, () => new Format(validate))
  env.registerFunction('Formats.named(string): optional<kubernetes.NamedFormat>', (_: Formats, name: string) => {
    const validate = FORMATS.get(name)
    return validate === undefined ? Optional.none() : Optional.of(new Format(validate))
  })
  env.registerFunction('kubernetes.NamedFormat.validate(string): optional<list<string>>', ({ validate }: Format, text: string) => {
    const problems = validate(text)
    return problems.length === 0 ? Optional.none() : Optional.of(problems)
  })
}

function bounded(pattern: RegExp, longest: number) {
  return (text: string): string[] => {
    const problems = pattern.test(text) ? [] : [`must match ${pattern.source}`]
    return text.length > longest ? [...problems, `must be no more than ${longest} characters`] : problems
  }
}

/** A name to which something is still to be appended may end in a dash. */
function prefix(validate: (text: string) => string[]) {
  return (text: string): string[] => validate(text.endsWith('-') ? `${text.slice(0, -1)}a` : text)
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (match === null) return false
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  const days = [31, (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return day >= 1 && day <= (days[month - 1] ?? 0)
}
