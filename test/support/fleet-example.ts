// A small fleet as a platform team may have it, for pictures of the fleet page.

import type { FleetReport, FleetWorkload, State } from '../../src/fleet/types.ts'

type Line = readonly [namespace: string, name: string, kind: string, state: State, version: string]

const WORKLOADS: readonly Line[] = [
  ['billing', 'invoices', 'Deployment', 'at-render', '1.31.0'],
  ['billing', 'ledger', 'StatefulSet', 'outdated', '1.29.2'],
  ['billing', 'nightly-export', 'CronJob', 'not-injected', ''],
  ['identity', 'login', 'Deployment', 'at-render', '1.31.0'],
  ['identity', 'sessions', 'StatefulSet', 'at-render', '1.31.0'],
  ['identity', 'tokens', 'Deployment', 'injected', '1.31.0'],
  ['search', 'crawler', 'Job', 'error', ''],
  ['search', 'indexer', 'Deployment', 'injected', '1.31.0'],
  ['search', 'suggest', 'Deployment', 'injected', '1.30.4'],
  ['shop', 'basket', 'Deployment', 'at-render', '1.31.0'],
  ['shop', 'checkout', 'Deployment', 'conflict', '1.31.0'],
  ['shop', 'store', 'StatefulSet', 'at-render', '1.31.0'],
  ['shop', 'web', 'Deployment', 'at-render', '1.31.0'],
]

const FINDINGS: ReadonlyMap<string, FleetWorkload['findings']> = new Map([
  [
    'checkout',
    [
      {
        ...{ severity: 'error', code: 'injector-conflict', file: 'shop/checkout.yaml', line: 4 },
        message: '"metrics" and "log-shipper" write spec.containers.helper.image: "metrics:2" and "fluent/fluent-bit:4.0"',
        hint: 'let only one of them write the field, or keep one of them off this pod by its selectors',
      },
    ],
  ],
  [
    'crawler',
    [
      {
        ...{ severity: 'error', code: 'namespace-unknown', file: 'search/crawler.yaml', line: 4 },
        message: 'whether it is injected depends on labels of the namespace search, which are not known',
        hint: 'add its Namespace, or name its labels under `cluster.namespaces`',
      },
    ],
  ],
  ['web', [{ severity: 'warning', code: 'annotation-unknown', message: 'sidecar.istio.io/inejct is unknown to Istio', file: 'shop/web.yaml', line: 15 }]],
])

export const EXAMPLE_FLEET: FleetReport = { workloads: WORKLOADS.map(workload), findings: [] }

function workload([namespace, name, kind, state, version]: Line): FleetWorkload {
  const findings = FINDINGS.get(name) ?? []
  const proxy = { image: `registry.example.com/mesh/proxyv2:${version}`, version, native: version === '1.31.0' }
  return {
    ...{ apiVersion: 'apps/v1', kind, namespace, name, file: `${namespace}/${name}.yaml`, line: 4, state },
    why:
      version === ''
        ? ['No webhook matches the labels of its namespace or of its pods']
        : ['Namespace label istio-injection=enabled matches', 'The injection policy is enabled'],
    ...(version === '' ? {} : { revision: 'default', proxy }),
    sidecars: name === 'web' ? [{ name: 'log-shipper', image: 'fluent/fluent-bit:4.0', native: true }] : [],
    injectors: version === '' ? [] : ['istio/default', ...(name === 'web' ? ['own/log-shipper'] : [])],
    policies: namespace === 'identity' ? ['default-resources'] : [],
    findings,
  }
}
