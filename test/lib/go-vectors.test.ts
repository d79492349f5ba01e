// Every function of src/lib/go gives what the real Go printed (test/vectors, written by test/go).

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { formatDuration, parseDuration } from '../../src/lib/go/duration.ts'
import { sprint, sprintf, sprintln } from '../../src/lib/go/fmt.ts'
import { decodeJson, encodeJson, jsonSyntaxError } from '../../src/lib/go/json.ts'
import { createMeter } from '../../src/lib/go/limits.ts'
import { splitHostPort } from '../../src/lib/go/net.ts'
import * as netip from '../../src/lib/go/netip.ts'
import { compile, quoteMeta } from '../../src/lib/go/regexp.ts'
import * as strconv from '../../src/lib/go/strconv.ts'
import type { FloatForm } from '../../src/lib/go/strconv-float.ts'
import { toLower, toUpper, trimSpace } from '../../src/lib/go/strings.ts'
import { formatTime, UTC } from '../../src/lib/go/time-format.ts'
import { type ParsedTime, parseTime } from '../../src/lib/go/time-parse.ts'
import { loadZone } from '../../src/lib/go/time-zones.ts'
import * as unicode from '../../src/lib/go/unicode.ts'
import * as url from '../../src/lib/go/url.ts'
import { compareStrings, fromRune, toBytes } from '../../src/lib/go/utf8.ts'
import { GoError, type GoValue } from '../../src/lib/go/value.ts'
import { ROOT } from '../support/rig.ts'

const VECTORS = join(ROOT, 'test/vectors')

type Answer = (input: unknown) => unknown

const ofText =
  (answer: (text: string) => unknown): Answer =>
  input =>
    answer(String(input))
const ofNumber =
  (answer: (number: number) => unknown): Answer =>
  input =>
    answer(Number(input))
const ofTwo =
  (answer: (first: string, second: string) => unknown): Answer =>
  input =>
    Array.isArray(input) ? answer(String(input[0]), String(input[1])) : undefined

const ofMany =
  (answer: (texts: readonly string[]) => unknown): Answer =>
  input =>
    answer(Array.isArray(input) ? input.map(String) : [])

/** A value that the vectors write as a kind and a text. */
function goValue(text: string): GoValue {
  const [kind = '', rest = ''] = [text.split(' ', 1)[0], text.slice(text.indexOf(' ') + 1)]
  switch (kind) {
    case 'int':
      return BigInt(rest)
    case 'float64':
      return strconv.parseFloat(rest)
    case 'string':
      return rest
    case 'bool':
      return rest === 'true'
    case 'list':
      return rest.split('|').map(goValue)
    case 'map':
      return new Map<GoValue, GoValue>([
        ['b', goValue(rest)],
        ['a', null],
        ['c', 1n],
      ])
    default:
      return null
  }
}

