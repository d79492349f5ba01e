// A small configuration of our own and pods for it; what the tests of one pod's injection share.
import { type InjectedPod, type InjectPodRequest, injectPod } from '../../src/inject-pod.ts'
import { type InjectorConfig, type InjectorConfigSource, parseInjectorConfig } from '../../src/lib/istio/injector-config.ts'
import { decodeTyped } from '../../src/lib/k8s/typed.ts'
import type { JsonObject } from '../../src/lib/model/index.ts'

/** Everything that Istio's own sidecar template does to a pod, in little. */
const SIDECAR = `
{{- $native := ne (index .ObjectMeta.Annotations "sidecar.istio.io/nativeSidecar" | default (printf "%t" .NativeSidecars)) "false" }}
{{- $names := list }}
{{- range .Spec.Containers }}{{ if ne .Name "istio-proxy" }}{{ $names = append $names .Name }}{{ end }}{{ end }}
metadata:
  labels:
    service.istio.io/canonical-name: {{ index .ObjectMeta.Labels "app" | default .DeploymentMeta.Name | quote }}
  annotations:
    istio.io/rev: {{ .Revision | quote }}
spec:
  initContainers:
  - name: istio-init
    image: {{ .ProxyInitImage | quote }}
    args: [istio-iptables, -u, "{{ .ProxyUID }}"]
  {{- if not $native }}
  containers:
  {{- end }}
  - name: istio-proxy
    image: {{ .ProxyImage | quote }}
    {{- if $native }}
    restartPolicy: Always
    {{- end }}
    args: [proxy, sidecar]
    env:
    - name: ISTIO_META_APP_CONTAINERS
      value: {{ join "," $names | quote }}
    - name: ISTIO_META_WORKLOAD_NAME
      value: {{ .DeploymentMeta.Name | quote }}
    - name: PROXY_CONFIG
      value: {{ protoToJSON .ProxyConfig | quote }}
    ports:
    - containerPort: 15090
    resources:
      limits: {cpu: "2", memory: 1024Mi}
    volumeMounts:
    - {name: istio-data, mountPath: /var/lib/istio/data}
  volumes:
  - name: istio-data
    emptyDir: {}
`

export const VALUES = { global: { hub: 'hub.example.com', tag: '1.31.0', proxy: {} }, sidecarInjectorWebhook: { rewriteAppHTTPProbe: true } }

export interface Config extends Omit<Partial<InjectorConfigSource>, 'config' | 'values'> {
  readonly templates?: Record<string, string>
  readonly values?: JsonObject
  readonly more?: JsonObject
}

export function injectorWith({ templates = { sidecar: SIDECAR }, values = VALUES, more = {}, ...source }: Config = {}): InjectorConfig {
  return parseInjectorConfig({
    nativeSidecars: 'Disabled',
    ...source,
    config: JSON.stringify({ policy: 'enabled', templates, ...more }),
    values: JSON.stringify(values),
  })
}

export const INJECTOR = injectorWith()
export const NATIVE = injectorWith({ nativeSidecars: 'Enabled' })

export const APP: JsonObject = { name: 'app', image: 'app:1', ports: [{ containerPort: 8080 }] }

export interface Parts {
  readonly annotations?: JsonObject
  readonly labels?: JsonObject
  readonly containers?: JsonObject[]
  readonly initContainers?: JsonObject[]
  readonly metadata?: JsonObject
}

export function podWith({ annotations, labels, containers = [APP], initContainers, metadata = {} }: Parts = {}): JsonObject {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-x', uid: '', controller: true }
  return decodeTyped('v1.Pod', {
    metadata: {
      namespace: 'shop',
      generateName: 'web-x-',
      ownerReferences: [owner],
      labels: { 'pod-template-hash': 'x', ...labels },
      ...(annotations && { annotations }),
      ...metadata,
    },
    spec: { containers, ...(initContainers && { initContainers }) },
  })
}

export const inject = (pod: JsonObject, request: Partial<InjectPodRequest> = {}): InjectedPod =>
  injectPod({ pod, injector: INJECTOR, templates: ['sidecar'], ...request })
