// Go's fmt, strconv and encoding/json beyond the conformance cases; what is wanted was printed by Go.

import t from 'tap'
import { sprint, sprintf, sprintln } from '../../src/lib/go/fmt.ts'
import { decodeJson, encodeJson, goJson } from '../../src/lib/go/json.ts'
import { MAX_DEPTH } from '../../src/lib/go/limits.ts'
import { parseBool, parseFloat as parseGoFloat, parseInt as parseGoInt, parseUint, quote, quoteRune, quoteToAscii, unquote } from '../../src/lib/go/strconv.ts'
import { type FloatForm, formatFloat } from '../../src/lib/go/strconv-float.ts'
import { byteLength, byteSlice, canonical, compareStrings, fromBytes, toBytes } from '../../src/lib/go/utf8.ts'
import { Box, BYTES, COMPLEX128, type GoType, type GoValue, INT, INT64, LIST, MAP, pointerTo, STRING, STRINGS, UINT8, UINT64 } from '../../src/lib/go/value.ts'

const POINT: GoType = {
  kind: 'struct',
  name: 'main.Point',
  fields: () => [
    { name: 'X', type: INT, get: p => BigInt((p as number[])[0] ?? 0) },
    { name: 'Name', type: STRING, get: () => 'p' },
  ],
}
const point = new Box(POINT, [3, 4])

t.test('strings are bytes: what is no UTF-8 survives the way there and back', async t => {
  const bytes = Uint8Array.from([0x61, 0xff, 0xc3, 0xa9, 0xe4, 0xb8, 0xf0, 0x9f, 0x8e, 0x89])
  const text = fromBytes(bytes)
  t.equal(text, 'a\udcffé\udce4\udcb8🎉')
  t.same(toBytes(text), bytes)
  t.equal(byteLength(text), 10)
  t.equal(byteSlice('é', 0, 1), '\udcc3')
  t.equal(canonical('\udcc3' + '\udca9'), 'é', 'bytes that come together make a character')
})

t.test('strings compare by bytes, not by UTF-16 units', async t => {
  t.equal(Math.sign(compareStrings('\uffff', '🎉')), -1)
  t.equal(Math.sign(compareStrings('a', 'b')), -1)
  t.equal(Math.sign(compareStrings('é', '\udcc3')), 1)
  t.equal(compareStrings('same', 'same'), 0)
})

t.test('quoting escapes what does not print', async t => {
  t.equal(quote('a"b\\c\n\x00\x7f\u200bé😀\udcff'), '"a\\"b\\\\c\\n\\x00\\x7f\\u200bé😀\\xff"')
  t.equal(quoteToAscii('é世😀'), '"\\u00e9\\u4e16\\U0001f600"')
  t.equal(quoteRune(0x27), "'\\''")
  t.equal(quoteRune(0x110000), "'\ufffd'")
})

const LITERALS: readonly (readonly [literal: string, want: string])[] = [
  ['"a\\tb"', 'a\tb'],
  ['"\\xc3\\xa9"', 'é'],
  ['"\\377"', '\udcff'],
  ['"\\u00e9\\U0001F600"', 'é😀'],
  ['`a\\n\r`', 'a\\n'],
  ["'x'", 'x'],
]

t.test('unquoting reads the three kinds of literals', async t => {
  for (const [literal, want] of LITERALS) t.equal(unquote(literal), want, literal)
  for (const wrong of ['"', '"a', 'a', '"\\q"', '"\\400"', '"\\ud800"', "'ab'", '"a\nb"', '`a`b`'])
    t.throws(() => unquote(wrong), { message: 'invalid syntax' }, wrong)
})

const INTEGERS: readonly (readonly [text: string, base: number, want: bigint | string])[] = [
  ['0x1F', 0, 31n],
  ['-0b11', 0, -3n],
  ['017', 0, 15n],
  ['1_000', 0, 1000n],
  ['zz', 36, 1295n],
  ['1_000', 10, 'strconv.ParseInt: parsing "1_000": invalid syntax'],
  ['08', 0, 'strconv.ParseInt: parsing "08": invalid syntax'],
  ['', 10, 'strconv.ParseInt: parsing "": invalid syntax'],
  ['9223372036854775808', 10, 'strconv.ParseInt: parsing "9223372036854775808": value out of range'],
  ['99999999999999999999x', 10, 'strconv.ParseInt: parsing "99999999999999999999x": value out of range'],
]

t.test('integers are read by base, with the errors of strconv', async t => {
  for (const [text, base, want] of INTEGERS) {
    if (typeof want === 'bigint') t.equal(parseGoInt(text, base), want, text)
    else t.throws(() => parseGoInt(text, base), { message: want }, text)
  }
  t.equal(parseUint('18446744073709551615'), 18446744073709551615n)
  t.throws(() => parseUint('-1'), { message: 'strconv.ParseUint: parsing "-1": invalid syntax' })
  t.throws(() => parseBool('yes'), { message: 'strconv.ParseBool: parsing "yes": invalid syntax' })
})

