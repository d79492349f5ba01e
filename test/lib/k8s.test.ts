// Kubernetes' own rules: the pod schema, typed decoding, quantities, label selectors, workload kinds.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { podSchemaSource } from '../../scripts/generate-pod-schema.ts'
import { POD_SCHEMA } from '../../src/lib/k8s/generated/pod-schema.ts'
import { structSchema } from '../../src/lib/k8s/pod-schema.ts'
import { canonicalQuantity, parseQuantity, QuantityError, scaledValue } from '../../src/lib/k8s/quantity.ts'
import { matchesSelector, SelectorError } from '../../src/lib/k8s/selector.ts'
import { decodeTyped, TypedError } from '../../src/lib/k8s/typed.ts'
import { typedJson } from '../../src/lib/k8s/typed-json.ts'
import { containsPodTemplate, findWorkloadKind, podTemplatePath } from '../../src/lib/k8s/workloads.ts'
import type { Json, JsonObject } from '../../src/lib/model/index.ts'

interface SchemaData {
  readonly structs: Record<
    string,
    { customJSON?: string; fields?: { goName: string; json: string; inline?: boolean; goType: string; omitempty?: boolean; patchMergeKey?: string }[] }
  >
}

t.test('the table of structs is the one that the data gives', async t => {
  const generated = join(import.meta.dirname, '../../src/lib/k8s/generated/pod-schema.ts')
  t.equal(readFileSync(generated, 'utf8'), podSchemaSource(), 'run node scripts/generate-pod-schema.ts')
  const data: SchemaData = JSON.parse(readFileSync(join(import.meta.dirname, '../conformance/pod-schema.json'), 'utf8'))
  // Lines of `t` are types that are not structs; the others begin with the letter of a package.
  const names = POD_SCHEMA.trim()
    .split('\n')
    .filter(line => !line.startsWith('t '))
  t.equal(names.length, Object.keys(data.structs).length)
  for (const [name, { customJSON, fields = [] }] of Object.entries(data.structs)) {
    const want = customJSON === undefined ? fields : []
    t.same(
      structSchema(name)?.fields.map(field => [field.goName, field.json, field.type.name, field.omitempty, field.patchMergeKey]),
      want.map(field => [field.goName, field.inline ? '' : field.json, field.goType, field.omitempty ?? false, field.patchMergeKey ?? '']),
      name,
    )
  }
  t.equal(structSchema('v1.Protocol'), undefined, 'a named string is no struct')
  t.equal(structSchema('constructor'), undefined)
})

t.test('a round trip through Go drops, adds and orders fields as the tags say', async t => {
  const cases: [name: string, struct: string, value: Json, want: Json][] = [
    ['unknown fields vanish', 'v1.EnvVar', { name: 'A', nonsense: 1 }, { name: 'A' }],
    ['empty values vanish', 'v1.EnvVar', { name: 'A', value: '' }, { name: 'A' }],
    ['null stands for nothing', 'v1.EnvVar', { name: null, value: null, valueFrom: null }, { name: '' }],
    ['a pointer to nothing much stays', 'v1.SecurityContext', { privileged: false, runAsUser: 0 }, { privileged: false, runAsUser: 0 }],
    ['an empty object behind a pointer stays', 'v1.Volume', { name: 'v', emptyDir: {} }, { name: 'v', emptyDir: {} }],
    ['an emptyDir that is null is none', 'v1.Volume', { name: 'v', emptyDir: null }, { name: 'v' }],
    ['resources are always there', 'v1.Container', { name: 'a' }, { name: 'a', resources: {} }],
    ['containers are always there', 'v1.PodSpec', {}, { containers: null }],
    ['empty lists and maps vanish', 'v1.PodSpec', { volumes: [], nodeSelector: {}, containers: [] }, { containers: [] }],
    ['a port keeps its form', 'v1.HTTPGetAction', { port: 'http' }, { port: 'http' }],
    ['a missing port is zero', 'v1.HTTPGetAction', { path: '/' }, { path: '/', port: 0 }],
    ['quantities become canonical', 'v1.ResourceRequirements', { limits: { cpu: 1000, memory: '1024Mi' } }, { limits: { cpu: '1k', memory: '1Gi' } }],
    ['a quantity that is null is zero', 'v1.ResourceRequirements', { limits: { cpu: null } }, { limits: { cpu: '0' } }],
    ['a divisor is always there', 'v1.ResourceFieldSelector', { resource: 'cpu' }, { resource: 'cpu', divisor: '0' }],
    ['times are in UTC', 'v1.ObjectMeta', { creationTimestamp: '2024-02-29T12:00:00.5+02:00' }, { creationTimestamp: '2024-02-29T10:00:00Z' }],
    ['a time that is null vanishes', 'v1.ObjectMeta', { creationTimestamp: null, name: 'a' }, { name: 'a' }],
    ['names match in any case, the exact one first', 'v1.EnvVar', { NAME: 'A', Value: 'x', value: 'y' }, { name: 'A', value: 'y' }],
    ['a list element that is null is an empty one', 'v1.PodSpec', { containers: [null] }, { containers: [{ name: '', resources: {} }] }],
    [
      'a label may be called as it likes',
      'v1.ObjectMeta',
      JSON.parse('{"labels":{"__proto__":"a","toString":"b"}}'),
      JSON.parse('{"labels":{"__proto__":"a","toString":"b"}}'),
    ],
    ['a field that is called __proto__ is unknown', 'v1.EnvVar', JSON.parse('{"__proto__":{"value":"x"},"name":"A"}'), { name: 'A' }],
  ]
  for (const [name, struct, value, want] of cases) t.same(decodeTyped(struct, value), want, name)
  t.same(Object.keys(decodeTyped('v1.EnvVar', { value: '1', name: 'A' })), ['name', 'value'], "fields stand in the struct's order")
  t.same(decodeTyped('v1.EnvVar', { Name: 'A' }, { exactCase: true }), { name: '' }, 'the API server wants the exact name')
})

