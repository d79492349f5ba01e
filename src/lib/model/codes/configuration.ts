// Codes of findings about the function config, Istio's configuration, templates and image locks.

import type { CodeText } from './code-text.ts'

export const CONFIGURATION_CODES = {
  'allow-unused': {
    cause:
      'A comment `# inject-sidecars: allow CODE`, or `allow` in the function config, allows a finding that does not occur. Reported by `check --strict` only.',
    remedy: 'Remove the allowance, or correct the code.',
  },
  'config-invalid': { cause: 'The function config does not conform to its schema.', remedy: 'See the fields in docs/configuration.md.' },
  'config-empty': { cause: 'The function config has nothing to inject.', remedy: 'Add `istio: {}` or `injectors` to its spec.' },
  'config-missing': {
    cause: "The function config asks for Istio's injection, but no ConfigMap of Istio was found.",
    remedy: 'Fetch the ConfigMaps with the commands in the hint, and add them to the resources or to `sources`.',
  },
  'mesh-config-missing': {
    cause: "The injector ConfigMap of a revision is present, but its mesh ConfigMap is not; Istio's defaults are used.",
    remedy: 'Add the ConfigMap `istio[-REV]` if your mesh has its own settings.',
  },
  'webhooks-assumed': {
    cause: "There is no MutatingWebhookConfiguration for a revision; the one of Istio's chart is assumed.",
    remedy: 'Add the installed MutatingWebhookConfiguration if its selectors differ from those of the chart.',
  },
  'kubelet-assumed': {
    cause: 'Whether the proxy is a native sidecar depends on the kubelet versions of the nodes, and none is given.',
    remedy: 'Set `cluster.kubeletVersions`, or set `istio.nativeSidecars` to Enabled or Disabled.',
  },
  'injector-config-invalid': {
    cause: 'The `config`, `values` or `mesh` key of a ConfigMap cannot be read.',
    remedy: 'Fetch the ConfigMap again, or correct what the message names.',
  },
  'proxy-config-unused': {
    cause: 'A ProxyConfig has a selector without labels, which matches no workload in Istio.',
    remedy: 'Remove its `selector`, or add `matchLabels`.',
  },
  'template-parse': { cause: 'An injection template is not a valid Go template.', remedy: 'Correct the template at the line and column in the message.' },
  'template-exec': { cause: 'A template failed while it was rendered for a workload.', remedy: 'Check the action and the value that the message names.' },
  'template-unknown': { cause: 'A workload asks for a template that the injector config does not have.', remedy: 'Use one of the templates in the hint.' },
  'template-output': {
    cause: 'The output of a template is not a partial Pod in YAML.',
    remedy: 'Correct the YAML at the line of the template that the message names.',
  },
  'cluster-nodes-unknown': {
    cause:
      "The webhook's path names another cluster than the values do. istiod may not know that cluster's nodes, so native sidecars are taken to be off, as istiod does.",
    remedy: 'Set `istio.nativeSidecars` to Enabled or Disabled.',
  },
  'policy-invalid': {
    cause: 'The injection policy of an injector config is neither `enabled` nor `disabled`, so nothing is injected.',
    remedy: 'Set `policy` in the ConfigMap to `enabled` or `disabled`.',
  },
  'istio-version-unsupported': {
    cause: 'The configuration is from a version of Istio that is older or newer than the supported ones.',
    remedy: 'Compare with the cluster by `inject-sidecars verify`, or set `istio.compatibility`.',
  },
  'expectation-violated': {
    cause: 'An assertion of `expect` in the function config fails.',
    remedy: 'Correct the workload, its Namespace or the configuration, or change the assertion.',
  },
  'image-lock-invalid': {
    cause: 'An entry of an ImageLock is not a digest.',
    remedy: 'Create the lock with `inject-sidecars images --lock LIST`, or correct the entry that the message names.',
  },
  'image-mirrored': {
    cause:
      'The image of an injected container has the name and tag that injection gives it, and comes from another registry or repository, as the `images` transformer of kustomize makes it.',
    remedy: 'Nothing where that is your mirror. Name the mirror with its digest in an image lock, and the manifest says which image runs.',
  },
  'image-unpinned': {
    cause: 'There is an image lock, but it has no digest for the image of an injected container.',
    remedy: 'Add the digest of the image to the lock: `inject-sidecars images --lock LIST`.',
  },
} as const satisfies Record<string, CodeText>
