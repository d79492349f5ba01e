// Sprig's functions called directly: what the conformance cases leave out, limits, and what is refused.

import t from 'tap'
import { sprint } from '../../src/lib/go/fmt.ts'
import { MAX_ITEMS, MAX_TEXT } from '../../src/lib/go/limits.ts'
import { loadZone } from '../../src/lib/go/time-zones.ts'
import { Box, type GoValue, INT64, LIST, MAP, STRING_MAP, STRINGS } from '../../src/lib/go/value.ts'
import { functionSupport, REFUSED, sprigFuncs } from '../../src/lib/sprig/index.ts'
import { timeValue } from '../support/go-values.ts'

function call(name: string, ...args: GoValue[]): GoValue {
  const func = sprigFuncs().get(name)
  if (func === undefined) throw new Error(`no function ${name}`)
  return func.call(...args)
}

/** The result as a template would print it. */
function printed(name: string, ...args: GoValue[]): string {
  return sprint(call(name, ...args))
}

const day = timeValue('2024-02-29T13:04:05.678901234Z')

const PRINTED: readonly (readonly [name: string, args: GoValue[], want: string])[] = [
  ['snakecase', ['HTTPServer2Go'], 'http_server2_go'],
  ['kebabcase', ['ー!ー\udcffBé '], 'ー!ー-\ufffdbé-'],
  ['camelcase', ['  _'], '  __'],
  ['nospace', ['é à'], 'Ã©Ã'],
  ['initials', ['é b'], 'Ãb'],
  ['upper', ['straße\udcff'], 'STRAßE\ufffd'],
  ['trunc', [1n, 'é'], '\udcc3'],
  ['abbrevboth', [5n, 10n, 'hello world this is text'], '... wor...'],
  ['wrapWith', [4n, '|', 'a bcdefgh i'], 'a|bcde|fgh|i'],
  ['replace', ['', '-', 'aé'], '-a-é-'],
  ['split', ['', 'aé'], 'map[_0:a _1:é]'],
  ['int64', ['010'], '8'],
  ['int64', ['-.9'], '0'],
  ['add', [9223372036854775807n, 1n], '-9223372036854775808'],
  ['divf', [2n, 3n], '0.6666666666666667'],
  ['addf', [0.1, 0.2], '0.3'],
  ['round', [123.5555, 3n], '123.556'],
  ['seq', [0n, 3n, 10n], '0 3 6 9'],
  ['regexReplaceAll', ['(?P<n>b)(?P<n>c)?', 'abc', '<$n>'], 'a<b>'],
  ['regexSplit', ['', 'aé世', 2n], '[a é世]'],
  ['semverCompare', ['>=1.2 <2 || >=3-0', '3.1.0-rc'], 'true'],
  ['date', ['Mon Jan _2 15:04:05.000 MST 2006 002', day], 'Thu Feb 29 13:04:05.678 UTC 2024 060'],
  ['dateInZone', ['15:04 -07:00 MST', day, 'America/St_Johns'], '09:34 -03:30 NST'],
  ['duration', [new Box(INT64, 95n)], '1m35s'],
  ['durationRound', ['2400h10m5s'], '3mo'],
  ['mustToDate', ['Jan 2, 2006 at 3:04pm (MST)', 'Feb 4, 2014 at 6:05pm (PST)'], '2014-02-04 18:05:00 +0000 PST'],
  ['urlJoin', [new Map<GoValue, GoValue>([['path', 'a:b']])], './a:b'],
  ['clean', ['/a/./b/../../../c/'], '/c'],
  ['adler32sum', ['hello world'], '436929629'],
  ['b64dec', ['YQ=='], 'a'],
  ['b64dec', ['YQ='], 'illegal base64 data at input byte 3'],
  ['derivePassword', [new Box(INT64, 1n), 'pin', 'password', 'user', 'example.com'], '6685'],
  ['dig', ['a', 'b', 'none', new Map<GoValue, GoValue>([['a', new Map([['b', 1n]])]])], '1'],
  ['get', [new Box(MAP, null), 'a'], ''],
  ['chunk', [2n, new Box(STRINGS, ['a', 'b', 'c'])], '[[a b] [c]]'],
]

t.test('functions give what Sprig gives', async t => {
  for (const [name, args, want] of PRINTED) t.equal(printed(name, ...args), want, `${name} ${sprint(args)}`)
})