t.test('floats are read in decimal and hexadecimal', async t => {
  const wants: readonly (readonly [string, number])[] = [
    ['1e3', 1000],
    ['.5', 0.5],
    ['1_2.5', 12.5],
    ['0x1p-1075', 0],
    ['0x1.8p-1075', 5e-324],
    ['0x1.fffffffffffff8p0', 2],
    ['-inf', Number.NEGATIVE_INFINITY],
  ]
  for (const [text, want] of wants) t.equal(parseGoFloat(text), want, text)
  for (const wrong of ['', '.', '1e', '0x1', '1__2', '+nan']) t.throws(() => parseGoFloat(wrong), { message: /invalid syntax/ }, wrong)
  t.throws(() => parseGoFloat('1e400'), { message: 'strconv.ParseFloat: parsing "1e400": value out of range' })
})

const FLOATS: readonly (readonly [value: number, form: FloatForm, precision: number, want: string])[] = [
  [0.1, 'g', -1, '0.1'],
  [1e6, 'g', -1, '1e+06'],
  [123456, 'g', -1, '123456'],
  [1e-5, 'g', -1, '1e-05'],
  [2.5, 'f', 0, '2'],
  [3.5, 'f', 0, '4'],
  [2.675, 'f', 2, '2.67'],
  [1e-6, 'e', 19, '9.9999999999999995475e-07'],
  [-0, 'f', 1, '-0.0'],
  [1.5, 'b', -1, '6755399441055744p-52'],
  [1.5, 'x', -1, '0x1.8p+00'],
  [5e-324, 'g', 3, '4.94e-324'],
]

t.test('floats print with the digits that Go finds', async t => {
  for (const [value, form, precision, want] of FLOATS) t.equal(formatFloat(value, form, precision), want, want)
  t.equal(formatFloat(Math.fround(0.1), 'g', -1, 32), '0.1')
})

const FORMATS: readonly (readonly [format: string, args: GoValue[], want: string])[] = [
  ['%5d|%-5d|%05d|%+d|% d', [42n, 42n, -42n, 42n, 42n], '   42|42   |-0042|+42| 42'],
  ['%x|%X|%#x|%o|%O|%#b|%c|%U|%q', [255n, 255n, 255n, 8n, 8n, 5n, 65n, 0x1f600n, 10n], "ff|FF|0xff|10|0o10|0b101|A|U+1F600|'\\n'"],
  ['%6.2f|%e|%g|%G|%+.1f', [3.24159, 12345.678, 1e21, 1e-7, 2.25], '  3.24|1.234568e+04|1e+21|1E-07|+2.2'],
  ['%06f|%+f|%v', [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN], '  +Inf|+Inf|NaN'],
  ['%5s|%-5s|%.2s|%q|%x|% X', ['é世', 'ab', 'é世x', 'a"b', 'hi', 'hi'], '   é世|ab   |é世|"a\\"b"|6869|68 69'],
  ['%d|%s|%t|%z', ['x', 1n, 1n, true], '%!d(string=x)|%!s(int=1)|%!t(int=1)|%!z(bool=true)'],
  ['%v|%d|%T', [null, null, null], '<nil>|%!d(<nil>)|<nil>'],
  ['%[2]d %[1]d|%[3]*.[2]*[1]f', [1.5, 2n, 6n], '2 %!d(float64=1.5)|  1.50'],
  ['%d %s', [1n], '1 %!s(MISSING)'],
  ['x', [1n, 'a', null], 'x%!(EXTRA int=1, string=a, <nil>)'],
  ['%[5]d|%!|%', [1n], '%!d(BADINDEX)|%!!(int=1)|%!(NOVERB)'],
  ['%*d|%.*d', ['x', 1n, 'y', 2n], '%!(BADWIDTH)1|%!(BADPREC)2'],
  ['100%%', [], '100%'],
  ['%v %.1f', [new Box(COMPLEX128, { re: 1, im: -2 }), new Box(COMPLEX128, { re: 1, im: 2 })], '(1-2i) (1.0+2.0i)'],
]

t.test('Sprintf knows all verbs, flags and mistakes', async t => {
  for (const [format, args, want] of FORMATS) t.equal(sprintf(format, ...args), want, format)
})

