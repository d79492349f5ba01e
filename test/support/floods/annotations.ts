// Floods inside of one annotation.

import { type FloodCase, pod, repeated } from './make.ts'

export const ANNOTATIONS: readonly FloodCase[] = [
  {
    name: "settings in 'proxy.istio.io/config'",
    count: 100_000,
    make: n => pod({ annotations: `        proxy.istio.io/config: |\n          proxyMetadata:\n${repeated(n, i => `            K${i}: a\n`)}` }),
  },
  {
    name: "unknown settings in 'proxy.istio.io/config'",
    count: 100_000,
    make: n => pod({ annotations: `        proxy.istio.io/config: |\n${repeated(n, i => `          k${i}: a\n`)}` }),
  },
  { name: "a text in 'proxy.istio.io/config'", count: 3_000_000, make: n => pod({ annotations: `        proxy.istio.io/config: '${'x'.repeat(n)}'\n` }) },
  {
    name: "a number of many digits in 'proxy.istio.io/config'",
    count: 1_000_000,
    make: n => pod({ annotations: `        proxy.istio.io/config: 'concurrency: 1${'0'.repeat(n)}'\n` }),
  },
  { name: "brackets in 'proxy.istio.io/config'", count: 1_000_000, make: n => pod({ annotations: `        proxy.istio.io/config: '${'['.repeat(n)}'\n` }) },
  {
    name: "extra tags in 'proxy.istio.io/config'",
    count: 50_000,
    make: n => pod({ annotations: `        proxy.istio.io/config: |\n          extraStatTags:\n${repeated(n, i => `          - t${i}\n`)}` }),
  },
  {
    name: "names in 'inject.istio.io/templates'",
    count: 100_000,
    make: n => pod({ annotations: `        inject.istio.io/templates: "${repeated(n, i => `${i === 0 ? '' : ','}sidecar`)}"\n` }),
  },
  {
    name: "unknown names in 'inject.istio.io/templates'",
    count: 100_000,
    make: n => pod({ annotations: `        inject.istio.io/templates: "${repeated(n, i => `${i === 0 ? '' : ','}t${i}`)}"\n` }),
  },
  {
    name: "containers in 'proxy.istio.io/overrides'",
    count: 20_000,
    make: n => pod({ annotations: `        proxy.istio.io/overrides: '{"containers":[${repeated(n, i => `${i === 0 ? '' : ','}{"name":"c${i}"}`)}]}'\n` }),
  },
  {
    name: "names in 'sidecar.istio.io/status'",
    count: 50_000,
    make: n => pod({ annotations: `        sidecar.istio.io/status: '{"containers":[${repeated(n, i => `${i === 0 ? '' : ','}"c${i}"`)}]}'\n` }),
  },
  {
    name: "ports in 'traffic.sidecar.istio.io/includeInboundPorts'",
    count: 100_000,
    make: n =>
      pod({ annotations: `        traffic.sidecar.istio.io/includeInboundPorts: "${repeated(n, i => `${i === 0 ? '' : ','}${(i % 65_000) + 1}`)}"\n` }),
  },
  {
    name: "ranges in 'traffic.sidecar.istio.io/includeOutboundIPRanges'",
    count: 50_000,
    make: n =>
      pod({
        annotations: `        traffic.sidecar.istio.io/includeOutboundIPRanges: "${repeated(n, i => `${i === 0 ? '' : ','}10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`)}"\n`,
      }),
  },
  {
    name: "volumes in 'sidecar.istio.io/userVolume'",
    count: 10_000,
    make: n => pod({ annotations: `        sidecar.istio.io/userVolume: '{${repeated(n, i => `${i === 0 ? '' : ','}"v${i}":{"emptyDir":{}}`)}}'\n` }),
  },
  {
    name: 'a record of many units',
    count: 20_000,
    make: n =>
      pod({
        metadata: `  annotations:\n    inject-sidecars.dev/record: '{"v":2,"undo":{"k":{${repeated(n, i => `${i === 0 ? '' : ','}"a${i}":null`)}}}} 0000'\n`,
      }),
  },
  {
    name: 'image pull secrets and a digest of many letters',
    count: 1_000_000,
    make: n => pod({ annotations: `        sidecar.istio.io/proxyImage: "${'x/'.repeat(n / 2)}y"\n` }),
  },
  { name: 'a quantity of many digits', count: 1_000_000, make: n => pod({ annotations: `        sidecar.istio.io/proxyCPU: "${'1'.repeat(n)}"\n` }) },
  { name: 'allowances', count: 50_000, make: n => pod({ container: repeated(n, () => '        # inject-sidecars: allow annotation-unknown\n') }) },
]
