// Codes of findings about the function config, Istio's configuration, templates and image locks.

import type { CodeText } from './code-text.ts'

export const CONFIGURATION_CODES = {
  'allow-unused': {
    cause: 'A comment `# inject-sidecars: allow CODE`, or `allow` in the function config, allows a finding that is not there; told by `check --strict`.',
    remedy: 'Remove it, or correct the code.',
  },
  'config-invalid': { cause: 'The function config breaks its schema.', remedy: 'See the field table in docs/configuration.md.' },
  'config-empty': { cause: 'The function config names nothing to inject.', remedy: 'Add `istio: {}` or `injectors` to its spec.' },
  'config-missing': {
    cause: 'Istio injection is asked for, but its ConfigMaps were not found.',
    remedy: 'Fetch them with the commands in the hint and add them to the resources or to `sources`.',
  },
  'mesh-config-missing': {
    cause: 'The injector configuration of a revision is there, its mesh config is not.',
    remedy: 'Add the ConfigMap `istio[-REV]` if your mesh has settings of its own.',
  },
  'webhooks-assumed': {
    cause: 'No MutatingWebhookConfiguration is given for a revision.',
    remedy: 'Add the installed one if its selectors were changed.',
  },
  'kubelet-assumed': {
    cause: "Native sidecars are decided by the nodes' kubelet versions, and none is given.",
    remedy: 'Set `cluster.kubeletVersions`, or `istio.nativeSidecars` to Enabled or Disabled.',
  },
  'injector-config-invalid': {
    cause: 'The `config`, `values` or `mesh` key of a ConfigMap cannot be read.',
    remedy: 'Fetch the ConfigMap again, or correct what the message names.',
  },
  'proxy-config-unused': {
    cause: 'A ProxyConfig has a selector without labels, which Istio takes for one that no workload matches.',
    remedy: 'Leave its `selector` out, or give it `matchLabels`.',
  },
  'template-parse': { cause: 'An injection template is not a valid Go template.', remedy: 'Correct the template at the line and column named.' },
  'template-exec': { cause: 'A template failed while it was rendered for a workload.', remedy: 'Look at the action and the value named in the message.' },
  'template-unknown': { cause: 'A workload asks for a template that the injector config does not have.', remedy: 'Use one of the names in the hint.' },
  'template-output': { cause: 'A template rendered text that is not a partial Pod.', remedy: 'Render the template with `explain` and correct its YAML.' },
  'cluster-nodes-unknown': {
    cause: 'The webhook path names another cluster than the values, whose nodes istiod may not know; native sidecars are then taken to be off, as istiod does.',
    remedy: 'Set `istio.nativeSidecars` to Enabled or Disabled.',
  },
  'policy-invalid': {
    cause: 'The injection policy of an injector config is neither enabled nor disabled, so that nothing is injected.',
    remedy: 'Set `policy` in the ConfigMap to enabled or disabled.',
  },
  'istio-version-unsupported': {
    cause: 'The configuration is that of an Istio that is older or newer than the versions whose rules are known.',
    remedy: 'Compare with the cluster by `inject-sidecars verify`, or set `istio.compatibility`.',
  },
  'expectation-violated': {
    cause: 'An assertion of `expect` in the function config does not hold.',
    remedy: 'Correct the workload, its namespace or the configuration so that it holds, or change the assertion.',
  },
  'image-lock-invalid': {
    cause: 'An ImageLock has an entry that is not a digest.',
    remedy: 'Write the lock with `inject-sidecars images --lock LIST`, or correct the entry that the message names.',
  },
  'image-unpinned': {
    cause: 'There is an image lock, and an injected container has an image that it does not name.',
    remedy: 'Add the digest of the image to the lock: `inject-sidecars images --lock LIST`.',
  },
} as const satisfies Record<string, CodeText>
