// Floods in the configuration, and of files.

import { beside, configured, deployment, type FloodCase, MESH, repeated } from './make.ts'

export const CONFIGURATION: readonly FloodCase[] = [
  { name: 'values', count: 50_000, make: n => configured('"logLevel"', `${repeated(n, i => `"k${i}": {"a": 1}, `)}"logLevel"`) },
  {
    name: 'settings of the mesh',
    count: 50_000,
    make: n => configured('concurrency: 2\n', `concurrency: 2\n        proxyMetadata:\n${repeated(n, i => `          K${i}: a\n`)}`),
  },
  {
    name: 'aliases of templates',
    count: 50_000,
    make: n => configured('    policy: enabled\n', `    policy: enabled\n    aliases:\n${repeated(n, i => `      a${i}: [sidecar]\n`)}`),
  },
  { name: 'templates', count: 5000, make: n => configured('    templates:\n', `    templates:\n${repeated(n, i => `      t${i}: "metadata: {}"\n`)}`) },
  {
    name: 'selectors that never inject',
    count: 20_000,
    make: n => configured('    policy: enabled\n', `    policy: enabled\n    neverInjectSelector:\n${repeated(n, i => `    - matchLabels: {a${i}: b}\n`)}`),
  },
  {
    name: 'injected annotations',
    count: 20_000,
    make: n => configured('    policy: enabled\n', `    policy: enabled\n    injectedAnnotations:\n${repeated(n, i => `      a${i}: b\n`)}`),
  },
  {
    name: 'webhooks',
    count: 5000,
    make: n =>
      beside(
        `apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata: {name: istio-sidecar-injector, labels: {istio.io/rev: default}}\nwebhooks:\n${repeated(n, i => `- name: w${i}.istio.io\n  clientConfig: {service: {name: istiod, namespace: istio-system, path: /inject}}\n  objectSelector: {matchLabels: {a${i}: b}}\n  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]\n`)}`,
      ),
  },
  {
    name: 'expressions of one selector',
    count: 50_000,
    make: n =>
      beside(
        `apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata: {name: istio-sidecar-injector, labels: {istio.io/rev: default}}\nwebhooks:\n- name: w.istio.io\n  clientConfig: {service: {name: istiod, namespace: istio-system, path: /inject}}\n  objectSelector:\n    matchExpressions:\n${repeated(n, i => `    - {key: a${i}, operator: DoesNotExist}\n`)}  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]\n`,
      ),
  },
  {
    name: 'labels of a Namespace',
    count: 50_000,
    make: n => configured('    istio-injection: enabled\n', `    istio-injection: enabled\n${repeated(n, i => `    a${i}: b\n`)}`),
  },
  {
    name: 'injectors',
    count: 500,
    make: n => ({
      files: {
        'sidecars.yaml': `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: own}\nspec:\n  injectors:\n${repeated(n, i => `  - name: own${i}\n    webhooks: [{objectSelector: {}}]\n    config: {templates: {sidecar: "spec: {containers: [{name: c${i}, image: a}]}"}}\n`)}`,
        'web.yaml': deployment({}),
      },
      args: ['-f', 'sidecars.yaml'],
    }),
  },
  {
    name: 'assertions',
    count: 20_000,
    make: n => ({
      files: {
        'mesh.yaml': MESH,
        'sidecars.yaml': `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: own}\nspec:\n  istio: {}\n  expect:\n${repeated(n, i => `  - {kind: Deployment, name: w${i}, injected: false}\n`)}`,
        'web.yaml': deployment({}),
      },
      args: ['-f', 'sidecars.yaml'],
    }),
  },
  {
    name: 'patterns of `exclude`',
    count: 5000,
    make: n => ({
      files: {
        'mesh.yaml': MESH,
        'sidecars.yaml': `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: own}\nspec:\n  istio: {}\n  exclude:\n${repeated(n, i => `  - "a${i}/**"\n`)}`,
        'web.yaml': deployment({}),
      },
      args: ['-f', 'sidecars.yaml'],
    }),
  },
  {
    name: 'fields that no function config has',
    count: 20_000,
    make: n => ({
      files: {
        'mesh.yaml': MESH,
        'sidecars.yaml': `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: own}\nspec:\n  istio: {}\n${repeated(n, i => `  field${i}: a\n`)}`,
        'web.yaml': deployment({}),
      },
      args: ['-f', 'sidecars.yaml'],
    }),
  },
  {
    name: 'ProxyConfigs',
    count: 5000,
    make: n =>
      beside(
        repeated(
          n,
          i =>
            `apiVersion: networking.istio.io/v1beta1\nkind: ProxyConfig\nmetadata: {name: p${i}, namespace: shop}\nspec: {selector: {matchLabels: {app: a${i}}}, concurrency: 1}\n---\n`,
        ),
      ),
  },
  {
    name: 'files',
    count: 4000,
    make: n => ({
      files: {
        'mesh.yaml': MESH,
        'web.yaml': deployment({}),
        ...Object.fromEntries(Array.from({ length: n }, (_, i) => [`f${i}.yaml`, `apiVersion: v1\nkind: Thing\nmetadata: {name: a${i}}\n`])),
      },
    }),
  },
  { name: 'folders in one another', count: 200, make: n => ({ files: { 'mesh.yaml': MESH, [`${'d/'.repeat(n)}web.yaml`]: deployment({}) } }) },
  {
    name: 'patterns of .gitignore',
    count: 20_000,
    make: n => ({ files: { 'mesh.yaml': MESH, 'web.yaml': deployment({}), '.gitignore': repeated(n, i => `a${i}/**/b*\n`) } }),
  },
  {
    name: 'resources of a kustomization',
    count: 20_000,
    make: n =>
      beside(`apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${repeated(n, i => `- r${i}.yaml\n`)}`, 'kustomization.yaml'),
  },
]
