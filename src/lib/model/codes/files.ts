// Codes of findings about files and the manifests in them.

import type { CodeText } from './code-text.ts'

export const FILE_CODES = {
  'yaml-syntax': { cause: 'The text is not valid YAML.', remedy: 'Correct the line that the message names.' },
  'yaml-duplicate-key': { cause: 'A mapping has the same key twice; YAML readers disagree about which one counts.', remedy: 'Remove one of the two.' },
  'resource-list-invalid': {
    cause: 'Standard input is not a KRM ResourceList.',
    remedy: 'Run the function through kustomize or kpt, or use a command such as `inject` for plain files.',
  },
  'resource-invalid': {
    cause: 'An item is not a Kubernetes resource, or a field that injection needs has the wrong type.',
    remedy: 'Correct the field that the message names.',
  },
  'file-unreadable': { cause: 'A file that was named cannot be read.', remedy: 'Correct the path, or the permissions of the file.' },
  'too-large': {
    cause: 'Something in the input is nested too deeply, or makes a text that is too long (docs/security.md, limits).',
    remedy: 'Split the part of the input that the message names. No file was changed.',
  },
  'file-skipped': {
    cause: 'A file or folder that looks like manifests was skipped: a Helm chart, a template, or a text that is not a Kubernetes resource.',
    remedy: 'No action is needed; or render it first and inject the result.',
  },
  'manifest-partial': {
    cause: 'A manifest is only a part of a workload, such as a kustomize patch: it has no pod template, no containers or no images. It is not injected.',
    remedy: 'No action is needed for a patch; otherwise complete the manifest.',
  },
  'manifest-encrypted': {
    cause: 'A workload is encrypted with SOPS. Its checksum covers the whole file, so SOPS could no longer decrypt the file after a change.',
    remedy: 'Inject the decrypted manifest, or encrypt with `mac_only_encrypted: true`.',
  },
  'placeholder-unresolved': {
    cause: 'A field of the pod that injection needs contains a placeholder such as `${VAR}`, which is substituted later.',
    remedy: 'Substitute the placeholder first (`flux envsubst`, `kustomize build`), and inject the result.',
  },
  'kustomize-source': {
    cause:
      'A workload is injected in its file, but a kustomization changes it afterwards, so the built pod may differ from the pod that the webhook would make.',
    remedy: 'Inject in the kustomization instead, with the transformer in the hint (docs/kustomize.md).',
  },
  'report-invalid': {
    cause: 'A file that `report` should merge is not a JSON report, does not conform to the schema, or was made by a later version.',
    remedy: 'Use the output of `inject-sidecars report -o json`; the schema is fn-config/report.schema.json.',
  },
  'file-unwritable': { cause: 'A file cannot be replaced by its new version.', remedy: 'Make the file and its folder writable.' },
  'file-changed': { cause: 'Another program changed the file between reading and writing.', remedy: 'Run the command again.' },
  'file-attributes': {
    cause: 'A file was replaced, and something of the old file could not be kept: other hard links to it, or its owner or group.',
    remedy: 'Link the files again, or name all of them; run the command as the owner of the files.',
  },
  'output-failed': { cause: 'Standard output cannot be written, for example because the disk is full.', remedy: 'Free some space, and run the command again.' },
  'kind-unknown': {
    cause: 'A resource of an unknown kind seems to contain a pod template; it is not injected.',
    remedy: 'Add the kind to `workloads` in the function config, as the hint says.',
  },
  'kind-unsupported': {
    cause: 'The admission webhook of this kind rejects what injection adds, so its pods can only be injected when they are created.',
    remedy: "Keep Istio's webhook for the namespace of this resource.",
  },
} as const satisfies Record<string, CodeText>