/** What the function of that name in src/lib/go answers, in the form of the vectors. */
const ANSWERS: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['strconv.Quote', ofText(strconv.quote)],
  ['strconv.QuoteToASCII', ofText(strconv.quoteToAscii)],
  ['sha256 of strconv.QuoteRune of 4,096 runes', ofNumber(from => digest(from, strconv.quoteRune))],
  ['strconv.Unquote', ofText(strconv.unquote)],
  ['strconv.CanBackquote', ofText(strconv.canBackquote)],
  ['strconv.ParseBool', ofText(strconv.parseBool)],
  ['strconv.Atoi', ofText(text => String(strconv.atoi(text)))],
  ['strconv.ParseFloat 64', ofText(text => strconv.formatFloat(strconv.parseFloat(text), 'x'))],
  ['strconv.ParseFloat 32', ofText(text => strconv.formatFloat(strconv.parseFloat(text, 32), 'x', -1, 32))],
  ['strconv.FormatFloat', ofTwo((float, form) => strconv.formatFloat(strconv.parseFloat(float), formOf(form), Number(form.slice(2))))],
  ...[...numbers()].flatMap(([base, bits]): [string, Answer][] => [
    [`strconv.ParseInt ${base} ${bits}`, ofText(text => String(strconv.parseInt(text, base, bits)))],
    [`strconv.ParseUint ${base} ${bits}`, ofText(text => String(strconv.parseUint(text, base, bits)))],
  ]),
  ['fmt.Sprintf', ofMany(([format = '', ...values]) => sprintf(format, ...values.map(goValue)))],
  ['fmt.Sprint', ofMany(([, ...values]) => sprint(...values.map(goValue)))],
  ['fmt.Sprintln', ofMany(([, ...values]) => sprintln(...values.map(goValue)))],
  ['strings.TrimSpace', ofText(trimSpace)],
  ['strings.ToUpper', ofText(toUpper)],
  ['strings.ToLower', ofText(toLower)],
  ["sha256 of package unicode's classes and cases of 4,096 runes", ofNumber(from => digest(from, classOf))],
  ['time.ParseDuration', ofText(text => String(parseDuration(text)))],
  ['time.Duration.String', ofText(size => formatDuration(BigInt(size)))],
  ['time.Parse', ofTwo((layout, text) => momentOf(parseTime(layout, text)))],
  ['time.Time.Zone', ofTwo((zone, seconds) => Object.values(loadZone(zone)?.at(Number(seconds)) ?? {}))],
  ['json.Unmarshal', ofText(unmarshal)],
  ['json.Valid', ofText(text => jsonSyntaxError(text) === undefined)],
  ['json.Marshal', ofText(text => encodeJson(text))],
  ['netip.ParseAddr', ofText(text => addressOf(netip.parseAddr(text)))],
  ['netip.ParsePrefix', ofText(text => prefixOf(netip.parsePrefix(text)))],
  ['netip.Prefix.Contains', ofTwo((prefix, addr) => netip.contains(netip.parsePrefix(prefix), netip.parseAddr(addr)))],
  ['net.SplitHostPort', ofText(text => Object.values(splitHostPort(text)))],
  ['url.Parse', ofText(text => partsOf(url.parseUrl(text)))],
  ['url.ParseRequestURI', ofText(text => partsOf(url.parseRequestUri(text)))],
  ['URL.Query', ofText(query => Object.fromEntries([...url.queryOf({ ...url.EMPTY_URL, query })].sort(([a], [b]) => compareStrings(a, b))))],
  ['url.QueryEscape', ofText(url.queryEscape)],
  ['regexp.Compile', ofText(text => typeof compile(text) === 'object')],
  ['regexp.Regexp.MatchString', ofTwo((pattern, text) => compile(pattern).isMatch(text, createMeter()))],
  ['regexp.Regexp.FindString', ofTwo((pattern, text) => compile(pattern).find(text, createMeter()))],
  ['regexp.Regexp.FindAllString', ofTwo((pattern, text) => compile(pattern).findAll(text, -1, createMeter()))],
  ['regexp.Regexp.Split', ofTwo((pattern, text) => compile(pattern).split(text, -1, createMeter()))],
  ['regexp.Regexp.ReplaceAllString', ofTwo((pattern, text) => compile(pattern).replaceAll(text, '<$0$1${n}$$>', createMeter()))],
  ['regexp.QuoteMeta', ofText(quoteMeta)],
])

function formOf(text: string): FloatForm {
  const form = FLOAT_FORMS.find(known => known === text[0])
  if (form === undefined) throw new Error(`there is no form ${text}`)
  return form
}

const FLOAT_FORMS: readonly FloatForm[] = ['e', 'E', 'f', 'F', 'g', 'G', 'b', 'x', 'X']

function* numbers(): Iterable<[base: number, bits: strconv.IntBits]> {
  for (const bits of [64, 32, 16, 8] as const) yield [10, bits]
  for (const bits of [64, 32] as const) yield [0, bits]
  for (const base of [16, 2, 36]) yield [base, 64]
}

function digest(from: number, text: (rune: number) => string): string {
  const texts = Array.from({ length: 4096 }, (_, i) => text(from + i))
  return createHash('sha256')
    .update(toBytes(texts.join('')))
    .digest('hex')
    .slice(0, 16)
}

