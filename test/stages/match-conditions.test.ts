// CEL as webhooks have it: Kubernetes' libraries, what is refused and in which words, hostile expressions.

import t from 'tap'
import { CONDITIONS_BUDGET } from '../../src/lib/admission/budget.ts'
import type { AdmissionRequest } from '../../src/lib/k8s/admission/request.ts'
import { POD_KIND, POD_RESOURCE } from '../../src/lib/k8s/admission/request.ts'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { conditionCompiler } from '../../src/select/condition-compiler.ts'

function requestFor(object: JsonObject): AdmissionRequest {
  const userInfo = { username: 'jane', groups: ['a', 'b'] }
  return {
    operation: 'CREATE',
    kind: POD_KIND,
    resource: POD_RESOURCE,
    subresource: '',
    name: 'web',
    namespace: 'shop',
    userInfo,
    dryRun: false,
    object,
    oldObject: null,
  }
}

const POD: JsonObject = {
  metadata: { name: 'web', labels: { app: 'web' }, annotations: { constructor: 'x', n: '15' } },
  spec: { containers: [{ name: 'a', ports: [{ containerPort: 80 }] }, { name: 'b' }], priority: 3 },
}

/** true, false, or the words of the failure. */
function answer(expression: string, object: JsonObject = POD): boolean | string {
  const verdict = conditionCompiler()(expression)(requestFor(object), { remaining: CONDITIONS_BUDGET })
  return typeof verdict === 'object' ? verdict.error : verdict
}

t.test("Kubernetes' libraries are there", async t => {
  const cases: readonly string[] = [
    // lists and sets
    '[1, 2, 3].sum() == 6 && [1.5, 2.0].sum() == 3.5 && [2, 1].min() == 1 && ["b", "a"].max() == "b"',
    '[1, 2, 2].isSorted() && ![2, 1].isSorted() && [1, 2].indexOf(3) == -1',
    '[3, 1, 2].sort() == [1, 2, 3] && [1, 2, 3].slice(1, 2) == [2] && [[1], [2, 3]].flatten() == [1, 2, 3]',
    'sets.equivalent(["a"], ["a", "a"]) && !sets.contains([1], [2]) && sets.intersects([1, 2], [2, 3])',
    '[1, 2, 3].exists(i, v, i == 2 && v == 3) && {"a": 1}.all(k, v, k == "a" && v == 1) && [5, 6].transformList(i, v, v + i) == [5, 7]',
    '[1, 2].existsOne(i, v, v == 2) && {"a": 1}.transformMap(k, v, v + 1) == {"a": 2}',
    '[1, 2, 3].map(x, x > 1, x * 2) == [4, 6] && [1, 2].filter(x, x > 1) == [2]',
    // texts
    '"a-b-c".split("-", 2) == ["a", "b-c"] && "abc".charAt(1) == "b" && "aXbX".replace("X", "-", 1) == "a-bX"',
    '"%s %d %.2f %x %%".format(["a", 3, 1.5, 255]) == "a 3 1.50 ff %"',
    '"abc 123".find("[0-9]+") == "123" && "a1b22".findAll("[0-9]+", 1) == ["1"] && "x".find("y") == ""',
    'strings.quote("a\\nb") == "\\"a\\\\nb\\""',
    '"é世".size() == 2 && "abc".matches("^a.*c$") && !"abc".matches("^b")',
    // quantities
    'quantity("1Gi").isGreaterThan(quantity("1G")) && quantity("500m").add(quantity("500m")) == quantity("1") && sign(quantity("1").sub(1)) == 0',
    '!quantity("0.5").isInteger() && quantity("2k").asInteger() == 2000 && quantity("250m").asApproximateFloat() == 0.25 && !isQuantity("1 Gi")',
    // URLs
    'url("https://user@example.com:8443/a%20b?x=1&x=2").getHostname() == "example.com" && url("https://example.com:8443").getPort() == "8443"',
    'url("https://e.com/a?x=1&x=2").getQuery() == {"x": ["1", "2"]} && url("/p").getEscapedPath() == "/p" && !isURL("e.com/a") && url("http://[::1]:80/").getHostname() == "::1"',
    // addresses
    'ip("::1").isLoopback() && ip("fe80::1").isLinkLocalUnicast() && ip("8.8.8.8").isGlobalUnicast() && !isIP("1.2.3.04") && !isIP("::ffff:1.2.3.4")',
    'string(ip("2001:db8:0:0:1:0:0:1")) == "2001:db8::1:0:0:1" && ip("10.0.0.1") == ip("10.0.0.1") && ip("::").isUnspecified()',
    'cidr("10.1.2.3/8").masked() == cidr("10.0.0.0/8") && cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16") && !cidr("10.0.0.0/8").containsIP("11.0.0.1") && cidr("::/64").prefixLength() == 64',
    '!isCIDR("10.0.0.0/33") && !isCIDR("10.0.0.0")',
    // versions and formats
    'semver("1.2.3-rc.1").isLessThan(semver("1.2.3")) && semver("1.0.0-alpha.2").compareTo(semver("1.0.0-alpha.10")) == -1 && semver("v1.2", true).patch() == 0 && !isSemver("1.2") && !isSemver("01.2.3")',
    '!format.dns1123Subdomain().validate("a.b-c").hasValue() && format.qualifiedName().validate("a b").hasValue() && !format.named("nope").hasValue()',
    '!format.date().validate("2024-02-29").hasValue() && format.date().validate("2023-02-29").hasValue() && !format.uuid().validate("123e4567-e89b-12d3-a456-426614174000").hasValue()',
    // optional values
    'optional.of(2).optMap(x, x + 1).value() == 3 && optional.none().or(optional.of(1)).value() == 1 && !optional.ofNonZeroValue(0).hasValue()',
    "object.?nope.orValue('d') == 'd' && object.metadata.labels[?'app'].value() == 'web' && object.?spec.?containers[?7].orValue(0) == 0",
    "{?'a': object.?nope}.size() == 0 && {?'a': object.?kind, ?'b': object.?metadata}.size() == 1 && [?optional.none(), ?optional.of(1)].size() == 1",
    // time
    "duration('90m') > duration('1h') && timestamp('2024-01-01T00:00:00Z').getFullYear() == 2024",
    // the request
    "request.userInfo.groups == ['a', 'b'] && request.kind.kind == 'Pod' && !has(request.subResource) && oldObject == null",
  ]
  for (const expression of cases) t.equal(answer(expression), true, expression)
})

