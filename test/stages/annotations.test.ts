// The annotations that istiod checks, and the texts in which it refuses them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { encodeJson } from '../../src/lib/go/json.ts'
import { multierror } from '../../src/lib/go/multierror.ts'
import { parsePrefix } from '../../src/lib/go/netip.ts'
import { quote } from '../../src/lib/go/strconv.ts'
import { errorText } from '../../src/lib/go/value.ts'
import { annotationProblems } from '../../src/lib/istio/annotations.ts'
import { type Compatibility, compatibilityWith } from '../../src/lib/istio/compatibility.ts'
import * as names from '../../src/lib/istio/names.ts'

const newest = compatibilityWith('1.31')
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../conformance/istio/vectors.json'), 'utf8'))

t.test('annotations are checked with the words of istiod', async t => {
  const uint = (text: string, why = 'invalid syntax') => `strconv.ParseUint: parsing "${text}": ${why}`
  const cidr = (text: string, why: string) => `includeIPRanges invalid: failed parsing cidr '${text}': netip.ParsePrefix("${text}"): ${why}`
  const port = (what: string, text: string, trimmed = text) => `${what} invalid: failed parsing port '${text}': failed parsing port '${text}': ${uint(trimmed)}`
  const regexp = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
  const cases: [string, string, string | undefined][] = [
    [names.INTERCEPTION_MODE, 'TPROXY', undefined],
    [names.INTERCEPTION_MODE, 'redirect', 'interceptionMode invalid, use REDIRECT,TPROXY,NONE: redirect'],
    [names.STATUS_PORT, ' 0 ', undefined],
    [names.STATUS_PORT, ' x ', `excludeInboundPorts invalid: failed parsing port ' x ': ${uint('x')}`],
    [names.STATUS_PORT, '65536', `excludeInboundPorts invalid: failed parsing port '65536': ${uint('65536', 'value out of range')}`],
    [names.READINESS_PERIOD_SECONDS, ' 1', uint(' 1')],
    [names.READINESS_FAILURE_THRESHOLD, '4294967296', uint('4294967296', 'value out of range')],
    [names.READINESS_INITIAL_DELAY_SECONDS, '4294967295', undefined],
    [names.INCLUDE_OUTBOUND_IP_RANGES, '*', undefined],
    [names.INCLUDE_OUTBOUND_IP_RANGES, '', undefined],
    [names.INCLUDE_OUTBOUND_IP_RANGES, '10.0.0.0/8,2001:db8::/32', undefined],
    [names.INCLUDE_OUTBOUND_IP_RANGES, '10.0.0.1', cidr('10.0.0.1', "no '/'")],
    [names.INCLUDE_OUTBOUND_IP_RANGES, '10.0.0.0/33', cidr('10.0.0.0/33', 'prefix length out of range')],
    [names.INCLUDE_OUTBOUND_IP_RANGES, '10.0.0.0/a', cidr('10.0.0.0/a', 'bad bits after slash: "a"')],
    [names.INCLUDE_OUTBOUND_IP_RANGES, '10.0.0/8', cidr('10.0.0/8', 'ParseAddr("10.0.0"): IPv4 address too short')],
    [names.EXCLUDE_OUTBOUND_IP_RANGES, '*', `excludeIPRanges invalid: failed parsing cidr '*': netip.ParsePrefix("*"): no '/'`],
    [names.INCLUDE_INBOUND_PORTS, '*', undefined],
    [names.INCLUDE_INBOUND_PORTS, ' ', undefined],
    [names.INCLUDE_INBOUND_PORTS, '1, 2', undefined],
    [names.INCLUDE_INBOUND_PORTS, '1, x', port('includeInboundPorts', ' x', 'x')],
    [names.EXCLUDE_INBOUND_PORTS, '*', port('excludeInboundPorts', '*')],
    [names.EXCLUDE_OUTBOUND_PORTS, '1,,2', port('excludeOutboundPorts', '')],
    ['traffic.sidecar.istio.io/includeOutboundPorts', 'zzz', undefined],
    [names.EXCLUDE_INTERFACES, 'eth0, a.b-c_d', undefined],
    [names.EXCLUDE_INTERFACES, 'a,', 'empty interface name'],
    [names.KUBEVIRT_INTERFACES, '1a', 'interface name "1a" contains invalid characters'],
    [names.REROUTE_VIRTUAL_INTERFACES, 'abcdefghijklmnop', 'interface name "abcdefghijklmnop" too long (max 15 chars)'],
    [names.PROMETHEUS_MERGE_METRICS, 'T', undefined],
    [names.PROMETHEUS_MERGE_METRICS, 'yes', 'strconv.ParseBool: parsing "yes": invalid syntax'],
    [names.PROXY_CPU, '100m', undefined],
    [names.PROXY_CPU, '1\n2', 'value contains control characters'],
    [names.PROXY_MEMORY_LIMIT, ' 1', regexp],
    [names.PROXY_CPU_LIMIT, 'x', regexp],
    [names.PROXY_CONFIG_ANNOTATION, 'concurrency: 2', undefined],
    [
      names.PROXY_CONFIG_ANNOTATION,
      '[]',
      'failed to convert to apply proxy config: json: cannot unmarshal array into Go value of type map[string]json.RawMessage',
    ],
    [names.PROXY_CONFIG_ANNOTATION, 'statusPort: 0', '1 error occurred:\n\t* invalid status port: port number 0 must be in the range 1..65535\n\n'],
    ['constructor', 'x', undefined],
  ]
  for (const [annotation, value, detail] of cases) {
    const want = detail === undefined ? [] : [{ annotation, message: `invalid value '${value}' for annotation '${annotation}': ${detail}` }]
    t.same(annotationProblems({ [annotation]: value }, newest), want, `${annotation}=${value}`)
  }
})

