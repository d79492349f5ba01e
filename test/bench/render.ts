// How fast the stock sidecar template is rendered, beside copying the rendered pod through JSON.

import { parseInjectorConfig } from '../../src/lib/istio/injector-config.ts'
import { workloadOf } from '../../src/lib/istio/owner.ts'
import { effectiveProxyConfig } from '../../src/lib/istio/proxy-config.ts'
import { podFromWorkload } from '../../src/lib/k8s/synthesise.ts'
import { decodeTyped } from '../../src/lib/k8s/typed.ts'
import { at, type JsonObject, stringAt } from '../../src/lib/model/index.ts'
import { loadYaml } from '../../src/lib/yaml/index.ts'
import { istioData } from '../../src/render/data.ts'
import { render } from '../../src/render/render.ts'
import { configuration, deployment } from './resource-lists.ts'

export interface RenderSpeed {
  /** Of the template to text and the text to a partial pod. */
  readonly rendersPerSecond: number
  readonly copiesPerSecond: number
}

/** Renders for about a second. */
export function renderSpeed(): RenderSpeed {
  const documents = configuration().documents.map(text => loadYaml(text))
  const named = (name: string) => documents.find(document => at(document, ['kind']) === 'ConfigMap' && at(document, ['metadata', 'name']) === name)
  const text = (name: string, key: string) => stringAt(named(name), ['data', key])
  const injector = parseInjectorConfig({
    config: text('istio-sidecar-injector', 'config') ?? '',
    values: text('istio-sidecar-injector', 'values') ?? '{}',
    mesh: text('istio', 'mesh'),
  })
  // So many that nothing which is remembered of one is there when it is its turn again.
  const pods = Array.from({ length: 2000 }, (_, i) => {
    const template = decodeTyped('v1.PodTemplateSpec', at(loadYaml(deployment(i)), ['spec', 'template']) as JsonObject)
    return podFromWorkload({ apiVersion: 'apps/v1', kind: 'Deployment', name: `web-${i}`, namespace: 'shop' }, template)
  })
  const { mesh, values, revision } = injector
  const proxyConfig = effectiveProxyConfig({ mesh, namespace: 'shop', labels: {}, annotation: undefined, resources: [], revision, newest: undefined })
  const renderOf = (i: number) => {
    const pod = pods[i % pods.length] ?? {}
    const data = istioData({
      ...{ pod, workload: workloadOf(pod), values, mesh, revision, proxyConfig, nativeSidecars: true, compliancePolicy: '' },
      ...{ proxyImage: 'proxyv2', proxyInitImage: 'proxyv2', proxyUid: 1337, proxyGid: 1337, inboundTrafficPolicyMode: 'ALLOW_ANY' },
    })
    return render({ set: injector, names: [...injector.defaultTemplates], data })
  }
  const rendered = renderOf(0)[0]?.pod
  return { rendersPerSecond: timesPerSecond(renderOf), copiesPerSecond: timesPerSecond(() => JSON.parse(JSON.stringify(rendered))) }
}

function timesPerSecond(run: (i: number) => unknown): number {
  for (let i = 0; i < 300; i++) run(i)
  const start = performance.now()
  let count = 0
  for (; performance.now() - start < 700; count++) run(count)
  return (count * 1000) / (performance.now() - start)
}