function classOf(rune: number): string {
  const char = fromRune(rune)
  // Surrogates are no characters of JavaScript's: Go has them in no class and maps them to themselves.
  if (rune >= 0xd800 && rune <= 0xdfff) return `${'false '.repeat(6)}${`${rune} `.repeat(3)}`
  const { isPrint, isLetter, isDigit, isUpper, isLower, isSpace, toUpperRune, toLowerRune, toTitleRune } = unicode
  const classes = [isPrint(rune), ...[isLetter, isDigit, isUpper, isLower, isSpace].map(is => is(char))]
  const cases = [toUpperRune, toLowerRune, toTitleRune].map(to => to(char).codePointAt(0))
  return [...classes, ...cases].map(value => `${value} `).join('')
}

function unmarshal(text: string): unknown {
  const { value, error } = decodeJson(text)
  return error === undefined ? jsonOf(value) : { error }
}

function momentOf({ nanoseconds, zone }: ParsedTime): unknown {
  const nanosecond = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
  const seconds = (nanoseconds - nanosecond) / 1_000_000_000n
  const texts = [formatTime(nanoseconds, zone, '2006-01-02T15:04:05.999999999Z07:00'), formatTime(nanoseconds, UTC, 'Mon, 02 Jan 2006 15:04:05 -0700')]
  return [String(seconds), Number(nanosecond), ...texts]
}

/** Numbers as texts, as the vectors have them. */
function jsonOf(value: GoValue): unknown {
  if (typeof value === 'number') return `number ${strconv.formatFloat(value, 'g')}`
  if (Array.isArray(value)) return value.map(jsonOf)
  return value instanceof Map
    ? Object.fromEntries(Array.from(value, ([key, item]): [string, unknown] => [String(key), jsonOf(item)]).sort(([a], [b]) => compareStrings(a, b)))
    : value
}

function addressOf(addr: netip.Addr): unknown {
  const { formatAddr, is4In6, isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isLinkLocalMulticast } = netip
  const tests = [is4In6, isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isLinkLocalMulticast]
  return [...[formatAddr(addr), addr.bits, addr.zone], ...[...tests, netip.isGlobalUnicast].map(test => test(addr)), ...[formatAddr(netip.unmap(addr))]]
}

function prefixOf(prefix: netip.Prefix): unknown {
  return [netip.formatPrefix(prefix), prefix.bits, netip.formatPrefix(netip.masked(prefix))]
}

function partsOf(parsed: url.Url): unknown {
  const { scheme, opaque, userinfo = null, host, path, rawPath, query, fragment, rawFragment, forceQuery } = parsed
  const { formatUrl, hostname, port, escapedPath, escapedFragment } = url
  return [
    ...[scheme, opaque, userinfo, host, path, rawPath, query, fragment, rawFragment, forceQuery],
    ...[formatUrl, hostname, port, escapedPath, escapedFragment].map(show => show(parsed)),
  ]
}

type Row = readonly [input: unknown, want: unknown]

function tablesOf(name: string): Record<string, readonly Row[]> {
  const { go: _, ...tables } = JSON.parse(readFileSync(join(VECTORS, `${name}.json`), 'utf8')) as Record<string, readonly Row[]>
  return tables
}

function answerTo(answer: Answer, input: unknown): unknown {
  try {
    return answer(input)
  } catch (error) {
    if (error instanceof GoError) return { error: error.message }
    throw error
  }
}

for (const file of readdirSync(VECTORS).sort()) {
  t.test(`src/lib/go answers what Go does: ${file}`, async t => {
    const tables = Object.entries(tablesOf(file.replace('.json', '')))
    t.ok(tables.length > 0)
    for (const [name, rows] of tables) {
      const answer = ANSWERS.get(name)
      if (answer === undefined) throw new Error(`there is no answer for ${name}`)
      const wrong = rows.flatMap(([input, want]) => {
        const got = answerTo(answer, input)
        return JSON.stringify(got) === JSON.stringify(want) ? [] : [{ input, got, want }]
      })
      t.ok(rows.length >= 60, `${name} has vectors`)
      t.same(wrong, [], `${name}: ${rows.length} vectors`)
    }
  })
}

t.test('every function that is asked has vectors', async t => {
  const named = readdirSync(VECTORS).flatMap(file => Object.keys(tablesOf(file.replace('.json', ''))))
  t.same(named.toSorted(), [...ANSWERS.keys()].toSorted())
})
