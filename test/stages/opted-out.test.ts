// A workload with an own sidecar and a record, of which a label is removed that selected the sidecar: injecting and uninjecting remove the sidecar, as long as the
// configuration still has its injector.

import t from 'tap'
import { inject } from '../../src/inject.ts'
import type { Diagnostic, InjectInput } from '../../src/lib/model/index.ts'
import { uninject } from '../../src/uninject.ts'
import { example } from '../support/rig.ts'

/** A function config whose injector of this name adds a container, and to the user's container a volume and a variable. */
function settings(name: string, order: string, istio: boolean): string {
  return `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
spec:
${istio ? '  istio: {}\n' : ''}  record: Always
  injectors:
  - name: ${name}
    order: ${order}
    webhooks: [{objectSelector: {matchLabels: {logging: "on"}}}]
    config:
      templates:
        sidecar: |
          metadata: {annotations: {${name}: "on"}}
          spec:
            containers:
            - {name: ${name}, image: fluent-bit, volumeMounts: [{name: ${name}, mountPath: /logs}]}
            - {name: app, volumeMounts: [{name: ${name}, mountPath: /var/log}], env: [{name: ${name}, value: "on"}]}
            volumes: [{name: ${name}, emptyDir: {}}]
`
}

function web(labels: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web${labels}}
    spec:
      containers:
      - name: app # ours
        image: app:1
`
}

const SELECTED = ', logging: "on"'

for (const istio of [false, true]) {
  for (const order of ['Before', 'After']) {
    const input = (text: string, injector = 'shipper'): InjectInput => ({
      functionConfig: { path: 'own.yaml', text: settings(injector, order, istio) },
      files: [
        ...(istio ? [{ path: 'config.yaml', text: example('istio/config.yaml') }] : []),
        { path: 'namespace.yaml', text: example('namespace.yaml') },
        { path: 'web.yaml', text },
      ],
    })
    const injected = (text: string): string => inject(input(text)).files.at(-1)?.text ?? ''

    t.test(`a sidecar whose label was removed goes; ${order} Istio, ${istio ? 'with' : 'without'} it`, async t => {
      const sidecar = injected(web(SELECTED))
      t.match(sidecar, 'fluent-bit')
      const optedOut = sidecar.replace(SELECTED, '')
      t.not(optedOut, sidecar)
      t.equal(injected(optedOut), injected(web('')))
      const { files: removed, diagnostics } = uninject(input(optedOut))
      t.same(diagnostics, [])
      t.equal(removed.at(-1)?.text, web(''))
    })

    t.test(
      `a mount of the injected volume that the user has added is warned of when the volume goes; ${order} Istio, ${istio ? 'with' : 'without'} it`,
      async t => {
        const sidecar = injected(web(SELECTED))
        const mounted = sidecar.replace(
          '- name: app # ours\n',
          '- name: second\n        image: second:1\n        volumeMounts: [{name: shipper, mountPath: /extra}]\n      - name: app # ours\n',
        )
        t.not(mounted, sidecar)
        const code = 'mount-without-volume'
        const warnings = (found: readonly Diagnostic[]) => found.filter(each => each.code === code)
        t.match(warnings(uninject(input(mounted)).diagnostics), [{ severity: 'warning', message: /^container second mounts the volume shipper/ }])
        t.match(warnings(inject(input(mounted.replace(SELECTED, ''))).diagnostics), [
          { severity: 'warning', message: /^container second mounts the volume shipper/ },
        ])
        t.same(warnings(inject(input(mounted)).diagnostics), [])
        t.same(warnings(uninject(input(sidecar)).diagnostics), [])
      },
    )

    t.test(`a sidecar that the configuration no longer has is not taken for injected; ${order} Istio, ${istio ? 'with' : 'without'} it`, async t => {
      const sidecar = injected(web(SELECTED))
      for (const text of [sidecar, sidecar.replace(SELECTED, '')]) {
        for (const act of [inject, uninject]) {
          const { diagnostics } = act(input(text, 'other'))
          t.match(diagnostics, [{ code: 'record-forged', message: /containers\[shipper\] goes/ }])
        }
      }
    })
  }
}
