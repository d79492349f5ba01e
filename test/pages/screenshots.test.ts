// Pictures of the pages: those of the documentation, and others in the dark, filtered and unfolded.

import type { Page } from 'playwright-core'
import t from 'tap'
import { fleetPage, upgradePage } from '../../src/cli/pages/index.ts'
import { needsBrowser, openBrowser, openPage } from '../support/browser.ts'
import { EXAMPLE_FLEET } from '../support/fleet-example.ts'
import { POD_PAGE_INPUT, podPageOf } from '../support/pod-page.ts'
import { differenceFromPicture } from '../support/screenshots.ts'
import { exampleUpgrade } from '../support/upgrade-example.ts'

const VIEWPORT = { width: 1100, height: 720 }

t.test('pictures', { skip: needsBrowser }, async t => {
  const browser = await openBrowser()
  t.teardown(() => browser.close())

  const pods = podPageOf(t.testdir(POD_PAGE_INPUT))
  const card = (page: Page, name: string) => page.locator('.card', { hasText: name })

  await t.test('the pod page, closed', async t => {
    const { page, close } = await openPage(browser, pods, { viewport: VIEWPORT, colorScheme: 'light' })
    t.equal(await differenceFromPicture(page, 'test/golden/pages/pod-closed.png'), undefined)
    await close()
  })

  await t.test('the pod page with a workload unfolded and an origin followed', async t => {
    const { page, close } = await openPage(browser, pods, { viewport: VIEWPORT, colorScheme: 'light' })
    await card(page, 'shop/agent').locator('> summary').click()
    await page.locator('tr', { hasText: 'image: registry.example.com/shipper:4' }).locator('button.origin').click()
    await page.waitForTimeout(300)
    t.equal(await differenceFromPicture(page, 'docs/images/pod-page.png'), undefined)
    await close()
  })

  await t.test('the pod page in the dark, filtered, with a field that two wrote', async t => {
    const { page, close } = await openPage(browser, pods, { viewport: VIEWPORT, colorScheme: 'dark' })
    await page.locator('#filter').fill('policy team')
    await page.waitForTimeout(200)
    await card(page, 'shop/agent').locator('> summary').click()
    await page.locator('tr.double', { hasText: 'team: platform' }).locator('button.origin').click()
    await page.evaluate('scrollTo(0, 0)')
    await page.waitForTimeout(300)
    t.equal(await differenceFromPicture(page, 'test/golden/pages/pod-dark.png'), undefined)
    await close()
  })

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
