// Pictures of the fleet and upgrade pages: those of the documentation, and one in the dark with a filter and details.

import t from 'tap'
import { fleetPage, upgradePage } from '../../src/cli/pages/index.ts'
import { upgrade } from '../../src/upgrade/upgrade.ts'
import { needsBrowser, openBrowser, openPage } from '../support/browser.ts'
import { EXAMPLE_FLEET } from '../support/fleet-example.ts'
import { example } from '../support/rig.ts'
import { differenceFromPicture } from '../support/screenshots.ts'

const VIEWPORT = { width: 1100, height: 720 }

/** The example's workloads, whose mesh gets a newer version and no longer holds the application until the proxy is ready. */
function exampleUpgrade() {
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

t.test('pictures', { skip: needsBrowser }, async t => {
  const browser = await openBrowser()
  t.teardown(() => browser.close())

  await t.test('the fleet page', async t => {
    const { page, close } = await openPage(browser, fleetPage(EXAMPLE_FLEET), { viewport: VIEWPORT, colorScheme: 'light' })
    t.equal(await differenceFromPicture(page, 'docs/images/fleet-page.png'), undefined)
    await close()
  })

  await t.test('the fleet page in the dark, filtered and unfolded', async t => {
    const { page, close } = await openPage(browser, fleetPage(EXAMPLE_FLEET), { viewport: VIEWPORT, colorScheme: 'dark' })
    await page.click('#overview summary')
    await page.check('input[value="conflict"]')
    await page.check('input[value="error"]')
    await page.click('button[aria-label="Details of Deployment checkout"]')
    t.equal(await differenceFromPicture(page, 'test/golden/pages/fleet-dark.png'), undefined)
    await close()
  })

  await t.test('the upgrade page', async t => {
    const { page, close } = await openPage(browser, upgradePage(exampleUpgrade()), { viewport: VIEWPORT, colorScheme: 'light' })
    t.equal(await differenceFromPicture(page, 'docs/images/upgrade-page.png'), undefined)
    await close()
  })
})
