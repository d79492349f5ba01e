// Codes of findings about a cluster that `capture` and `verify` read.

import type { CodeText } from './code-text.ts'

export const CLUSTER_CODES = {
  'cluster-unreachable': {
    cause: 'A cluster that `capture` or `verify` was to read cannot be reached.',
    remedy: 'Check the kubeconfig, the context and the network with `kubectl get --raw /version`.',
  },
  'pods-invalid': {
    cause: 'What is given to `verify --pods` is not a list of pods in JSON.',
    remedy: 'Give it what `kubectl get pods -A -o json` prints.',
  },
  'cluster-timeout': {
    cause: 'A cluster did not answer `capture` or `verify` in time.',
    remedy: 'Allow more time with `--timeout`; look for a webhook that does not answer.',
  },
  'cluster-credentials': {
    cause: 'A cluster does not accept who `capture` or `verify` says you are, e.g. because the token has expired.',
    remedy: 'Log in again.',
  },
  'cluster-denied': {
    cause: 'A cluster does not give you the right to what `capture` or `verify` asked for.',
    remedy: 'Ask for the rights that docs/cluster.md lists.',
  },
  'cluster-refused': {
    cause: 'A cluster refuses the pod that `verify` creates in a dry run: it is not valid, or admission does not allow it.',
    remedy: 'Correct what the message names; a real creation would be refused in the same way.',
  },
  'cluster-failed': {
    cause: 'A cluster could not answer `capture` or `verify`, e.g. because a webhook failed or too much is asked of it.',
    remedy: 'Look at what the message names, and try again.',
  },
} as const satisfies Record<string, CodeText>