t.test('a value that does not fit is reported as Go reports it, with its place', async t => {
  const container = (fields: JsonObject): Json => ({ spec: { containers: [fields] } })
  const cases: [message: string, value: Json, field: string][] = [
    [
      'json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string',
      container({ env: [{ value: 5 }] }),
      'spec/containers/0/env/0/value',
    ],
    ['json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container', { spec: { containers: 'x' } }, 'spec/containers'],
    ['json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string', { metadata: { labels: { a: true } } }, 'metadata/labels/a'],
    [
      'json: cannot unmarshal number 1.5 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
      container({ ports: [{ containerPort: 1.5 }] }),
      'spec/containers/0/ports/0/containerPort',
    ],
    ['json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec', { spec: [] }, 'spec'],
    ["unable to parse quantity's suffix", container({ resources: { limits: { cpu: '1kk' } } }), 'spec/containers/0/resources/limits/cpu'],
    ['parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"', { metadata: { creationTimestamp: 'x' } }, 'metadata/creationTimestamp'],
    ['parsing time "2023-02-29T00:00:00Z": day out of range', { metadata: { creationTimestamp: '2023-02-29T00:00:00Z' } }, 'metadata/creationTimestamp'],
    ['json: cannot unmarshal array into Go value of type v1.Pod', [], ''],
  ]
  for (const [message, value, field] of cases) {
    t.throws(() => decodeTyped('v1.Pod', value), new TypedError(message, []), message)
    t.equal(errorOf(() => decodeTyped('v1.Pod', value)).field.join('/'), field, message)
  }
  const first = { spec: { nodeName: 1, containers: 'x' } }
  t.equal(errorOf(() => decodeTyped('v1.Pod', first)).field.join('/'), 'spec/containers', 'the first in key order')
})

function errorOf(run: () => unknown): TypedError {
  try {
    run()
  } catch (error) {
    if (error instanceof TypedError) return error
    throw error
  }
  throw new Error('expected an error')
}

t.test('what a struct holds already does not change, nor does the argument', async t => {
  const spec = { containers: [{ name: 'a', image: 'x', resources: { limits: { cpu: '1' } } }] }
  const pod = { metadata: { labels: { a: 'b' } }, spec, status: {} }
  t.same(decodeTyped('v1.Pod', pod), pod)
  const odd = { ...pod, spec: { ...spec, hostNetwork: false } }
  t.same(decodeTyped('v1.Pod', odd), pod)
  t.same(odd.spec.hostNetwork, false, 'the argument stays as it was')
})