const ERRORS: readonly (readonly [name: string, args: GoValue[], message: string])[] = [
  ['first', [null], 'runtime error: invalid memory address or nil pointer dereference'],
  ['first', ['s'], 'Cannot find first on type string'],
  ['div', [1n, 0n], 'runtime error: integer divide by zero'],
  ['divf', [1n, 0n], 'decimal division by 0'],
  ['repeat', [-1n, 'a'], 'strings: negative Repeat count'],
  ['substr', [4n, 2n, 'hello'], 'runtime error: slice bounds out of range [4:2]'],
  ['slice', [['a'], 2n], 'reflect.Value.Slice: slice index out of bounds'],
  ['chunk', [0n, ['a']], 'runtime error: makeslice: len out of range'],
  ['set', [new Box(MAP, null), 'a', 1n], 'assignment to entry in nil map'],
  ['mustRegexMatch', ['a(?=b)', 'ab'], 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
  ['regexFind', ['[', ''], 'regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`'],
  ['mustRegexMatch', ['\udcff', 'a'], 'error parsing regexp: invalid UTF-8: `\udcff`'],
  ['semver', ['1.2.3-01'], 'version segment starts with 0'],
  ['semverCompare', ['>>1', '1.0.0'], 'improper constraint: ">>1"'],
  ['mustToDate', ['2006-01-02', '2017-02-30'], 'parsing time "2017-02-30": day out of range'],
  ['mustDateModify', ['1d', day], 'time: unknown unit "d" in duration "1d"'],
  ['urlParse', ['http://[zz]/'], 'unable to parse url: parse "http://[zz]/": invalid host: ParseAddr("zz"): unable to parse IP'],
  ['decryptAES', ['k', 'YQ=='], 'runtime error: slice bounds out of range [:16] with capacity 3'],
  ['fail', ['no'], 'no'],
]

t.test('functions fail in the words of Sprig and Go', async t => {
  for (const [name, args, message] of ERRORS) t.throws(() => call(name, ...args), { name: 'GoError', message }, `${name} ${sprint(args)}`)
})

t.test('merging keeps what is there, or overwrites it, and shares what it takes over', async t => {
  const nested = new Map<GoValue, GoValue>([['c', 1n]])
  const map = new Map<GoValue, GoValue>([
    ['a', 1n],
    ['e', ''],
  ])
  const other = new Map<GoValue, GoValue>([
    ['a', 2n],
    ['e', 'x'],
    ['b', nested],
  ])
  t.equal(call('merge', map, other), map)
  t.equal(sprint(map), 'map[a:1 b:map[c:1] e:x]')
  t.equal(map.get('b'), nested)
  t.equal(printed('mergeOverwrite', map, other), 'map[a:2 b:map[c:1] e:x]')
  const typed = new Map<GoValue, GoValue>([['m', new Box(STRING_MAP, new Map([['a', '1']]))]])
  t.throws(() => call('merge', typed, new Map([['m', nested]])), {
    message: 'reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string',
  })
})

t.test('deepCopy shares nothing that can change', async t => {
  const inner = new Map<GoValue, GoValue>([['x', 1n]])
  const copy = call('deepCopy', [inner, new Box(LIST, null)])
  inner.set('x', 2n)
  t.equal(sprint(copy), '[map[x:1] []]')
  t.equal(call('deepEqual', [inner], [new Map([['x', 2n]])]), true)
  t.equal(call('deepEqual', new Box(LIST, null), []), false)
  t.equal(call('deepEqual', day, timeValue('2024-02-29T13:04:05Z')), false)
})

t.test('sortAlpha changes a []string in place, as in Go, and copies any other list', async t => {
  const strings = new Box(STRINGS, ['b', 'a'])
  call('sortAlpha', strings)
  t.equal(sprint(strings), '[a b]')
  const list = ['b', 'a']
  t.equal(printed('sortAlpha', list), '[a b]')
  t.same(list, ['b', 'a'])
})

t.test('what would exhaust memory or time is refused', async t => {
  const million = BigInt(MAX_ITEMS)
  call('until', million)
  t.equal(printed('until', 500_000n).length, 3_388_891)
  for (const [name, args] of [
    ['until', [million + 1n]],
    ['untilStep', [0n, 9223372036854775807n, 1n]],
    ['seq', [million * 2n]],
    ['splitList', ['', 'a'.repeat(MAX_ITEMS + 1)]],
  ] satisfies [string, GoValue[]][]) {
    t.throws(() => call(name, ...args), { name: 'GoError', message: /items: more than 1000000 are refused/ }, name)
  }
  for (const [name, args] of [
    ['repeat', [BigInt(MAX_TEXT) + 1n, 'a']],
    ['repeat', [2n ** 62n, 'ab']],
    ['indent', [10_000_000n, '\n'.repeat(10)]],
    ['nindent', [2n ** 40n, 'a']],
    ['replace', ['', 'x'.repeat(1000), 'a'.repeat(100_000)]],
    ['wrapWith', [1n, 'x'.repeat(1000), 'a'.repeat(100_000)]],
    ['regexReplaceAll', ['a', 'a'.repeat(10_000), 'x'.repeat(10_000)]],
    ['join', ['x'.repeat(10_000), Array<GoValue>(10_000).fill('')]],
  ] satisfies [string, GoValue[]][]) {
    t.throws(() => call(name, ...args), { name: 'GoError', message: /characters long: more than 4194304 are refused/ }, name)
  }
  t.throws(() => call('mustRegexMatch', 'a{1001}', 'a'), { message: 'error parsing regexp: invalid repeat count: `{1001}`' })
  t.throws(() => call('mustRegexMatch', '(((a{100}){100}){100})', 'a'), { message: 'error parsing regexp: invalid repeat count: `{100}`' })
  t.throws(() => call('mustRegexMatch', '('.repeat(5000) + ')'.repeat(5000), 'a'), { message: /expression nests too deeply/ })
  t.throws(() => call('mustRegexMatch', 'a'.repeat(70_000), 'a'), { message: /more than 65536 are refused/ })
  t.throws(() => call('mustRegexMatch', '(?:a?){1000}', 'a'.repeat(2_000_000)), { message: /would take too long/ })
  t.throws(() => call('regexFindAll', 'b', 'b'.repeat(60_000), -1n), { message: /would take too long/ })
  const maps = Array.from({ length: 10_000 }, (_, i) => new Map([['a', BigInt(i)]]))
  t.throws(() => call('uniq', maps), { message: /would take too long/ })
})

t.test('names of functions and keys never reach a prototype', async t => {
  const map = new Map<GoValue, GoValue>([['a', 1n]])
  for (const name of ['constructor', '__proto__', 'valueOf', 'hasOwnProperty']) {
    t.equal(sprigFuncs().has(name), false, name)
    t.equal(call('get', map, name), '', name)
    t.equal(call('hasKey', map, name), false, name)
  }
  t.equal(loadZone('constructor'), undefined)
})

t.test('what depends on more than the input is refused by name', async t => {
  for (const [name, why] of REFUSED) {
    const args: GoValue[] =
      sprigFuncs()
        .get(name)
        ?.params.map(() => null) ?? []
    t.throws(() => call(name, ...args), { name: 'GoError', message: new RegExp(`^${name} is not available: it depends on ${why}`) }, name)
  }
  t.throws(() => call('htpasswd', 'user', 'password'), { message: /^htpasswd is not available: it depends on random numbers/ })
  t.throws(() => call('date', '2006', 1.5), { message: /^a date of type float64 means the current time, which is not available/ })
  t.throws(() => call('durationRound', day), { message: /current time, which is not available/ })
})

t.test('every function of Sprig 3.3.0 is there, and documented as supported or refused', async t => {
  t.equal(sprigFuncs().size, 211)
  const support = functionSupport()
  t.equal(support.length, 211)
  t.equal(support.find(entry => entry.name === 'upper')?.support, 'supported')
  t.equal(support.find(entry => entry.name === 'now')?.support, 'error: depends on the current time')
})

const ZONES: readonly (readonly [zone: string, time: string, want: string])[] = [
  ['America/New_York', '2023-11-05T05:30:00Z', '01:30 -0400 EDT'],
  ['America/New_York', '2023-11-05T06:30:00Z', '01:30 -0500 EST'],
  ['America/New_York', '2100-07-01T00:00:00Z', '20:00 -0400 EDT'],
  ['Europe/Dublin', '2050-01-01T00:00:00Z', '00:00 +0000 GMT'],
  ['Australia/Lord_Howe', '2024-07-01T00:00:00Z', '10:30 +1030 +1030'],
  ['Africa/Casablanca', '2024-03-20T00:00:00Z', '00:00 +0000 +00'],
  ['Asia/Kathmandu', '1980-01-01T00:00:00Z', '05:30 +0530 +0530'],
  ['Nowhere/Else', '2024-07-01T00:00:00Z', '00:00 +0000 UTC'],
]

t.test('zones follow the time zone database, also after its last change', async t => {
  for (const [zone, time, want] of ZONES) t.equal(printed('dateInZone', '15:04 -0700 MST', timeValue(time), zone), want, `${zone} ${time}`)
})