t.test('macros treat errors as cel-go does', async t => {
  const cases: readonly [string, boolean | RegExp][] = [
    ['object.spec.containers.exists(c, c.ports.size() == 1)', true],
    ['object.spec.containers.exists(c, c.ports.size() == 7)', /No such key: ports/i],
    ['object.spec.containers.all(c, c.ports.size() == 7)', false],
    ['object.spec.containers.all(c, c.ports.size() == 1)', /No such key: ports/i],
    ['object.spec.containers.exists_one(c, c.ports.size() == 1)', /No such key: ports/i],
    ['object.spec.containers.map(c, c.ports).size() == 2', /No such key: ports/i],
    ['1 / 0 == 1 || true', true],
    ['[].all(x, x > 2)', true],
    ['has(object.spec.containers[1].ports)', false],
    ['has(object.spec.containers[0].ports)', true],
    ['has(object.spec.nope.deeper)', /No such key: nope/i],
  ]
  for (const [expression, want] of cases) {
    if (typeof want === 'boolean') t.equal(answer(expression), want, expression)
    else t.match(answer(expression), want, expression)
  }
})

t.test('what is refused is named', async t => {
  const cases: readonly [string, RegExp][] = [
    [
      "authorizer.path('/healthz').check('get').allowed()",
      /'authorizer' asks the API server who may do what, which is not known before the resources are applied/,
    ],
    ['nosuchfunc(object)', /nosuchfunc/],
    ["'abc'.nosuchmethod()", /nosuchmethod/],
    ['cel.bind(x, 1, x == 1)', /undeclared reference to 'cel'/],
    ['__has(object.a)', /undeclared reference/],
    ['object.metadata.name', /must evaluate to bool but got dyn/],
    ['1', /must evaluate to bool but got int/],
    ["request.foo == 'x'", /foo/],
    ["request['namespace'] == 'x'", /no matching overload/],
    ['has(object)', /invalid argument to has\(\)/],
    ["[1, 'a'].size() == 2", /expected type 'int' but found 'string'/],
    ["{'a': 1, 'b': 'c'}.size() == 2", /expected type 'int' but found 'string'/],
    ["'abc'.matches('(')", /invalid matches argument/],
    ["'abc'.matches('(?=b)')", /invalid matches argument/],
    ["object.metadata.labels.nope == 'x'", /^expression 'object\.metadata\.labels\.nope == 'x'' resulted in error: no such key: nope$/],
  ]
  for (const [expression, want] of cases) t.match(answer(expression), want, expression)
  t.equal(answer("object.metadata.name == 'authorizer'"), false, 'but not inside a text')
})

t.test('strings, comments and fields that look like macros stay as they are', async t => {
  const object = { metadata: { labels: { 'has(x)': 'all(', map: 'exists' } }, has: { all: 'x' } }
  const cases: readonly [string, boolean][] = [
    ["object.metadata.labels['has(x)'] == 'all('", true],
    ["object.metadata.labels.map == 'exists' // has(nothing", true],
    ["has(object.has.all) && object.has.all == 'x'", true],
    ['r"\\d{?" == "\\\\d{?" && """a"b""" == \'a"b\'', true],
    ['\'{?a\' == "{?a"', true],
    ['true ? has(object.has) : false', true],
  ]
  for (const [expression, want] of cases) t.equal(answer(expression, object), want, expression)
})

t.test('no expression runs for ever or brings down the run', async t => {
  const range = 'lists.range(1000)'
  const cases: readonly [string, RegExp][] = [
    [`${range}.all(a, ${range}.all(b, ${range}.all(c, a + b + c >= 0)))`, /cost limit exceeded/],
    [`${range}.exists(a, ${range}.exists(b, ${range}.exists(c, a + b + c < 0)))`, /cost limit exceeded/],
    ['lists.range(100000000).size() > 0', /cost limit exceeded/],
    [`${'('.repeat(5000)}true${')'.repeat(5000)}`, /expression recursion limit exceeded: 250/],
    [`${'!'.repeat(100_000)}true`, /./],
    [`'${'a'.repeat(50_000)}!'.matches('^(a+)+$')`, /./],
    ['9223372036854775807 + 1 > 0', /overflow/],
  ]
  for (const [expression, want] of cases) t.match(String(answer(expression)), want, expression.slice(0, 60))
})

t.test('names like those of prototypes are ordinary keys', async t => {
  t.equal(answer("object.metadata.annotations.constructor == 'x'"), true)
  t.equal(answer("'toString' in object.metadata.annotations || has(object.metadata.annotations.valueOf)"), false)
  t.match(answer('object.__proto__ == null'), /./)
})
