// Codes of findings about earlier injections: whether they are up to date, and how they are taken off.

import type { CodeText } from './code-text.ts'

export const RECORD_CODES = {
  'injection-missing': {
    cause: 'A workload should be injected but is not.',
    remedy: 'Run `inject-sidecars inject -w`. For sources that are injected when they are rendered, run `check --sources`.',
  },
  'injection-outdated': {
    cause:
      'The injection in a workload differs from what the configuration gives now, or the configuration no longer injects the workload. The message names the fields that differ.',
    remedy: 'Run `inject-sidecars inject -w`. Render again where kustomize or Helm made the file.',
  },
  'injection-present': {
    cause: '`uninject --check` found a workload that is injected.',
    remedy: 'Remove the injection with `inject-sidecars uninject -w`.',
  },
  'guard-present': {
    cause: 'The input contains the guard resource. In rendered output this means that the function did not run.',
    remedy:
      'Build with `--enable-alpha-plugins --enable-exec`, so that the function runs and removes the guard. For the sources of a kustomization, give `check` the kustomization that lists the guard as well, or run `check --sources`. Files that are injected in place need no guard: delete it.',
  },
  'record-invalid': {
    cause: 'The annotation inject-sidecars.dev/record, from which the injection is removed again, was truncated, edited, or written by a later version.',
    remedy:
      "Restore it from Git, or remove Istio's injection with `inject-sidecars uninject --from-status`. Your own sidecars are in no status: without the record, remove them by hand.",
  },
  'record-forged': {
    cause:
      'The annotation inject-sidecars.dev/record or sidecar.istio.io/status would change or remove something, and neither the manifest nor the configuration shows that it was injected. It may also be a sidecar of yours that the configuration no longer adds.',
    remedy:
      'Give `uninject` the configuration that added the fields which the message names, or restore the annotation from Git. If you know that it is right, use `--trust-record`, which `inject` and `uninject` have.',
  },
  'record-trusted': {
    cause:
      'A part of the workload was removed because the record lists it as injected and the configuration adds one of the same name with another content, or because of `--trust-record`.',
    remedy: 'Compare the parts that the message names with what you wrote.',
  },
  'mount-without-volume': {
    cause: 'A container of yours mounts a volume that injection had added, and that is removed with the injection. The API server rejects such a pod.',
    remedy: 'Remove the mount, or declare the volume in the manifest.',
  },
  'not-restorable': {
    cause:
      'Removing an injection restores the same values, but not every line as it was written: a comment inside of an injected part is removed with that part, and some texts cannot be written again as they stood.',
    remedy: 'Keep the original text in Git, move the comment out of the injected part, or simplify what the message shows: an anchor, an alias.',
  },
  'record-missing': {
    cause:
      'A workload is injected but has no record: `istioctl kube-inject` or a live webhook injected it, it was injected in a stream or by kustomize, or the annotation was removed.',
    remedy: 'Remove the injection with `inject-sidecars uninject --from-status`, or restore the annotation from Git.',
  },
  'injected-field-edited': {
    cause: 'A field that injection wrote was edited afterwards.',
    remedy: 'Make the change where Istio reads it: in an annotation, or in your own istio-proxy container with `image: auto`.',
  },
  'removal-uncertain': {
    cause: 'The workload has no record, or one of version 1, so it is not certain whether injection or a user wrote a part of it.',
    remedy: 'Compare the part that the message names with what you wrote, and restore or remove it.',
  },
  'patch-impossible': {
    cause: 'No patch can be written for a workload, because kustomize could not identify it.',
    remedy: 'Give the workload a name, or inject it in its file.',
  },
  'probe-not-restored': {
    cause: 'Injection replaced a probe and kept no copy of it, so `uninject` cannot restore it.',
    remedy: 'Write the probe again.',
  },
} as const satisfies Record<string, CodeText>
