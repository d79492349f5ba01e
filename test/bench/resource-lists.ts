// What to measure with: one injector configuration and any number of Deployments, as a ResourceList or as a folder of files.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedFolder } from '../conformance/run.ts'

/** Istio 1.31's own configuration where the conformance data is there, else the example's small one. */
export function configuration(): { name: string; documents: string[] } {
  const istio = join(sharedFolder(), 'istio/live/cluster/default.yaml')
  const [name, file] = existsSync(istio)
    ? ["Istio 1.31's configuration", istio]
    : ["the example's configuration", join(import.meta.dirname, '../../examples/kustomize-exec/istio/config.yaml')]
  const documents = readFileSync(file, 'utf8')
    .split(/^---.*\n/m)
    .filter(text => /\S/.test(text))
  return { name, documents }
}

function asItem(text: string): string {
  return `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`
}

export const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: enabled
`

export function deployment(index: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${index}
  namespace: shop
  annotations:
    internal.config.kubernetes.io/path: 'apps/web-${index}.yaml'
    internal.config.kubernetes.io/index: '0'
  labels:
    app: web-${index}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web-${index}
  template:
    metadata:
      labels:
        app: web-${index}
        version: v1
    spec:
      serviceAccountName: web
      containers:
      - name: web
        image: registry.example.com/web:1.${index}
        env:
        - name: PORT
          value: "8080"
        ports:
        - name: http
          containerPort: 8080
        readinessProbe:
          httpGet:
            path: /ready
            port: http
        resources:
          requests:
            cpu: 500m
            memory: 128Mi
          limits:
            cpu: 2000m
            memory: 1Gi
        volumeMounts:
        - name: cache
          mountPath: /cache
      volumes:
      - name: cache
        emptyDir: {}
`
}

function repeat(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, i) => text(i)).join('')
}

/** As `deployment`, of some thousand different forms: hardly two in a row are written alike. */
export function anyDeployment(index: number): string {
  const variables = repeat(index % 5, k => `        - name: VAR_${k}\n          value: v${(index * 7 + k) % 13}\n`)
  const ports = repeat(index % 7, k => `        - name: extra-${k}\n          containerPort: ${9000 + k + (index % 17)}\n`)
  const annotations = repeat(1 + (index % 11), k => `        example.com/a${k}: x${(index + k) % 19}\n`)
  const text = deployment(index)
    .replace('        - name: PORT\n', line => variables + line)
    .replace('          containerPort: 8080\n', line => line + ports)
    .replace('      labels:\n        app: web-', lines => `      annotations:\n${annotations}${lines}`)
  const probed = index % 2 === 0 ? text : text.replace('readinessProbe', 'livenessProbe')
  return index % 3 === 0 ? probed.replace('- name: web\n        image', `- name: app-${index % 23}\n        image`) : probed
}

/** A ResourceList with the configuration, its namespace and `count` Deployments that are all injected. */
export function resourceList(count: number, make = deployment): string {
  return listOf(count === 0 ? [] : [...configuration().documents, NAMESPACE, ...Array.from({ length: count }, (_, i) => make(i))])
}

/** Manifests as the items of a ResourceList. */
export function listOf(items: readonly string[]): string {
  return `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:${items.length === 0 ? ' []\n' : `\n${items.map(asItem).join('')}`}`
}

function service(index: number): string {
  const ports = Array.from({ length: 3 }, (_, i) => `  - name: port-${i}\n    port: ${8000 + i}\n    targetPort: http-${i}\n    protocol: TCP\n`)
  return `apiVersion: v1\nkind: Service\nmetadata:\n  name: web-${index}\n  namespace: shop\n  labels:\n    app: web-${index}\n    team: shop\nspec:\n  selector:\n    app: web-${index}\n  ports:\n${ports.join('')}`
}

/** Writes a folder with the configuration and `count` files: every tenth has one of the workloads, as long as there are any, the others a Service. */
export function writeManifests(
  folder: string,
  count: number,
  { workloads, configured }: { readonly workloads: readonly string[]; readonly configured: string },
): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'istio.yaml'), configured)
  for (let i = 0; i < count; i++) writeFileSync(join(folder, `web-${i}.yaml`), (i % 10 === 0 ? workloads[i / 10] : undefined) ?? service(i))
}
