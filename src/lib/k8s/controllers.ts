// Adds the fields that the StatefulSet controller sets in the spec of a pod (kubernetes/pkg/controller/statefulset): host name, subdomain and a volume for each
// claim. Other controllers change only fields for scheduling.
import { get, type JsonObject } from '../model/index.ts'
import { listOf, nameOf, type Pod } from './pod.ts'

/**
 * The pod as the workload's controller would send it to the API server.
 * @param pod as `podFromWorkload` makes it
 * @param workload the whole object
 * @example fromController(pod, statefulSet).spec // {…, hostname: 'db-0', subdomain: 'db', volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } }]}
 */
export function fromController(pod: Pod, workload: JsonObject): Pod {
  if (workload.kind !== 'StatefulSet' || !String(workload.apiVersion).startsWith('apps/')) return pod
  const spec = pod.spec as JsonObject
  const name = nameOf(pod.metadata)
  const service = get(workload.spec, 'serviceName')
  const claims = listOf(workload.spec, 'volumeClaimTemplates').map(claim => nameOf(claim.metadata))
  const claimed = claims.map(claim => ({ name: claim, persistentVolumeClaim: { claimName: `${claim}-${name}` } }))
  const volumes = [...claimed, ...listOf(spec, 'volumes').filter(volume => !claims.includes(nameOf(volume)))]
  return {
    ...pod,
    spec: {
      ...spec,
      ...(volumes.length > 0 ? { volumes } : {}),
      hostname: name,
      ...(typeof service === 'string' && service !== '' ? { subdomain: service } : {}),
    },
  }
}
