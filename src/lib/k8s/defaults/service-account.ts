// The ServiceAccount plugin: the account of a pod, and the account's pull secrets. The token volume `kube-api-access-…`, whose name is random and which every
// pod on a cluster gets anew, is left out.
import type { Pod } from '../pod.ts'
import { listOf, textOf } from '../pod.ts'
import { AdmissionError, type ClusterFacts, namespaceOf, objectNamed, objectsOf, withSpec } from './cluster-facts.ts'

/** The account that every namespace has. */
const DEFAULT_ACCOUNT = 'default'

/** @throws AdmissionError where the account does not exist */
export function admitServiceAccount(pod: Pod, facts: ClusterFacts): Pod {
  const name = textOf(pod.spec, 'serviceAccountName') || DEFAULT_ACCOUNT
  const namespace = namespaceOf(pod)
  const account = objectNamed(objectsOf(facts, 'ServiceAccount', namespace), name)
  if (account === undefined && facts.complete && name !== DEFAULT_ACCOUNT) {
    throw new AdmissionError(pod, `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`)
  }
  const named = textOf(pod.spec, 'serviceAccountName') === name ? pod : withSpec(pod, { serviceAccountName: name, serviceAccount: name })
  const secrets = listOf(account, 'imagePullSecrets')
  return listOf(pod.spec, 'imagePullSecrets').length > 0 || secrets.length === 0 ? named : withSpec(named, { imagePullSecrets: [...secrets] })
}
