// Findings about the injected pod point to the line of the manifest that they mean, whatever injection puts before it.

import t from 'tap'
import { inject } from '../../src/inject.ts'
import { indexedPath } from '../../src/lib/k8s/element-names.ts'
import { example } from '../support/rig.ts'

const CONFIG = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: mesh}\nspec: {istio: {}}\n'

function deployment(spec: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
${spec}`
}

const probe = (indent: string, handler: string) => `${indent}- name: app\n${indent}  image: app\n${indent}  ${handler}\n`
const OTHER = '      - {name: other, image: other, ports: [{name: http, containerPort: 8080}]}\n'

const CASES: [name: string, spec: string, code: string, line: RegExp][] = [
  ['httpGet', `      containers:\n${OTHER}${probe('      ', 'livenessProbe: {httpGet: {path: /, port: nope}}')}`, 'probe-port-unknown', /livenessProbe/],
  ['tcpSocket', `      containers:\n${probe('      ', 'readinessProbe: {tcpSocket: {port: nope}}')}${OTHER}`, 'probe-port-unknown', /readinessProbe/],
  ['startupProbe', `      containers:\n${OTHER}${probe('      ', 'startupProbe: {httpGet: {port: nope}}')}`, 'probe-port-unknown', /startupProbe/],
  ['lifecycle', `      containers:\n${OTHER}${probe('      ', 'lifecycle: {preStop: {httpGet: {port: nope}}}')}`, 'probe-port-unknown', /lifecycle/],
  [
    'a native sidecar',
    `      initContainers:\n      - {name: first, image: first}\n      - name: app\n        image: app\n        restartPolicy: Always\n        livenessProbe: {httpGet: {port: nope}}\n      containers:\n${OTHER}`,
    'probe-port-unknown',
    /livenessProbe/,
  ],
  [
    'one port number with two protocols',
    `      containers:\n${OTHER}      - name: istio-proxy\n        image: auto\n        ports:\n        - {containerPort: 53, protocol: TCP}\n        - {containerPort: 53, protocol: UDP}\n`,
    'port-collision',
    /53/,
  ],
  [
    'a variable with two sources',
    `      containers:\n${OTHER}      - name: istio-proxy\n        image: auto\n        env:\n        - {name: MINE, value: x}\n        - {name: POD_NAME, value: x}\n`,
    'env-value-twice',
    /POD_NAME/,
  ],
]

for (const [name, spec, code, line] of CASES) {
  t.test(`${code}: ${name}`, async t => {
    const text = deployment(spec)
    const mesh = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
    const { diagnostics } = inject({
      files: [
        { path: 'web.yaml', text },
        { path: 'mesh.yaml', text: mesh },
      ],
      functionConfig: { path: 'c.yaml', text: CONFIG },
    })
    const found = diagnostics.filter(diagnostic => diagnostic.code === code)
    t.equal(found.length, 1)
    t.match(text.split('\n')[(found[0]?.at?.line ?? 0) - 1], line)
  })
}

t.test('names of list elements become indexes, as long as the value has them', async t => {
  const value = { list: [{ name: 'a' }, { name: 'b', ports: [{ containerPort: 80, name: 'http' }] }], map: { a: 1 } }
  const paths: [named: (string | number)[], indexed: (string | number)[]][] = [
    [
      ['list', 'b', 'ports', '80'],
      ['list', 1, 'ports', 0],
    ],
    [
      ['list', 'b', 'ports', 'http'],
      ['list', 1, 'ports', 0],
    ],
    [
      ['list', 1, 'ports'],
      ['list', 1, 'ports'],
    ],
    [
      ['list', 'c', 'ports', '80'],
      ['list', 'c', 'ports', '80'],
    ],
    [
      ['map', 'a'],
      ['map', 'a'],
    ],
    [
      ['nothing', 'b'],
      ['nothing', 'b'],
    ],
    [
      ['list', '__proto__'],
      ['list', '__proto__'],
    ],
  ]
  for (const [named, indexed] of paths) t.same(indexedPath(value, named), indexed)
})
