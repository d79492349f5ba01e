// What floods are made of: a Deployment, an injector or a policy with one part that is very long or very deep.

import { example } from '../rig.ts'

/** File names and their texts, and what the program is called with. */
export interface Flood {
  readonly files: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

export interface FloodCase {
  readonly name: string
  /** How often the thing is there; the test also runs a quarter of it. */
  readonly count: number
  readonly make: (count: number) => Flood
}

export const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
export const repeated = (count: number, make: (i: number) => string) => Array.from({ length: count }, (_, i) => make(i)).join('')
export const nested = (open: string, close: string, count: number, middle = '') => open.repeat(count) + middle + close.repeat(count)

interface PodParts {
  readonly annotations?: string
  readonly labels?: string
  readonly metadata?: string
  readonly container?: string
  readonly containers?: string
  readonly spec?: string
  readonly after?: string
}

/** A Deployment, each part as lines with the indentation that belongs there. */
export function deployment(
  { annotations = '', labels = '', metadata = '', container = '', containers = '', spec = '', after = '' }: PodParts,
  name = 'web',
): string {
  const annotated = annotations === '' ? '' : `      annotations:\n${annotations}`
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n  namespace: shop\n${metadata}spec:\n  selector:\n    matchLabels: {app: web}\n  template:\n    metadata:\n      labels:\n        app: web\n${labels}${annotated}    spec:\n      containers:\n      - name: web\n        image: web:1\n${container}${containers}${spec}${after}`
}

export const pod = (parts: PodParts): Flood => ({ files: { 'mesh.yaml': MESH, 'web.yaml': deployment(parts) } })
export const beside = (text: string, name = 'more.yaml'): Flood => ({ files: { 'mesh.yaml': MESH, 'web.yaml': deployment({}), [name]: text } })
export const pasted = (text: string) => ({ files: { 'mesh.yaml': MESH, 'web.yaml': text } })
export const configured = (from: string, to: string): Flood => {
  if (!MESH.includes(from)) throw new Error(`no ${JSON.stringify(from)}`)
  return { files: { 'mesh.yaml': MESH.replace(from, () => to), 'web.yaml': deployment({}) } }
}

/** An injector of one's own that all pods get, with a template or a match condition. */
export function injector({
  template = 'metadata: {}',
  condition,
  defaultTemplates = '[sidecar]',
}: {
  template?: string
  condition?: string
  defaultTemplates?: string
}): Flood {
  const conditions = condition === undefined ? '' : `      matchConditions:\n      - name: c\n        expression: ${JSON.stringify(condition)}\n`
  return {
    files: {
      'sidecars.yaml': `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: own}\nspec:\n  injectors:\n  - name: own\n    webhooks:\n    - objectSelector: {}\n${conditions}    config:\n      defaultTemplates: ${defaultTemplates}\n      templates:\n        sidecar: ${JSON.stringify(template)}\n`,
      'web.yaml': deployment({}),
    },
    args: ['-f', 'sidecars.yaml'],
  }
}

interface PolicyParts {
  readonly conditions?: string
  readonly variables?: string
  readonly mutations?: string
}

export function policy({ conditions = '', variables = '', mutations }: PolicyParts): Flood {
  const part = (key: string, lines: string) => (lines === '' ? '' : `  ${key}:\n${lines}`)
  const mutation = mutations ?? applied('Object{metadata: Object.metadata{labels: {"a": "b"}}}')
  return beside(
    `apiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicy\nmetadata: {name: p}\nspec:\n  failurePolicy: Fail\n  reinvocationPolicy: Never\n  matchConstraints:\n    resourceRules:\n    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}\n${part('matchConditions', conditions)}${part('variables', variables)}  mutations:\n${mutation}---\napiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicyBinding\nmetadata: {name: p}\nspec: {policyName: p}\n`,
    'policy.yaml',
  )
}

export const applied = (expression: string) => `  - patchType: ApplyConfiguration\n    applyConfiguration: {expression: ${JSON.stringify(expression)}}\n`
export const patched = (expression: string) => `  - patchType: JSONPatch\n    jsonPatch: {expression: ${JSON.stringify(expression)}}\n`
