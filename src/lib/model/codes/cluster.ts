// Codes of findings about a cluster that `capture` and `verify` read.

import type { CodeText } from './code-text.ts'

export const CLUSTER_CODES = {
  'cluster-unreachable': {
    cause: '`capture`, `verify` or `report --running` cannot connect to the cluster.',
    remedy: 'Check the kubeconfig, the context and the network with `kubectl get --raw /version`.',
  },
  'pods-invalid': {
    cause: 'The input of `--pods` is not a list of pods in JSON.',
    remedy: 'Use the output of `kubectl get pods -A -o json`.',
  },
  'cluster-timeout': {
    cause: 'The cluster did not answer `capture`, `verify` or `report --running` in time.',
    remedy: 'Increase `--timeout`, and look for a webhook that does not answer.',
  },
  'cluster-credentials': {
    cause: 'The cluster rejects the credentials of `capture`, `verify` or `report --running` (401), for example because a token has expired.',
    remedy: 'Log in to the cluster again.',
  },
  'cluster-denied': {
    cause: 'The cluster denies a request of `capture`, `verify` or `report --running` because of missing RBAC permissions (403).',
    remedy: 'Ask for the permissions that docs/cluster.md lists.',
  },
  'cluster-refused': {
    cause: 'The cluster rejects the pod that `verify` creates in a dry run: the pod is invalid, or admission denies it.',
    remedy: 'Correct what the message names; a real creation would be rejected in the same way.',
  },
  'cluster-failed': {
    cause:
      'The cluster could not process a request of `capture`, `verify` or `report --running`, for example because a webhook failed or the API server is overloaded.',
    remedy: 'See what the message names, and run the command again.',
  },
} as const satisfies Record<string, CodeText>
