// Floods of one thing in a manifest.

import { type FloodCase, pod, repeated } from './make.ts'

export const MANIFESTS: readonly FloodCase[] = [
  { name: 'annotations', count: 200_000, make: n => pod({ annotations: repeated(n, i => `        example.com/k${i}: a\n`) }) },
  { name: 'annotations of the workload', count: 200_000, make: n => pod({ metadata: `  annotations:\n${repeated(n, i => `    example.com/k${i}: a\n`)}` }) },
  { name: "annotations of Istio's that are misspelt", count: 50_000, make: n => pod({ annotations: repeated(n, i => `        sidecar.istio.io/k${i}: a\n`) }) },
  { name: 'annotations in flow style', count: 200_000, make: n => pod({ metadata: `  annotations: {${repeated(n, i => `example.com/k${i}: a, `)}}\n` }) },
  { name: 'labels', count: 200_000, make: n => pod({ labels: repeated(n, i => `        k${i}: a\n`) }) },
  {
    name: 'environment variables',
    count: 50_000,
    make: n => pod({ container: `        env:\n${repeated(n, i => `        - name: A${i}\n          value: a\n`)}` }),
  },
  {
    name: 'variables that refer to variables',
    count: 20_000,
    make: n => pod({ container: `        env:\n${repeated(n, i => `        - {name: A${i}, value: "$(A${i - 1})"}\n`)}` }),
  },
  { name: 'containers', count: 10_000, make: n => pod({ containers: repeated(n, i => `      - name: c${i}\n        image: a\n`) }) },
  {
    name: 'containers with ports and probes',
    count: 5_000,
    make: n =>
      pod({
        containers: repeated(
          n,
          i =>
            `      - name: c${i}\n        image: a\n        ports: [{containerPort: ${(i % 60_000) + 1}}]\n        readinessProbe: {httpGet: {path: /, port: ${(i % 60_000) + 1}}}\n`,
        ),
      }),
  },
  {
    name: 'ports',
    count: 50_000,
    make: n => pod({ container: `        ports:\n${repeated(n, i => `        - containerPort: ${(i % 65_000) + 1}\n          name: p${i}\n`)}` }),
  },
  { name: 'volumes', count: 20_000, make: n => pod({ spec: `      volumes:\n${repeated(n, i => `      - name: v${i}\n        emptyDir: {}\n`)}` }) },
  {
    name: 'volume mounts',
    count: 50_000,
    make: n => pod({ container: `        volumeMounts:\n${repeated(n, i => `        - name: v${i}\n          mountPath: /v${i}\n`)}` }),
  },
  { name: 'arguments', count: 200_000, make: n => pod({ container: `        args:\n${repeated(n, i => `        - a${i}\n`)}` }) },
  { name: 'tolerations', count: 50_000, make: n => pod({ spec: `      tolerations:\n${repeated(n, i => `      - key: k${i}\n        operator: Exists\n`)}` }) },
  {
    name: 'host aliases',
    count: 50_000,
    make: n => pod({ spec: `      hostAliases:\n${repeated(n, i => `      - ip: 1.2.3.${i}\n        hostnames: [a]\n`)}` }),
  },
  { name: 'fields that no pod has', count: 50_000, make: n => pod({ spec: repeated(n, i => `      field${i}: a\n`) }) },
  { name: 'keys that are there twice', count: 50_000, make: n => pod({ spec: repeated(n, i => `      field${i >> 1}: a\n`) }) },
]
