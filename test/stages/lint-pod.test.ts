// What keeps an injected pod from starting or working, although the webhook makes it the same way.

import t from 'tap'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { lintPod } from '../../src/select/lint-pod.ts'
import { example, run } from '../support/rig.ts'

const PROXY: JsonObject = { name: 'istio-proxy', image: 'proxy', securityContext: { runAsUser: 1337 } }
const pod = (spec: JsonObject, web: JsonObject = {}): JsonObject => ({ spec: { containers: [{ name: 'web', ...web }], initContainers: [PROXY], ...spec } })
const found = (value: JsonObject) => lintPod(value).map(({ code, field }) => `${code} ${field?.join('.')}`)

const USER = 'proxy-user-shared spec.containers.0.securityContext.runAsUser'
const CASES: [name: string, pod: JsonObject, findings: string[]][] = [
  ['nothing is wrong', pod({ volumes: [{ name: 'a', emptyDir: {} }] }, { ports: [{ containerPort: 8080 }] }), []],
  ["the proxy's user in the container", pod({}, { securityContext: { runAsUser: 1337 } }), [USER]],
  ["the proxy's user in the pod", pod({ securityContext: { runAsUser: 1337 } }), [USER]],
  ['another user in the container', pod({ securityContext: { runAsUser: 1337 } }, { securityContext: { runAsUser: 1000 } }), []],
  [
    'an init container of the user',
    pod({ initContainers: [{ name: 'init', securityContext: { runAsUser: 1337 } }, PROXY] }),
    [USER.replace('containers', 'initContainers')],
  ],
  ['a port of the proxy', pod({}, { ports: [{ containerPort: 80 }, { containerPort: 15090 }] }), ['port-reserved spec.containers.0.ports.1.containerPort']],
  ['Windows by its field', pod({ os: { name: 'windows' } }), ['windows-pod spec.os.name']],
  ['Windows by its selector', pod({ nodeSelector: { 'kubernetes.io/os': 'windows' } }), ['windows-pod spec.nodeSelector.kubernetes.io/os']],
  ['Linux', pod({ os: { name: 'linux' }, nodeSelector: { 'kubernetes.io/os': 'linux' } }), []],
  [
    'a volume with two sources',
    pod({
      volumes: [
        { name: 'a', emptyDir: {} },
        { name: 'b', emptyDir: {}, csi: { driver: 'x' } },
      ],
    }),
    ['volume-sources spec.volumes.1'],
  ],
  [
    'no proxy',
    { spec: { containers: [{ name: 'web', securityContext: { runAsUser: 1337 }, ports: [{ containerPort: 15090 }] }], os: { name: 'windows' } } },
    [],
  ],
]

for (const [name, value, findings] of CASES) {
  t.test(name, async t => t.same(found(value), findings))
}

t.test('`check` tells it with the line in the manifest', async t => {
  const web = example('web.yaml').replace('containerPort: 8080', 'containerPort: 15021')
  const cwd = t.testdir({ 'web.yaml': web, 'namespace.yaml': example('namespace.yaml'), istio: { 'istio.yaml': example('istio/config.yaml') } })
  const line = web.split('\n').findIndex(text => text.includes('15021')) + 1
  const { stdout, code } = run(['check', '--sources', '--strict', '.'], { cwd })
  t.equal(code, 1)
  t.match(stdout, new RegExp(`^web\\.yaml:${line}:\\d+: warning\\[port-reserved\\]: container "web" declares port 15021`, 'm'))
})