t.test('a second round trip changes nothing', async t => {
  const value = fc.oneof(fc.constantFrom(null, '', 'x', 0, 7, false, true), fc.constantFrom<Json>({}, [], '1000m', ['a']))
  const fields = [...(structSchema('v1.Container')?.byJson.keys() ?? []), 'unknown']
  const property = fc.property(fc.dictionary(fc.constantFrom(...fields), value), container => {
    let once: JsonObject
    try {
      once = decodeTyped('v1.Container', container as JsonObject)
    } catch (error) {
      return error instanceof TypedError
    }
    return decodeTyped('v1.Container', once) === once
  })
  const details = fc.check(property, { numRuns: 500 })
  t.equal(details.failed, false, fc.defaultReportMessage(details) ?? 'holds')
})

t.test('a struct prints as JSON in its own order, maps in key order', async t => {
  t.equal(typedJson('v1.EnvVar', { value: '"', name: 'A' }), '{"name":"A","value":"\\""}')
  t.equal(typedJson('v1.ObjectMeta', { labels: { b: '', 9: '', 10: '' } }), '{"labels":{"10":"","9":"","b":""}}')
})

t.test('quantities are printed as Kubernetes prints them', async t => {
  const cases: [text: string, want: string][] = [
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1500m', '1500m'],
    ['1.5Gi', '1536Mi'],
    ['1e5', '100e3'],
    ['0.3Gi', '322122547200m'],
    ['16Ei', '9223372036854775807'],
    ['0.0000000001', '1n'],
    ['1e2147483647', '10e2147483646'],
    ['1e-2147483647', '1e-9'],
  ]
  for (const [text, want] of cases) t.equal(canonicalQuantity(text), want, text)
  t.throws(() => canonicalQuantity(' 1'), new QuantityError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"))
  t.throws(() => canonicalQuantity('1K'), new QuantityError("unable to parse quantity's suffix"))
  t.throws(() => canonicalQuantity('1'.repeat(10_000_000)), 'an amount with millions of digits is refused at once')
  t.equal(scaledValue(parseQuantity('1500m'), 0), 2n, 'whole units round up')
  t.equal(scaledValue(parseQuantity('1500m'), -3), 1500n)
})

t.test('printing a quantity again changes nothing', async t => {
  const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'E', 'Ki', 'Gi', 'e3', 'E-4')
  const property = fc.property(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.nat(999), suffix, (whole, decimals, letters) => {
    const canonical = canonicalQuantity(`${whole}.${decimals}${letters}`)
    const again = canonicalQuantity(canonical)
    // A binary number without a binary letter is read as a decimal one, in Kubernetes too.
    const isBare = letters.endsWith('i') && /^-?\d+000$/.test(canonical)
    return again === canonical || (isBare && canonicalQuantity(again) === again)
  })
  const details = fc.check(property, { numRuns: 1000 })
  t.equal(details.failed, false, fc.defaultReportMessage(details) ?? 'holds')
  // As k8s.io/apimachinery 0.34.2 prints them.
  t.same(['824428062.5Ki', '844214336000'].map(canonicalQuantity), ['844214336000', '844214336k'])
})

t.test('selectors match labels', async t => {
  const labels = new Map([
    ['app', 'web'],
    ['empty', ''],
  ])
  const one = (operator: string, key: string, values?: string[]): Json => ({ matchExpressions: [{ key, operator, ...(values && { values }) }] })
  const cases: [name: string, selector: Json | undefined, want: boolean][] = [
    ['an empty selector matches', {}, true],
    ['no selector matches nothing', undefined, false],
    ['matchLabels', { matchLabels: { app: 'web' } }, true],
    ['matchLabels on a prototype', { matchLabels: { constructor: 'x' } }, false],
    ['In', one('In', 'app', ['api', 'web']), true],
    ['In, absent', one('In', 'no', ['']), false],
    ['NotIn', one('NotIn', 'app', ['web']), false],
    ['NotIn, absent', one('NotIn', 'no', ['web']), true],
    ['Exists', one('Exists', 'empty'), true],
    ['DoesNotExist', one('DoesNotExist', 'empty'), false],
    ['all have to match', { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'empty', operator: 'In', values: ['x'] }] }, false],
  ]
  for (const [name, selector, want] of cases) t.equal(matchesSelector(selector, labels), want, name)
})

