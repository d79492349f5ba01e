// Codes of findings about files and the manifests in them.

import type { CodeText } from './code-text.ts'

export const FILE_CODES = {
  'yaml-syntax': { cause: 'The text is not valid YAML.', remedy: 'Correct the line that the message names.' },
  'yaml-duplicate-key': { cause: 'A mapping has the same key twice; readers disagree which one counts.', remedy: 'Keep one of the two.' },
  'resource-list-invalid': {
    cause: 'Standard input is not a KRM ResourceList.',
    remedy: 'Call the function through kustomize or kpt, or use a sub-command for plain files.',
  },
  'resource-invalid': {
    cause: 'An item is not a Kubernetes resource, or a field that injection needs has the wrong type.',
    remedy: 'Correct the field that the message names.',
  },
  'file-unreadable': { cause: 'A file that was named cannot be read.', remedy: 'Correct the path, or its permissions.' },
  'file-skipped': {
    cause: 'A file or folder holds no manifests, though it looks as if it might: a Helm chart, a template, a text that is not a Kubernetes resource.',
    remedy: 'Nothing to do; or render it first and inject the result.',
  },
  'manifest-partial': {
    cause: 'A manifest is only a part of one, as of a kustomize patch: it has no pod template, no containers or no images. It is left alone.',
    remedy: 'Nothing to do for a patch; otherwise complete the manifest.',
  },
  'manifest-encrypted': {
    cause: 'A workload is encrypted by SOPS, whose checksum covers the whole file: after any change it cannot be decrypted any more.',
    remedy: 'Work on what is decrypted, or encrypt with `mac_only_encrypted: true`.',
  },
  'placeholder-unresolved': {
    cause: 'A field of a pod that injection needs holds a placeholder such as `${VAR}`, which is replaced later.',
    remedy: 'Substitute first (`flux envsubst`, `kustomize build`), and inject the result.',
  },
  'kustomize-source': {
    cause: 'A workload is injected in place, and a kustomization changes it afterwards, so that what is built may differ from what the webhook makes.',
    remedy: 'Let kustomize inject what it has built, with the transformer in the hint (docs/kustomize.md).',
  },
  'report-invalid': {
    cause: 'A file that `report` is to merge is not a JSON report, or breaks its schema, or was made by a later version.',
    remedy: 'Give what `inject-sidecars report -o json` has printed; the schema is fn-config/report.schema.json.',
  },
  'file-unwritable': { cause: 'A file cannot be replaced by its new version.', remedy: 'Make the file and its folder writable.' },
  'file-changed': { cause: 'Another program changed the file after it was read and before it was written.', remedy: 'Run the command again.' },
  'file-attributes': {
    cause: 'A file was replaced, and something of the old one could not be kept: other hard links to it, or its owner or group.',
    remedy: 'Link the files again, or name all of them; run the command as the owner of the files.',
  },
  'output-failed': { cause: 'Standard output cannot be written, as on a full disk.', remedy: 'Make room, and run it again.' },
  'kind-unknown': {
    cause: 'A resource of a kind that is not known plainly holds a pod template, in which nothing is injected.',
    remedy: 'Add the kind to `workloads` in the function config, as the hint says.',
  },
  'kind-unsupported': {
    cause: 'A resource of a kind whose own admission refuses what injection adds: its pods are injected when they are created, or never.',
    remedy: 'Keep the live webhook for its namespace.',
  },
} as const satisfies Record<string, CodeText>
