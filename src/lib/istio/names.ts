// The names that Istio reads and writes: containers, annotations, labels, environment (istio-rules.md, appendix A).

export const PROXY = 'istio-proxy'
export const INIT = 'istio-init'
export const VALIDATION = 'istio-validation'
export const ENABLE_CORE_DUMP = 'enable-core-dump'
const GRPC_BOOTSTRAP = 'grpc-bootstrap-init'
/** The containers of Istio's own templates. */
export const STOCK_CONTAINERS: ReadonlySet<string> = new Set([PROXY, INIT, VALIDATION, ENABLE_CORE_DUMP, GRPC_BOOTSTRAP])

/** The volumes of Istio's own templates. */
export const STOCK_VOLUMES: ReadonlySet<string> = new Set([
  'workload-socket',
  'credential-socket',
  'workload-certs',
  'istio-envoy',
  'istio-data',
  'istio-podinfo',
  'istio-token',
  'istiod-ca-cert',
  'istio-ca-crl',
  'istio-certs',
  'istio-xds',
  'grpc-io-proxyless-bootstrap',
])

/** The template that is used if neither the pod nor the configuration names one. */
export const SIDECAR_TEMPLATE = 'sidecar'
/** Revision that `""` stands for. */
export const DEFAULT_REVISION = 'default'

/** Label and annotation; the label wins wherever its key is present. */
export const INJECT = 'sidecar.istio.io/inject'
export const REV = 'istio.io/rev'
/** The namespace label that is older than revisions. */
export const INJECTION = 'istio-injection'
export const DEACTIVATED = 'istio.io/deactivated'
export const NEVER_MATCH = 'never-match'

export const STATUS = 'sidecar.istio.io/status'
export const OVERRIDES = 'proxy.istio.io/overrides'
export const INJECT_TEMPLATES = 'inject.istio.io/templates'
export const PROXY_CONFIG_ANNOTATION = 'proxy.istio.io/config'
export const NATIVE_SIDECAR = 'sidecar.istio.io/nativeSidecar'
export const PROXY_IMAGE_TYPE = 'sidecar.istio.io/proxyImageType'
export const PROXY_CPU = 'sidecar.istio.io/proxyCPU'
export const PROXY_CPU_LIMIT = 'sidecar.istio.io/proxyCPULimit'
export const PROXY_MEMORY = 'sidecar.istio.io/proxyMemory'
export const PROXY_MEMORY_LIMIT = 'sidecar.istio.io/proxyMemoryLimit'
export const INTERCEPTION_MODE = 'sidecar.istio.io/interceptionMode'
export const REWRITE_APP_HTTP_PROBERS = 'sidecar.istio.io/rewriteAppHTTPProbers'
export const STATUS_PORT = 'status.sidecar.istio.io/port'
export const READINESS_INITIAL_DELAY_SECONDS = 'readiness.status.sidecar.istio.io/initialDelaySeconds'
export const READINESS_PERIOD_SECONDS = 'readiness.status.sidecar.istio.io/periodSeconds'
export const READINESS_FAILURE_THRESHOLD = 'readiness.status.sidecar.istio.io/failureThreshold'

export const INCLUDE_OUTBOUND_IP_RANGES = 'traffic.sidecar.istio.io/includeOutboundIPRanges'
export const EXCLUDE_OUTBOUND_IP_RANGES = 'traffic.sidecar.istio.io/excludeOutboundIPRanges'
export const INCLUDE_INBOUND_PORTS = 'traffic.sidecar.istio.io/includeInboundPorts'
export const EXCLUDE_INBOUND_PORTS = 'traffic.sidecar.istio.io/excludeInboundPorts'
export const EXCLUDE_OUTBOUND_PORTS = 'traffic.sidecar.istio.io/excludeOutboundPorts'
export const EXCLUDE_INTERFACES = 'traffic.sidecar.istio.io/excludeInterfaces'
export const KUBEVIRT_INTERFACES = 'traffic.sidecar.istio.io/kubevirtInterfaces'
export const REROUTE_VIRTUAL_INTERFACES = 'istio.io/reroute-virtual-interfaces'

export const PROMETHEUS_SCRAPE = 'prometheus.io/scrape'
export const PROMETHEUS_PORT = 'prometheus.io/port'
export const PROMETHEUS_PATH = 'prometheus.io/path'
export const PROMETHEUS_MERGE_METRICS = 'prometheus.istio.io/merge-metrics'
export const PROMETHEUS_SCRAPE_TARGETS = 'prometheus.istio.io/scrape-targets'
export const PROMETHEUS_SECURE_PORT = 'prometheus.istio.io/secure-port'

export const NETWORK_LABEL = 'topology.istio.io/network'
export const POD_TEMPLATE_HASH = 'pod-template-hash'
export const ROLLOUTS_POD_TEMPLATE_HASH = 'rollouts-pod-template-hash'
export const DEPLOYMENT_CONFIG_LABEL = 'deploymentconfig'
export const VERSION_LABEL = 'app.kubernetes.io/version'
export const CHART_LABEL = 'helm.sh/chart'
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name'

/** Namespace annotations of OpenShift. */
export const SCC_UID_RANGE = 'openshift.io/sa.scc.uid-range'
export const SCC_SUPPLEMENTAL_GROUPS = 'openshift.io/sa.scc.supplemental-groups'

/** Name that istiod gives the cluster that it runs in. */
export const DEFAULT_CLUSTER_ID = 'Kubernetes'
export const CLUSTER_ID_ENV = 'ISTIO_META_CLUSTER_ID'
export const NETWORK_ENV = 'ISTIO_META_NETWORK'
export const KUBE_APP_PROBERS_ENV = 'ISTIO_KUBE_APP_PROBERS'
export const PROMETHEUS_ANNOTATIONS_ENV = 'ISTIO_PROMETHEUS_ANNOTATIONS'
export const SECURE_METRICS_PORT_ENV = 'ENVOY_SECURE_MERGED_METRICS_PORT'

/** Namespaces without injection (istio-rules.md, 2.1). */
export const IGNORED_NAMESPACES: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'])

/** ConfigMap of the injector config and the values, and that of the mesh config; both take the revision as suffix. */
export const INJECTOR_CONFIG_MAP = 'istio-sidecar-injector'
export const MESH_CONFIG_MAP = 'istio'

/** `istio-sidecar-injector-canary` for `canary`; no suffix for `""` and `default`. */
export function withRevision(name: string, revision: string): string {
  return revision === '' || revision === DEFAULT_REVISION ? name : `${name}-${revision}`
}