t.test('a selector that the API server rejects is an error in its words', async t => {
  const cases: [message: string, selector: Json][] = [
    ['"Foo" is not a valid label selector operator', { matchExpressions: [{ key: 'k', operator: 'Foo' }] }],
    ["values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty", { matchExpressions: [{ key: 'k', operator: 'In' }] }],
    [
      'values: Invalid value: ["v"]: values set must be empty for exists and does not exist',
      { matchExpressions: [{ key: 'k', operator: 'Exists', values: ['v'] }] },
    ],
    ['key: Invalid value: "/a": prefix part must be non-empty', { matchExpressions: [{ key: '/a', operator: 'Exists' }] }],
    [`key: Invalid value: "${'a'.repeat(64)}": name part must be no more than 63 bytes`, { matchLabels: { ['a'.repeat(64)]: '' } }],
    ['json: cannot unmarshal number into Go struct field LabelSelector.matchLabels of type string', { matchLabels: { a: 1 } }],
    ['json: cannot unmarshal array into Go value of type v1.LabelSelector', []],
  ]
  for (const [message, selector] of cases) t.throws(() => matchesSelector(selector, new Map()), new SelectorError(message), message)
})

t.test('workload kinds say where their pod template is', async t => {
  const cases: [apiVersion: string, kind: string, want: string | undefined][] = [
    ['v1', 'Pod', ''],
    ['apps/v1', 'Deployment', 'spec.template'],
    ['extensions/v1beta1', 'Deployment', 'spec.template'],
    ['batch/v1beta1', 'CronJob', 'spec.jobTemplate.spec.template'],
    ['apps.openshift.io/v1', 'DeploymentConfig', 'spec.template'],
    ['argoproj.io/v1alpha1', 'Rollout', 'spec.template'],
    ['apps.kruise.io/v1alpha1', 'CloneSet', 'spec.template'],
    ['serving.knative.dev/v1', 'Service', undefined],
    ['v1', 'Service', undefined],
    ['batch.volcano.sh/v1alpha1', 'Job', undefined],
    ['example.com/v1', 'Deployment', undefined],
  ]
  for (const [apiVersion, kind, want] of cases) t.equal(podTemplatePath({ apiVersion, kind }, [])?.join('.'), want, `${apiVersion} ${kind}`)
  const further = [{ apiVersion: 'example.com/v1', kind: 'Fancy', podTemplate: ['spec', 'pod'] }]
  t.same(findWorkloadKind('example.com/v1', 'Fancy', further), { paths: [['spec', 'pod']], optional: false })
  t.equal(findWorkloadKind('example.com/v2', 'Fancy', further), undefined, 'a declared kind matches by its apiVersion')
})

t.test('an object that chooses between templates is looked at', async t => {
  const cron = { apiVersion: 'apps.kruise.io/v1alpha1', kind: 'AdvancedCronJob' }
  t.same(podTemplatePath(cron, [], { spec: { template: { broadcastJobTemplate: { spec: { template: {} } } } } })?.[2], 'broadcastJobTemplate')
  const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' }
  t.equal(podTemplatePath(rollout, [], { spec: { workloadRef: { kind: 'Deployment' } } }), undefined, 'a Rollout may name a Deployment')
  t.same(podTemplatePath({ apiVersion: 'apps/v1', kind: 'Deployment' }, [], { spec: {} }), ['spec', 'template'], 'a Deployment may not go without')
})

t.test('an unknown kind that plainly holds a pod template is found', async t => {
  const template = { spec: { containers: [{ name: 'a', image: 'b' }] } }
  const cases: [name: string, value: Json, want: string | undefined][] = [
    ['directly', { spec: { template } }, 'spec.template'],
    ['under another name', { spec: { podTemplate: template } }, 'spec.podTemplate'],
    ['in a list', { spec: { tasks: [{ template }] } }, 'spec.tasks.0.template'],
    ['overlays of an operator are none', { spec: { containers: [{ name: 'a', image: 'b' }] } }, undefined],
    ['containers without images are none', { spec: { template: { spec: { containers: [{ name: 'a' }] } } } }, undefined],
    ['patterns of a policy are none', { spec: { rules: [{ pattern: template }] } }, undefined],
    ['nothing', null, undefined],
  ]
  for (const [name, value, want] of cases) t.equal(containsPodTemplate(value)?.join('.'), want, name)
  const wide = { spec: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, {}])) }
  t.equal(containsPodTemplate(wide), undefined, 'the search ends')
  let deep: Json = template
  for (let i = 0; i < 10_000; i++) deep = { template: deep }
  t.equal(containsPodTemplate(deep), undefined, 'however deep')
})
