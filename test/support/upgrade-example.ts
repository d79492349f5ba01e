// The example's workloads with a newer version of their mesh, for the upgrade page.

import { upgrade } from '../../src/upgrade/upgrade.ts'
import { example } from './rig.ts'

/** The example's workloads, whose mesh gets a newer version and no longer holds the application until the proxy is ready. */
export function exampleUpgrade() {
  const config = example('istio/config.yaml')
  const budget =
    'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec: {minAvailable: 1, selector: {matchLabels: {app: web}}}\n'
  return upgrade({
    files: [
      ...['namespace.yaml', 'web.yaml', 'store.yaml'].map(path => ({ path: `apps/${path}`, text: example(path) })),
      { path: 'apps/budget.yaml', text: budget },
      {
        path: 'apps/migrate.yaml',
        text: example('web.yaml').replace('apps/v1', 'batch/v1').replace('kind: Deployment', 'kind: Job').replaceAll('name: web', 'name: migrate'),
      },
    ],
    from: { name: 'istio-1.30', files: [{ path: 'istio-1.30/config.yaml', text: config.replaceAll('1.31.0', '1.30.4') }] },
    to: { name: 'istio-1.31', files: [{ path: 'istio-1.31/config.yaml', text: config }] },
  }).model
}
