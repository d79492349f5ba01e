// Codes of findings about pods with what is injected into them.

import type { CodeText } from './code-text.ts'

export const POD_CODES = {
  'pod-invalid': {
    cause: 'The pod after injection does not decode as a Kubernetes Pod.',
    remedy: 'Correct the field that the message names, in the workload or in the template.',
  },
  'already-injected': {
    cause: 'The pod was injected earlier and has no record. Where the template and the workload set the same field, the template wins.',
    remedy: 'Remove the earlier injection with `uninject --from-status`, then inject again.',
  },
  'owner-unknown': {
    cause: 'A Pod with a generated name and without a controller has no workload name, so its canonical name is empty.',
    remedy: 'Give the Pod a name, or the label service.istio.io/canonical-name.',
  },
  'networks-invalid': {
    cause: "The annotation k8s.v1.cni.cncf.io/networks was an empty JSON list; after Istio's network is added it is no longer valid JSON.",
    remedy: 'Remove the annotation.',
  },
  'env-value-twice': {
    cause: 'A variable gets both `value` and `valueFrom`, one from the workload and one from the template; Kubernetes rejects such a pod.',
    remedy: 'Remove the variable from the workload.',
  },
  'annotation-field-unknown': {
    cause: 'The JSON or YAML in an annotation (volumes, overrides, proxy config) has a field that its type does not have; it is ignored.',
    remedy: 'Use the field in the hint, or remove it.',
  },
  'proxy-resources-lost': {
    cause:
      'An annotation for one resource of the proxy, such as `sidecar.istio.io/proxyCPU`, replaces all resources of the configuration, so its limits are lost.',
    remedy: 'Set the annotations in the hint as well.',
  },
  'ambient-and-sidecar': {
    cause: 'A label of the pod or of its namespace asks for ambient mode, but it also gets a sidecar; ambient mode ignores pods with a sidecar.',
    remedy: 'Remove the label `istio.io/dataplane-mode`, or opt out of injection with the label `sidecar.istio.io/inject: "false"`.',
  },
  'image-retired': {
    cause: 'A container uses an Istio image from a registry that Istio no longer publishes to, or of a version that no longer gets fixes.',
    remedy: 'Upgrade Istio, pull the image from another registry, or mirror it.',
  },
  'ids-left-over': {
    cause:
      "On OpenShift, a container gets the user or group of the workload's own istio-proxy container, because it takes that container's position in the list and Istio's webhook does not remove the ids.",
    remedy: 'Remove runAsUser and runAsGroup from the istio-proxy container, or move it behind the other containers.',
  },
  'proxy-user-shared': {
    cause: "A container of the application runs as the proxy's user, so its traffic is not redirected to the proxy.",
    remedy: 'Give the container another `runAsUser`.',
  },
  'port-reserved': {
    cause: 'A container of the application declares a port that the proxy listens on; one of the two cannot start.',
    remedy: 'Change the port of the application.',
  },
  'windows-pod': {
    cause: 'A pod for Windows nodes gets Linux containers, and never starts.',
    remedy: 'Exclude the pod from injection with the label `sidecar.istio.io/inject: "false"`.',
  },
  'volume-sources': {
    cause: 'A volume has several sources, usually one of the user and one of a template; Kubernetes rejects such a pod.',
    remedy: 'Rename the volume, or set the unwanted source to null in your own template.',
  },
  'port-collision': {
    cause: 'A container has the same port number for two protocols, and merging with a template keeps only one of them.',
    remedy: 'Use a template that does not change this container.',
  },
  'proxy-user-unused': {
    cause: "The workload's own istio-proxy container sets a user or group, but nothing was injected that excludes this user's traffic from redirection.",
    remedy: 'Check the traffic rules of the CNI plugin, or remove runAsUser and runAsGroup.',
  },
  'probe-port-unknown': {
    cause: 'A probe uses the name of a port that its container does not declare; after injection the probe always fails.',
    remedy: 'Declare the port, or use its number in the probe.',
  },
  'prometheus-without-proxy': {
    cause: 'The Prometheus annotations point to the port of the Istio agent, which was not injected.',
    remedy: 'Set the annotation prometheus.istio.io/merge-metrics to "false".',
  },
  'scrape-targets-ignored': {
    cause: 'An entry of the annotation prometheus.istio.io/scrape-targets has no port; Istio then ignores the whole annotation.',
    remedy: 'Write every entry as PORT or PORT:PATH.',
  },
  'image-auto': {
    cause: 'A container still has `image: auto`, a placeholder that injection replaces.',
    remedy: 'Inject the pod with a template that has this container, or set an image.',
  },
  'job-never-completes': {
    cause: 'An injected container of a Job keeps running after the work is done, so the Job never completes.',
    remedy: 'Make the container a native sidecar.',
  },
  'cni-no-redirection': {
    cause: 'A pod has a proxy and also says `sidecar.istio.io/inject: "false"`; istio-cni does not redirect the traffic of such a pod.',
    remedy: 'Remove the label or annotation. To keep the live webhook from injecting, label the Namespace.',
  },
  'injector-conflict': {
    cause: 'Two injectors write different values to the same field of a pod.',
    remedy: 'Let only one of them write the field, or exclude the pod from one of them by its selectors.',
  },
} as const satisfies Record<string, CodeText>
