// Ten conflicts as people make them, one workload each, for what a reader of the pod page finds.

import { example } from './rig.ts'

const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`

interface Conflict {
  readonly what: string
  /** The workload's name. */
  readonly name: string
  /** The code of the finding, or words of the decision. */
  readonly found: string
  /** Words of the message or reason. */
  readonly says: RegExp
  /** The line of the pod that the finding leads to. */
  readonly line?: string
}

export const CONFLICTS: readonly Conflict[] = [
  { what: 'two injectors write one field', name: 'two-writers', found: 'injector-conflict', says: /red.*blue|blue.*red/, line: 'priorityClassName: blue' },
  { what: "a namespace's label is misspelt", name: 'misspelt', found: 'label-unknown', says: /istio-injecton/ },
  { what: 'an older injection', name: 'outdated', found: 'injection-outdated', says: /image/ },
  { what: 'the namespace is switched off', name: 'switched-off', found: 'istio-injection=disabled', says: /istio-injection/ },
  { what: "the application has the proxy's port", name: 'port', found: 'port-reserved', says: /15090/, line: '- containerPort: 15090' },
  { what: "the application runs as the proxy's user", name: 'user', found: 'proxy-user-shared', says: /1337/, line: 'runAsUser: 1337' },
  { what: 'a probe names a port that is not there', name: 'probe', found: 'probe-port-unknown', says: /nope/, line: 'port: 15020' },
  { what: 'a template is misspelt', name: 'template', found: 'template-unknown', says: /sidecra/, line: 'inject.istio.io/templates: sidecra' },
  {
    what: 'label and annotation contradict each other',
    name: 'contradiction',
    found: 'labels-contradict',
    says: /sidecar.istio.io\/inject/,
    line: 'sidecar.istio.io/inject: "false"',
  },
  { what: 'a volume has two sources', name: 'volume', found: 'volume-sources', says: /cache/, line: '- emptyDir: {}' },
]

const namespaces = `apiVersion: v1
kind: Namespace
metadata: {name: closed, labels: {istio-injection: disabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: wrong, labels: {istio-injecton: enabled}}
`

interface Part {
  readonly namespace?: string
  readonly labels?: string
  readonly annotations?: string
  readonly container?: string
  readonly spec?: string
}

function deployment(name: string, { namespace = 'shop', labels = '', annotations = '', container = '', spec = '' }: Part = {}): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata:
      labels: {app: ${name}${labels}}
      annotations: {example.com/team: shop${annotations}}
    spec:
      containers:
      - name: app
        image: registry.example.com/app:1
${container}${spec}`
}

const WORKLOADS = [
  deployment('two-writers', { labels: ', conflict: "yes"' }),
  deployment('misspelt', { namespace: 'wrong' }),
  deployment('switched-off', { namespace: 'closed' }),
  deployment('port', { container: '        ports:\n        - {containerPort: 15090, name: metrics}\n' }),
  deployment('user', { container: '        securityContext: {runAsUser: 1337}\n' }),
  deployment('probe', { container: '        livenessProbe: {httpGet: {path: /, port: nope}}\n' }),
  deployment('template', { annotations: ', inject.istio.io/templates: sidecra' }),
  deployment('contradiction', { labels: ', sidecar.istio.io/inject: "true"', annotations: ', sidecar.istio.io/inject: "false"' }),
  deployment('volume', { spec: '      volumes:\n      - {name: cache, emptyDir: {}, hostPath: {path: /tmp}}\n' }),
].join('')

const CONFIG = `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata: {name: mesh}
spec:
  istio: {}
  injectors:
${['red', 'blue']
  .map(
    name => `  - name: ${name}
    webhooks:
    - objectSelector: {matchLabels: {conflict: "yes"}}
    config:
      defaultTemplates: [${name}]
      templates: {${name}: "spec: {priorityClassName: ${name}}"}
`,
  )
  .join('')}`

/** The files; that of the outdated workload is to be injected with `oldMesh` first. */
export const CONFLICT_FILES = {
  'inject-sidecars.yaml': CONFIG,
  'mesh.yaml': `${MESH}---\n${namespaces}`,
  'apps.yaml': WORKLOADS,
  'outdated.yaml': deployment('outdated'),
}
export const OLD_MESH = MESH.replaceAll('1.31.0', '1.30.0')
