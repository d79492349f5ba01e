// Texts for places that expect something: a number, a list of ports, a quantity, JSON, YAML. Most are nearly right.

import fc from 'fast-check'
import type { Json } from '../../src/lib/model/index.ts'
import { toYaml } from '../../src/lib/yaml/index.ts'
import { mutatedText, mutatedValue } from './mutate.ts'

const TEXTS = [
  ...['', ' ', '\t', '\n', '\0', '\u2028', '\ufeff', '😀', 'é', 'true', 'false', 'TRUE', 't', 'yes', 'on', 'null', '~', '0', '-0', '-1', '+1', '007', '0x10'],
  ...['1_000', '1e3', '1.5', '.5', '5.', 'NaN', 'Inf', '65535', '65536', '4294967296', '9223372036854775808', '9'.repeat(400), '80,443', '80, 443', ',', '80,'],
  ...['*', '10.0.0.0/8', '::/0', '1.2.3.4/33', '1.2.3.4', '::ffff:1.2.3.4/128', 'fe80::1%eth0/64', 'eth0,eth1', 'a', 'a,b', 'a b', 'http', 'https', 'tcp'],
  ...['1Ei', '100m', '1.5Gi', '-1', '1e999999999', '1n', '0.0000000001', '1s', '-1s', '1h1m1.5s', '99999999999s', '1µs', 's', '15020', '15090', ':15020/x'],
  ...[
    '{}',
    '[]',
    '[{}]',
    '[null]',
    '{"a":',
    '{"a":1}}',
    '"x"',
    '{"containers":[{"name":"istio-proxy"}]}',
    '[{"name":"a"}]',
    '{"a":{"name":"b"}}',
    'a: b',
    '- a',
  ],
  ...[
    '{{ . }}',
    '{{',
    '}}',
    '__proto__',
    'constructor',
    'toString',
    '{"__proto__":{"x":1}}',
    '&a [*a]',
    '*a',
    '!!binary x',
    'x: !!int y',
    '<<: {a: b}',
    '---\na',
  ],
  ...[
    "'",
    '"',
    '#',
    ' #',
    ': ',
    '- ',
    '| ',
    '> ',
    '%',
    '@',
    '`',
    '\\',
    '$x',
    '/',
    '../x',
    '/etc/passwd',
    'x'.repeat(300),
    'a.b.c',
    'A_B',
    '-',
    '.',
    'sidecar,sidecar',
  ],
  ...['REDIRECT', 'TPROXY', 'NONE', 'distroless', 'debug', 'warning', 'sidecar', 'gateway', 'grpc-agent', 'nope', 'enabled', 'disabled', 'default', 'canary'],
]

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }).map(text => text.toWellFormed()) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...TEXTS), fc.constantFrom(...TEXTS)).map(texts => texts.join('')) },
)

/** One of the values as text, in JSON or YAML, changed in its structure or its characters. */
export function hostileForm(values: readonly Json[]): fc.Arbitrary<string> {
  const printed = fc.tuple(mutatedValue(values), fc.boolean()).map(([value, asJson]) => (asJson ? JSON.stringify(value) : toYaml(value)))
  return fc.oneof(printed, mutatedText(values.map(value => toYaml(value))), mutatedText(values.map(value => JSON.stringify(value))))
}
