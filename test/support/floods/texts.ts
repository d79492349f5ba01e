// Floods of YAML: documents, comments, blanks, long lines, anchors, and collections in one another.

import { beside, deployment, type FloodCase, nested, pasted, pod, repeated } from './make.ts'

export const TEXTS: readonly FloodCase[] = [
  { name: 'document marks', count: 1_000_000, make: n => pasted(`${'---\n'.repeat(n)}${deployment({})}`) },
  { name: 'empty documents with an end', count: 300_000, make: n => pasted(`${'---\n...\n'.repeat(n)}---\n${deployment({})}`) },
  { name: 'small documents', count: 200_000, make: n => pasted(`${'a: b\n---\n'.repeat(n)}${deployment({})}`) },
  {
    name: 'small documents that may matter',
    count: 20_000,
    make: n => pasted(`${'kind: Deployment\nspec: {template: {}}\n---\n'.repeat(n)}${deployment({})}`),
  },
  {
    name: 'ConfigMaps',
    count: 20_000,
    make: n => pasted(`${repeated(n, i => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${i}}\ndata: {a: b}\n---\n`)}${deployment({})}`),
  },
  {
    name: 'Namespaces',
    count: 20_000,
    make: n => pasted(`${repeated(n, i => `apiVersion: v1\nkind: Namespace\nmetadata: {name: c${i}}\n---\n`)}${deployment({})}`),
  },
  {
    name: 'Services',
    count: 20_000,
    make: n =>
      pasted(
        `${repeated(n, i => `apiVersion: v1\nkind: Service\nmetadata: {name: c${i}, namespace: shop}\nspec: {selector: {app: a${i}}, ports: [{port: 80}]}\n---\n`)}${deployment({})}`,
      ),
  },
  { name: 'Deployments', count: 1000, make: n => pasted(repeated(n, i => `${deployment({}, `web${i}`)}---\n`)) },
  {
    name: 'items of a List',
    count: 50_000,
    make: n => pasted(`apiVersion: v1\nkind: List\nitems:\n${repeated(n, i => `- {apiVersion: v1, kind: Thing, metadata: {name: a${i}}}\n`)}`),
  },
  {
    name: 'workloads of a List',
    count: 500,
    make: n => pasted(`apiVersion: v1\nkind: List\nitems:\n${repeated(n, i => `- ${deployment({}, `web${i}`).trimEnd().replaceAll('\n', '\n  ')}\n`)}`),
  },
  { name: 'comments before', count: 500_000, make: n => pasted(`${repeated(n, i => `# comment ${i}\n`)}${deployment({})}`) },
  { name: 'comments inside', count: 200_000, make: n => pod({ container: repeated(n, i => `        # comment ${i}\n`) }) },
  { name: 'comments behind', count: 200_000, make: n => pod({ after: repeated(n, i => `# comment ${i}\n`) }) },
  {
    name: 'comments between entries',
    count: 50_000,
    make: n => pod({ annotations: repeated(n, i => `        # comment ${i}\n        example.com/k${i}: a # b\n`) }),
  },
  { name: 'blank lines before', count: 1_000_000, make: n => pasted(`${'\n'.repeat(n)}${deployment({})}`) },
  { name: 'blank lines inside', count: 1_000_000, make: n => pod({ container: '\n'.repeat(n) }) },
  { name: 'blank lines behind', count: 1_000_000, make: n => pod({ after: '\n'.repeat(n) }) },
  { name: 'lines of blanks', count: 200_000, make: n => pod({ container: '          \n'.repeat(n) }) },
  { name: 'carriage returns', count: 200_000, make: n => pod({ metadata: `  annotations:\r\n${repeated(n, i => `    example.com/k${i}: a\r\n`)}` }) },
  { name: 'a long line', count: 4_000_000, make: n => pod({ metadata: `  annotations: {a: ${'x'.repeat(n)}}\n` }) },
  { name: 'a long line of words', count: 2_000_000, make: n => pod({ metadata: `  annotations: {a: ${'x '.repeat(n)}}\n` }) },
  { name: 'a long quoted line', count: 2_000_000, make: n => pod({ metadata: `  annotations: {a: "${'x\\n'.repeat(n)}"}\n` }) },
  { name: 'a long comment', count: 4_000_000, make: n => pod({ container: `        # ${'x '.repeat(n / 2)}\n` }) },
  { name: 'a long comment of blanks', count: 4_000_000, make: n => pod({ container: `        tty: true ${' '.repeat(n)}# x\n` }) },
  { name: 'a plain scalar of many lines', count: 200_000, make: n => pod({ metadata: `  annotations:\n    a: b\n${'      c\n'.repeat(n)}` }) },
  { name: 'a quoted scalar of many lines', count: 200_000, make: n => pod({ metadata: `  annotations:\n    a: "b\n${'      c\n'.repeat(n)}      "\n` }) },
  { name: 'a block scalar of many lines', count: 500_000, make: n => pod({ metadata: `  annotations:\n    a: |\n${'      c\n'.repeat(n)}` }) },
  { name: 'a folded scalar of many lines', count: 500_000, make: n => pod({ metadata: `  annotations:\n    a: >\n${'      c\n\n'.repeat(n / 2)}` }) },
  { name: 'block scalars', count: 50_000, make: n => pod({ metadata: `  annotations:\n${repeated(n, i => `    a${i}: |\n      c\n`)}` }) },
  { name: 'anchors', count: 100_000, make: n => beside(`apiVersion: apps/v1\nkind: Deployment\na:\n${repeated(n, i => `- &a${i} x\n`)}`) },
  { name: 'anchors of one name', count: 100_000, make: n => pod({ container: `        args:\n${repeated(n, i => `        - &a x${i}\n`)}` }) },
  { name: 'aliases', count: 100_000, make: n => pod({ container: `        args:\n        - &a x\n${'        - *a\n'.repeat(n)}` }) },
  {
    name: 'aliases of mappings',
    count: 50_000,
    make: n => pod({ container: `        env:\n        - &a {name: a, value: b}\n${'        - *a\n'.repeat(n)}` }),
  },
  {
    name: 'anchors and aliases in turns',
    count: 50_000,
    make: n => pod({ container: `        args:\n${repeated(n, i => `        - &a${i} x\n        - *a${i}\n`)}` }),
  },
  {
    name: 'merge keys',
    count: 20_000,
    make: n => pod({ container: `        env:\n        - &a {name: a, value: b}\n${repeated(n, i => `        - {<<: *a, name: a${i}}\n`)}` }),
  },
  { name: 'one merge key of many', count: 50_000, make: n => pod({ metadata: `  annotations:\n    <<: [${'{a: b}, '.repeat(n)}]\n` }) },
  { name: 'tags', count: 100_000, make: n => pod({ container: `        args:\n${'        - !!str x\n'.repeat(n)}` }) },
  { name: '%TAG directives', count: 50_000, make: n => beside(`${repeated(n, i => `%TAG !a${i}! tag:x\n`)}---\napiVersion: apps/v1\nkind: Deployment\n`) },
  { name: 'explicit keys', count: 100_000, make: n => pod({ metadata: `  annotations:\n${repeated(n, i => `    ? a${i}\n    : b\n`)}` }) },
  { name: 'long keys', count: 1000, make: n => pod({ metadata: `  annotations:\n${repeated(n, i => `    ${'k'.repeat(900)}${i}: b\n`)}` }) },
  { name: 'flow lists', count: 100_000, make: n => pod({ container: `        args: [${repeated(n, i => `a${i}, `)}]\n` }) },
  {
    name: 'flow lists of many lines',
    count: 100_000,
    make: n => pod({ container: `        args: [\n${repeated(n, i => `          a${i},\n`)}          ]\n` }),
  },
  {
    name: 'JSON',
    count: 50_000,
    make: n =>
      pasted(
        `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "shop"}, "spec": {"template": {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "a", "image": "a", "env": [${repeated(n, i => `${i === 0 ? '' : ', '}{"name": "a${i}", "value": "b"}`)}]}]}}}}`,
      ),
  },
  { name: 'flow lists in one another', count: 1_000_000, make: n => beside(`apiVersion: apps/v1\nkind: Deployment\na: ${nested('[', ']', n)}\n`) },
  { name: 'flow lists in one another, never closed', count: 1_000_000, make: n => beside(`apiVersion: apps/v1\nkind: Deployment\na: ${'['.repeat(n)}\n`) },
  { name: 'flow mappings in one another', count: 300_000, make: n => beside(`apiVersion: apps/v1\nkind: Deployment\na: ${nested('{a: ', '}', n)}\n`) },
  { name: 'dashes in one another', count: 500_000, make: n => beside(`apiVersion: apps/v1\nkind: Deployment\na:\n${'- '.repeat(n)}x\n`) },
  { name: 'question marks in one another', count: 300_000, make: n => beside(`apiVersion: apps/v1\nkind: Deployment\na:\n${'? '.repeat(n)}x\n`) },
  { name: 'lines in one another', count: 3000, make: n => beside(`apiVersion: apps/v1\nkind: Deployment\n${repeated(n, i => `${' '.repeat(i)}a:\n`)}`) },
  {
    name: 'wide lists in one another',
    count: 5000,
    make: n => beside(`apiVersion: apps/v1\nkind: Deployment\na:\n${`- ${nested('[', ']', 95)}\n`.repeat(n)}`),
  },
  { name: 'colons', count: 300_000, make: n => beside(`apiVersion: apps/v1\nkind: Deployment\na: ${'x: '.repeat(n)}\n`) },
  { name: 'quotes that never end', count: 2_000_000, make: n => beside(`apiVersion: apps/v1\nkind: Deployment\na: "${'x '.repeat(n)}\n`) },
  { name: 'a key without a colon, very long', count: 2_000_000, make: n => beside(`apiVersion: apps/v1\nkind: Deployment\n${'x'.repeat(n)}\n`) },
  { name: 'template actions', count: 100_000, make: n => beside(`apiVersion: apps/v1\nkind: Deployment\na:\n${repeated(n, () => '- {{ .Values.x }}\n')}`) },
]
