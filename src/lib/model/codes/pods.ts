// Codes of findings about pods with what is injected into them.

import type { CodeText } from './code-text.ts'

export const POD_CODES = {
  'pod-invalid': {
    cause: 'The pod after injection would not decode as a Kubernetes Pod.',
    remedy: 'Correct the field that the message names, in the workload or in the template.',
  },
  'already-injected': {
    cause: 'The pod was injected before by something that left no record; what a template and the workload both set is then taken from the template.',
    remedy: 'Take the injection off with `uninject`, then inject again.',
  },
  'owner-unknown': {
    cause: 'A Pod with a generated name and no controller has no workload name: its canonical name comes out empty.',
    remedy: 'Give the Pod a name, or the label service.istio.io/canonical-name.',
  },
  'networks-invalid': {
    cause: "The annotation k8s.v1.cni.cncf.io/networks was an empty JSON list; with Istio's network added it is no longer JSON.",
    remedy: 'Remove the annotation.',
  },
  'env-value-twice': {
    cause: 'A variable of a container has a value in the workload and a reference in the template, or the other way round; Kubernetes refuses such a pod.',
    remedy: 'Remove the variable from the workload.',
  },
  'annotation-field-unknown': {
    cause: 'An annotation with typed content (volumes, overrides, proxy config) has a field that its type does not have, which is ignored.',
    remedy: 'Use the field in the hint, or remove it.',
  },
  'proxy-resources-lost': {
    cause: 'An annotation for one resource of the proxy, as `sidecar.istio.io/proxyCPU`, replaces all that the configuration gives it: its limits are gone.',
    remedy: 'Set the annotations in the hint as well.',
  },
  'ambient-and-sidecar': {
    cause: 'A pod is asked into the ambient mesh by its label or its namespace, and gets a sidecar: ambient passes over such pods.',
    remedy: 'Remove the label `istio.io/dataplane-mode`, or keep the sidecar away by `sidecar.istio.io/inject: "false"`.',
  },
  'image-retired': {
    cause: 'A container has an image of Istio from a registry that Istio does not publish to any more, or of a version without fixes.',
    remedy: 'Upgrade Istio, take the image from another registry, or mirror it.',
  },
  'ids-left-over': {
    cause: "On OpenShift, a container gets the user or group of the workload's own istio-proxy, whose place it takes: Istio's webhook does not remove them.",
    remedy: 'Leave runAsUser and runAsGroup out of the istio-proxy container, or put it behind the others.',
  },
  'proxy-user-shared': {
    cause: "A container of the application runs as the proxy's user, so that its traffic is not redirected to the proxy.",
    remedy: 'Give the container another `runAsUser`.',
  },
  'port-reserved': {
    cause: 'A container of the application declares a port that the proxy listens on; one of them cannot start.',
    remedy: 'Let the application listen on another port.',
  },
  'windows-pod': {
    cause: 'A pod for Windows nodes gets containers for Linux, and never starts.',
    remedy: 'Keep the pod out of the injection by the label `sidecar.istio.io/inject: "false"`.',
  },
  'volume-sources': {
    cause: 'A volume has several sources, mostly one of the user and one of a template; Kubernetes refuses such a pod.',
    remedy: 'Rename the volume, or set the source that is not wanted to null in a template of your own.',
  },
  'port-collision': {
    cause: 'A container has one port number under two protocols, and merging with a template keeps only one of them.',
    remedy: 'Use a template that leaves this container alone.',
  },
  'proxy-user-unused': {
    cause: "The workload's own istio-proxy container sets a user or group, but nothing was injected that could exempt this user's traffic.",
    remedy: 'Check the traffic rules of the CNI plugin, or remove runAsUser and runAsGroup.',
  },
  'probe-port-unknown': {
    cause: 'A probe uses a port name that its container does not declare; rewritten to the agent it fails always.',
    remedy: 'Declare the port, or use its number.',
  },
  'prometheus-without-proxy': {
    cause: 'The Prometheus annotations now name the port of an agent that was not injected.',
    remedy: 'Set the annotation prometheus.istio.io/merge-metrics to "false".',
  },
  'scrape-targets-ignored': {
    cause: 'An entry of the annotation prometheus.istio.io/scrape-targets has no port; Istio then ignores the whole annotation.',
    remedy: 'Write every entry as PORT or PORT:PATH.',
  },
  'image-auto': {
    cause: 'A container still has `image: auto`, which only an injector replaces.',
    remedy: 'Let the pod be injected with a template that has this container, or name an image.',
  },
  'job-never-completes': {
    cause: 'An injected container of a Job runs on when the work is done, so that the Job never completes.',
    remedy: 'Make it a native sidecar.',
  },
  'cni-no-redirection': {
    cause: 'A pod carries a proxy but also says `sidecar.istio.io/inject: "false"`, for which istio-cni leaves out the redirection.',
    remedy: 'Remove the label or annotation; to keep a live webhook away, label the namespace.',
  },
  'injector-conflict': {
    cause: 'Two injectors write different values to the same field of a pod.',
    remedy: 'Let only one of them write it, or keep one of them off the pod by its selectors.',
  },
} as const satisfies Record<string, CodeText>
