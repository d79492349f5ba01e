// Floods in CEL: conditions of webhooks, and policies.

import { applied, beside, type FloodCase, injector, nested, patched, policy, repeated } from './make.ts'

const condition = (name: string, count: number, make: (n: number) => string): FloodCase => ({
  name: `CEL: ${name}`,
  count,
  make: n => injector({ condition: make(n) }),
})
const mutation = (name: string, count: number, make: (n: number) => string): FloodCase => ({
  name: `policy: ${name}`,
  count,
  make: n => policy({ mutations: make(n) }),
})

export const EXPRESSIONS: readonly FloodCase[] = [
  condition('parentheses', 100_000, n => nested('(', ')', n, 'true')),
  condition('negations', 100_000, n => `${'!'.repeat(n)}true`),
  condition('minus signs', 100_000, n => `${'-'.repeat(n)}1 == 1`),
  condition('sums', 20_000, n => `1${' + 1'.repeat(n)} > 0`),
  condition('conjunctions', 20_000, n => `true${' && true'.repeat(n)}`),
  condition('disjunctions', 20_000, n => `false${' || false'.repeat(n)}`),
  condition('comparisons', 10_000, n => `1${' == 1'.repeat(n)}`),
  condition('ternaries', 20_000, n => `${'true ? true : '.repeat(n)}false`),
  condition('lists in one another', 50_000, n => `${nested('[', ']', n)} == []`),
  condition('maps in one another', 20_000, n => `${nested('{1: ', '}', n, '2')} == {}`),
  condition('a list', 50_000, n => `[${'1, '.repeat(n)}1].size() > 0`),
  condition('a map', 50_000, n => `{${repeated(n, i => `${i}: 1, `)}-1: 1}.size() > 0`),
  condition('fields', 50_000, n => `object${'.a'.repeat(n)} == 1`),
  condition('indexes', 50_000, n => `object${'[0]'.repeat(n)} == 1`),
  condition('calls', 20_000, n => `"a"${'.lowerAscii()'.repeat(n)} == "a"`),
  condition('macros in one another', 1000, n => `${nested('[1].all(x, ', ')', n, 'true')}`),
  condition('macros one after the other', 10_000, n => `[1]${'.map(x, x)'.repeat(n)} == [1]`),
  condition('has', 10_000, n => `has(object.a)${' || has(object.a)'.repeat(n)} || true`),
  condition('a text', 1_000_000, n => `"${'x'.repeat(n)}" != ""`),
  condition('a regular expression of parentheses', 10_000, n => `"a".matches("${nested('(', ')', n, 'a')}")`),
  condition('a regular expression of repetitions', 1000, n => `"a".matches("${nested('(', '){2}', n, 'a')}")`),
  condition('an unreadable text', 1_000_000, n => '"'.repeat(n)),
  condition('digits', 1_000_000, n => `${'1'.repeat(n)} > 0`),
  { name: 'policy: conditions', count: 10_000, make: n => policy({ conditions: repeated(n, i => `  - {name: c${i}, expression: "true"}\n`) }) },
  {
    name: 'policy: variables',
    // Each is compiled with the types of those before it: 5,000 take 1.4 s.
    count: 2500,
    make: n =>
      policy({
        variables: repeated(n, i => `  - {name: v${i}, expression: "${i === 0 ? '1' : `variables.v${i - 1}`}"}\n`),
        mutations: applied(`variables.v${n - 1} == 1 ? Object{} : Object{}`),
      }),
  },
  {
    name: 'policy: variables that double',
    count: 30,
    make: n =>
      policy({
        variables: repeated(n, i => `  - {name: v${i}, expression: "${i === 0 ? '[1]' : `variables.v${i - 1} + variables.v${i - 1}`}"}\n`),
        mutations: applied(`variables.v${n - 1}.size() > 0 ? Object{} : Object{}`),
      }),
  },
  // After each mutation there is a whole pod for the next one to see: the growing map is copied each time, 0.3 µs for each label, two thirds of the time of 2,000 mutations.
  mutation('mutations', 500, n => repeated(n, i => applied(`Object{metadata: Object.metadata{labels: {"a${i}": "b"}}}`))),
  mutation('mutations that add containers', 500, n =>
    repeated(n, i => applied(`Object{spec: Object.spec{containers: [Object.spec.containers{name: "c${i}", image: "a"}]}}`)),
  ),
  mutation('labels of one mutation', 10_000, n =>
    applied(`Object{metadata: Object.metadata{labels: {${repeated(n, i => `${i === 0 ? '' : ', '}"a${i}": "b"`)}}}}`),
  ),
  mutation('JSON patches', 10_000, n =>
    patched(
      `[JSONPatch{op: "add", path: "/metadata/labels", value: {}}${repeated(n, i => `, JSONPatch{op: "add", path: "/metadata/labels/a${i}", value: "b"}`)}]`,
    ),
  ),
  mutation('JSON patches of a list', 5000, n =>
    patched(
      `[${repeated(n, i => `${i === 0 ? '' : ', '}JSONPatch{op: "add", path: "/spec/containers/0", value: Object.spec.containers{name: "c${i}", image: "a"}}`)}]`,
    ),
  ),
  mutation('JSON patches that copy', 40, n =>
    patched(
      `[JSONPatch{op: "add", path: "/metadata/annotations", value: {"a": "b"}}${repeated(n, i => `, JSONPatch{op: "copy", from: "/spec", path: "/spec/x${i}"}`)}]`,
    ),
  ),
  mutation('paths', 20_000, n => patched(`[JSONPatch{op: "add", path: "${'/a'.repeat(n)}", value: {}}]`)),
  mutation('objects in one another', 1000, n => applied(`${nested('Object{spec: ', '}', n, '1')}`)),
  {
    name: 'policies',
    count: 1000,
    make: n =>
      beside(
        repeated(
          n,
          i =>
            `apiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicy\nmetadata: {name: p${i}}\nspec:\n  matchConstraints:\n    resourceRules:\n    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}\n  reinvocationPolicy: Never\n  mutations:\n${applied('Object{}')}---\napiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicyBinding\nmetadata: {name: p${i}}\nspec: {policyName: p${i}}\n---\n`,
        ),
      ),
  },
]