/** Istiod's error about the annotations of a pod; undefined if they are valid. */
function validateAnnotations(annotations: Readonly<Record<string, string>>, compatibility: Compatibility): string | undefined {
  const problems = annotationProblems(annotations, compatibility)
  return problems.length === 0 ? undefined : multierror(problems.map(({ message }) => message))
}

t.test('all wrong annotations of a pod make one error, sorted by name', async t => {
  const annotations = { [names.PROMETHEUS_MERGE_METRICS]: 'yes', [names.EXCLUDE_INTERFACES]: ',', other: 'x', [names.INTERCEPTION_MODE]: 'x' }
  t.equal(
    validateAnnotations(annotations, newest),
    `3 errors occurred:
\t* invalid value 'yes' for annotation 'prometheus.istio.io/merge-metrics': strconv.ParseBool: parsing "yes": invalid syntax
\t* invalid value 'x' for annotation 'sidecar.istio.io/interceptionMode': interceptionMode invalid, use REDIRECT,TPROXY,NONE: x
\t* invalid value ',' for annotation 'traffic.sidecar.istio.io/excludeInterfaces': empty interface name

`,
  )
  t.equal(validateAnnotations({ [names.INTERCEPTION_MODE]: 'NONE' }, newest), undefined)
  t.equal(validateAnnotations({}, newest), undefined)
})

t.test('interfaces are checked since 1.30, and fields of the proxy config by their version', async t => {
  const interfaces = { [names.EXCLUDE_INTERFACES]: ',' }
  t.equal(validateAnnotations(interfaces, compatibilityWith('1.29')), undefined)
  t.match(validateAnnotations(interfaces, compatibilityWith('1.30')), /empty interface name/)
  const settings = { [names.PROXY_CONFIG_ANNOTATION]: 'connectionSettings: {listenerConnectionLimit: 0}' }
  t.equal(validateAnnotations(settings, compatibilityWith('1.30')), undefined)
  t.match(validateAnnotations(settings, newest), /listener_connection_limit must be positive/)
})

t.test('the recorded annotation errors of Istio come out the same', async t => {
  let seen = 0
  for (const { group, name, pod, error } of vectors.cases) {
    if (group !== 'annotations-openshift' && group !== 'proxyconfig-image') continue
    seen++
    const got = validateAnnotations(pod.metadata.annotations ?? {}, newest)
    t.equal(got === undefined ? undefined : `failed to run injection template: ${got}`, error, name)
  }
  t.ok(seen > 50)
})

t.test('addresses are refused in the words of netip', async t => {
  const cases: [string, string | undefined][] = [
    ['::/0', undefined],
    ['1:2:3:4:5:6:7:8/128', undefined],
    ['::ffff:1.2.3.4/96', undefined],
    ['1.2.3.4.5/8', 'ParseAddr("1.2.3.4.5"): IPv4 address too long'],
    ['01.2.3.4/8', 'ParseAddr("01.2.3.4"): IPv4 field has octet with leading zero'],
    ['256.2.3.4/8', 'ParseAddr("256.2.3.4"): IPv4 field has value >255'],
    ['1..2.3/8', 'ParseAddr("1..2.3"): IPv4 field must have at least one digit (at ".2.3")'],
    ['1.2.3.a/8', 'ParseAddr("1.2.3.a"): unexpected character (at "a")'],
    ['x/8', 'ParseAddr("x"): unable to parse IP'],
    ['/8', 'ParseAddr(""): unable to parse IP'],
    ['1::2::3/8', 'ParseAddr("1::2::3"): multiple :: in address (at ":3")'],
    ['1:2/8', 'ParseAddr("1:2"): address string too short'],
    ['12345::/8', 'ParseAddr("12345::"): each group must have 4 or less digits (at "12345::")'],
    ['g::/8', 'ParseAddr("g::"): each colon-separated field must have at least one digit (at "g::")'],
    ['1:2:3:4:5:6:7:8:9/8', 'ParseAddr("1:2:3:4:5:6:7:8:9"): trailing garbage after address (at "9")'],
    ['fe80::1%eth0/64', 'IPv6 zones cannot be present in a prefix'],
    ['10.0.0.0/08', 'bad bits after slash: "08"'],
    ['10.0.0.0/', 'bad bits after slash: ""'],
    ['::/129', 'prefix length out of range'],
  ]
  for (const [text, why] of cases)
    t.equal(
      errorText(() => parsePrefix(text)),
      why === undefined ? undefined : `netip.ParsePrefix(${quote(text)}): ${why}`,
      text,
    )
})

t.test('texts are quoted as Go quotes them', async t => {
  const cases: [string, string][] = [
    ['plain', '"plain"'],
    ['a"b\\c\n\t\x01\x7f', '"a\\"b\\\\c\\n\\t\\x01\\x7f"'],
    ['é 日 \u00a0 \u{1f600} \u{e0001}', '"é 日 \\u00a0 \u{1f600} \\U000e0001"'],
    ['\udcff', '"\\xff"'],
  ]
  for (const [text, want] of cases) t.equal(quote(text), want)
  t.equal(encodeJson('<a & "b"> \\ud800 \u2028\udc80'), '"\\u003ca \\u0026 \\"b\\"\\u003e \\\\ud800 \\u2028\\ufffd"')
  t.equal(multierror([]), undefined)
})