const VALUES: readonly (readonly [value: GoValue, plain: string, syntax: string])[] = [
  [['a', 1n, null, 2.5], '[a 1 <nil> 2.5]', '[]interface {}{"a", 1, interface {}(nil), 2.5}'],
  [
    new Map<GoValue, GoValue>([
      ['b', [true]],
      ['a', null],
    ]),
    'map[a:<nil> b:[true]]',
    'map[string]interface {}{"a":interface {}(nil), "b":[]interface {}{true}}',
  ],
  [new Box(STRINGS, ['x', 'y']), '[x y]', '[]string{"x", "y"}'],
  [new Box(BYTES, Uint8Array.from([104, 105])), '[104 105]', '[]byte{0x68, 0x69}'],
  [new Box(LIST, null), '[]', '[]interface {}(nil)'],
  [new Box(MAP, null), 'map[]', 'map[string]interface {}(nil)'],
  [new Box(INT64, 7n), '7', '7'],
  [new Box(UINT64, 255n), '255', '0xff'],
  [new Box(UINT8, 65n), '65', '0x41'],
  [point, '{3 p}', 'main.Point{X:3, Name:"p"}'],
  [new Box(pointerTo(POINT), point), '&{3 p}', '&main.Point{X:3, Name:"p"}'],
  [new Box(pointerTo(INT64), null), '<nil>', '(*int64)(nil)'],
]

t.test('%v and %#v print every kind of value', async t => {
  for (const [value, plain, syntax] of VALUES) {
    t.equal(sprintf('%v', value), plain)
    t.equal(sprintf('%#v', value), syntax)
  }
  t.equal(sprintf('%+v', point), '{X:3 Name:p}')
  t.equal(sprintf('%s %q %x', ...Array<GoValue>(3).fill(new Box(BYTES, Uint8Array.from([104, 105])))), 'hi "hi" 6869')
})

t.test('Sprint puts a space between two operands of which none is a string', async t => {
  t.equal(sprint('a', 1n, 2n, 'b', 'c', 3n, true), 'a1 2bc3 true')
  t.equal(sprintln('a', 1n), 'a 1\n')
})

t.test('a map that contains itself is an error, not the end of the stack', async t => {
  const map = new Map<GoValue, GoValue>()
  map.set('self', map)
  t.throws(() => sprint(map), { message: `values are nested more than ${MAX_DEPTH} deep` })
  t.throws(() => encodeJson(map), { message: 'json: unsupported value: encountered a cycle via map[string]interface {}' })
})

t.test('JSON is written as encoding/json does', async t => {
  const value: GoValue = new Map<GoValue, GoValue>([
    ['z', '<a>&\u2028\udcff\x01'],
    ['é', [1n, 1e21, 1e-7, -0, null, true]],
    ['a', new Box(BYTES, Uint8Array.from([104, 105]))],
  ])
  t.equal(encodeJson(value), '{"a":"aGk=","z":"\\u003ca\\u003e\\u0026\\u2028\\ufffd\\u0001","é":[1,1e+21,1e-7,-0,null,true]}')
  t.equal(encodeJson('<a>', { escapeHtml: false }), '"<a>"')
  t.equal(encodeJson([[], new Map(), ['{']], { indent: '  ' }), '[\n  [],\n  {},\n  [\n    "{"\n  ]\n]')
  t.equal(goJson({ b: '<', a: [null] }), '{"b":"\\u003c","a":[null]}')
  t.throws(() => encodeJson(Number.NaN), { message: 'json: unsupported value: NaN' })
  t.throws(() => encodeJson(new Box(COMPLEX128, { re: 0, im: 1 })), { message: 'json: unsupported type: complex128' })
})

const WRONG_JSON: readonly (readonly [text: string, error: string])[] = [
  ['', 'unexpected end of JSON input'],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 2}', "invalid character '2' after object key:value pair"],
  ['[1 2]', "invalid character '2' after array element"],
  ['nul', "invalid character ' ' in literal null (expecting 'l')"],
  ['1.x', "invalid character 'x' after decimal point in numeric literal"],
  ['"\\x"', "invalid character 'x' in string escape code"],
  ['"\n"', "invalid character '\\n' in string literal"],
  ['1 é', "invalid character 'Ã' after top-level value"],
  ['1e400', 'json: cannot unmarshal number 1e400 into Go value of type float64'],
  ['['.repeat(100_000), 'exceeded max depth'],
]

t.test('JSON is read with the errors of encoding/json', async t => {
  t.same(decodeJson(' {"a":[1,2.5,"\\u00e9\\ud800"],"a":{"b":null}} '), { value: new Map([['a', new Map([['b', null]])]]), error: undefined })
  t.same(decodeJson('[1, 1e400, "\\ud83c\\udf89"]').value, [1, null, '🎉'])
  for (const [text, error] of WRONG_JSON) t.equal(decodeJson(text).error, error, text.slice(0, 20))
})
