// Codes of findings about earlier injections: whether they are up to date, and how they are taken off.

import type { CodeText } from './code-text.ts'

export const RECORD_CODES = {
  'injection-missing': {
    cause: 'A workload that is to be injected is not injected yet.',
    remedy: 'Inject it with `inject-sidecars inject -w`; for sources that are injected when they are rendered, call `check --sources`.',
  },
  'injection-outdated': {
    cause: 'The injection in a workload is not what the configuration makes now, or nothing injects the workload any more.',
    remedy:
      'Inject it again with `inject-sidecars inject -w`; a file that kustomize or Helm rendered: render it again. The message names the fields that change.',
  },
  'injection-present': {
    cause: 'A workload is injected, and `uninject --check` asks that none is.',
    remedy: 'Take the injection off with `inject-sidecars uninject -w`.',
  },
  'guard-present': {
    cause: 'The guard resource is in what was given. In rendered output that means that the function never ran on it.',
    remedy:
      'Build with `--enable-alpha-plugins --enable-exec`, and let the function remove the guard. Sources of a kustomization are known by the kustomization that lists the guard: pass it along, or call `check --sources`. Files that are injected in place need no guard: delete it.',
  },
  'record-invalid': {
    cause: 'The annotation inject-sidecars.dev/record, which says how to take the injection off, was cut off, edited, or written by a later version.',
    remedy: 'Restore it from Git, or take the injection off with `inject-sidecars uninject --from-status`.',
  },
  'record-forged': {
    cause: 'The annotation inject-sidecars.dev/record, or sidecar.istio.io/status, would change or remove what no injection can have changed or added.',
    remedy: 'Restore the annotation from Git. If you know that it is right, run `inject-sidecars uninject --trust-record` and inject again.',
  },
  'record-trusted': {
    cause:
      'Something goes because the record says in words that injection added it, and nothing else in the manifest shows that; or because of `--trust-record`.',
    remedy: 'Compare the parts that the message names with what you wrote.',
  },
  'not-restorable': {
    cause: 'The text of a manifest is such that taking the injection off brings back the same values, but not every line as it was written.',
    remedy: 'Compare the text with the one in Git, or simplify what the message shows: an anchor, an alias, a comment.',
  },
  'record-missing': {
    cause:
      'A workload is injected, but has no record of it: `istioctl kube-inject` or a live webhook did it, it was injected in a stream or by kustomize, or the annotation was removed.',
    remedy: 'Take the injection off with `inject-sidecars uninject --from-status`, or restore the annotation from Git.',
  },
  'injected-field-edited': {
    cause: 'A field that injection had written was edited afterwards.',
    remedy: 'Put the change where Istio honours it: an annotation, or a container istio-proxy of your own with `image: auto`.',
  },
  'removal-uncertain': {
    cause: 'Without a record it is not certain who wrote a part of a workload, the injection or a person.',
    remedy: 'Compare the part that the message names with what you wrote, and put it back or remove it.',
  },
  'patch-impossible': {
    cause: 'No patch can be written for a workload, because kustomize could not tell it from others.',
    remedy: 'Give the workload a name, or inject it in place.',
  },
  'probe-not-restored': {
    cause: 'Injection replaced a probe and kept no copy of it, so that `uninject` cannot put it back.',
    remedy: 'Write the probe again.',
  },
} as const satisfies Record<string, CodeText>
