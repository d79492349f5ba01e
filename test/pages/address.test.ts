// What a page shows is in its address: a link opens the same view, the back button goes back, and no address does any harm.

import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { fleetPage, upgradePage } from '../../src/cli/pages/index.ts'
import { needsBrowser, openBrowser, openPage } from '../support/browser.ts'
import { EXAMPLE_FLEET } from '../support/fleet-example.ts'
import { POD_PAGE_INPUT, podPageOf } from '../support/pod-page.ts'
import { exampleUpgrade } from '../support/upgrade-example.ts'

t.test('addresses', { skip: needsBrowser }, async t => {
  const pods = podPageOf(t.testdir(POD_PAGE_INPUT))
  const browser = await openBrowser()
  t.teardown(() => browser.close())

  const onPage = (name: string, text: string, run: (page: Page, t: Test) => Promise<void>) =>
    t.test(name, async t => {
      const { page, problems, close } = await openPage(browser, text)
      await run(page, t)
      t.same(problems, [])
      await close()
    })
  const hash = (page: Page) => page.evaluate<string>('decodeURIComponent(location.hash.replaceAll("+", " "))')
  /** Opens the page anew with what another one has in its address. */
  const reopen = async (page: Page) => {
    await page.reload()
    await settled(page)
  }

  await onPage('pod page: filter, order, open card and line come back, and the back button undoes them one by one', pods, async (page, t) => {
    const card = page.locator('.card', { hasText: 'shop/agent' })
    await page.locator('#order').selectOption('name')
    await page.locator('#filter').fill('shop')
    await settled(page)
    await page.locator('#states button', { hasText: /\d injected$/ }).click()
    await settled(page)
    await card.locator('> summary').click()
    await settled(page)
    await card.locator('tr', { hasText: 'image: registry.example.com/shipper:4' }).locator('button.origin').click()
    await settled(page)
    t.equal(await hash(page), '#q=shop&state=injected&order=name&open=DaemonSet/shop/agent&line=spec.containers[log-shipper].image')
    await reopen(page)
    t.equal(await page.locator('#filter').inputValue(), 'shop')
    t.equal(await page.locator('#order').inputValue(), 'name')
    t.equal(await page.locator('#states button', { hasText: /\d injected$/ }).getAttribute('aria-pressed'), 'true')
    t.equal(await page.locator('.card').count(), 4)
    t.match(await card.locator('tr.chosen code').textContent(), 'image: registry.example.com/shipper:4')
    t.match(await card.locator('.panel figcaption').textContent(), 'template shipper of log-shipper')

    await page.goBack()
    await settled(page)
    t.equal(await page.locator('.panel:visible').count(), 0)
    t.not(await card.getAttribute('open'), null)
    await page.goBack()
    await settled(page)
    t.equal(await card.getAttribute('open'), null)
    await page.goBack()
    await settled(page)
    t.equal(await page.locator('#states button', { hasText: /\d injected$/ }).getAttribute('aria-pressed'), 'false')
    await page.goForward()
    await settled(page)
    t.equal(await page.locator('#states button', { hasText: /\d injected$/ }).getAttribute('aria-pressed'), 'true')
  })

  await onPage('pod page: without filters there is nothing in the address', pods, async (page, t) => {
    await page.locator('#filter').fill('web')
    await settled(page)
    t.equal(await hash(page), '#q=web')
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await settled(page)
    t.equal(await hash(page), '')
  })

  await onPage('fleet page: filters, order and open rows come back', fleetPage(EXAMPLE_FLEET), async (page, t) => {
    await page.check('input[value="conflict"]')
    await page.check('input[value="error"]')
    await page.locator('button.sort', { hasText: 'Workload' }).click()
    await page.click('button[aria-label="Details of Deployment checkout"]')
    await page.locator('#filter').fill('deployment')
    await settled(page)
    const rows = await page.locator('#workloads tbody tr:not(.details)').allTextContents()
    const before = await hash(page)
    t.match(before, /q=deployment/)
    t.match(before, /state=error&state=conflict|state=conflict&state=error/)
    t.match(before, /sort=name/)
    t.match(before, /open=Deployment\/\w+\/checkout/)
    await reopen(page)
    t.same(await page.locator('#workloads tbody tr:not(.details)').allTextContents(), rows)
    t.equal(await page.locator('tr.details').count(), 1)
    t.equal(await page.locator('th[aria-sort="ascending"]').textContent(), 'Workload')
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await settled(page)
    t.not(await page.locator('#workloads tbody tr:not(.details)').count(), rows.length)
    await page.goBack()
    await settled(page)
    t.same(await page.locator('#workloads tbody tr:not(.details)').allTextContents(), rows)
  })

  await onPage('upgrade page: the search comes back', upgradePage(exampleUpgrade()), async (page, t) => {
    await page.locator('#filter').fill('migrate')
    await settled(page)
    const shown = await page.locator('[data-group]:visible').count()
    t.equal(await hash(page), '#q=migrate')
    await reopen(page)
    t.equal(await page.locator('#filter').inputValue(), 'migrate')
    t.equal(await page.locator('[data-group]:visible').count(), shown)
  })

  for (const [name, text] of [
    ['pod', pods],
    ['fleet', fleetPage(EXAMPLE_FLEET)],
    ['upgrade', upgradePage(exampleUpgrade())],
  ] as const) {
    await onPage(`${name} page: hostile addresses are texts, or nothing`, text, async (page, t) => {
      const file = page.url()
      for (const address of HOSTILE) {
        await page.goto(`${file}#${address}`)
        await settled(page)
        t.equal(await page.evaluate<number>("document.querySelectorAll('script').length"), 2, address.slice(0, 60))
        t.equal(await page.evaluate<number>("document.querySelectorAll('img, svg, iframe, object, b, style:not(head style)').length"), 0)
        t.ok((await page.locator('#filter').inputValue()).length <= 500)
        t.ok((await page.evaluate<number>('location.hash.length')) < 5_000)
      }
      await page.goto(`${file}#q=`)
      await settled(page)
      t.equal(await page.evaluate<string>('location.hash'), '', 'and the page still works')
    })
  }
})

/** Until the page has taken up what was done. */
function settled(page: Page): Promise<void> {
  return page.waitForTimeout(250)
}

const EVIL = encodeURIComponent('"><script>alert(1)</script><img src=x onerror=alert(2)>')

const HOSTILE = [
  `q=${EVIL}`,
  `state=${EVIL}&order=${EVIL}&open=${EVIL}&line=${EVIL}&sort=${EVIL}&namespace=${EVIL}`,
  'state=__proto__&state=constructor&order=toString&open=__proto__&open=constructor&sort=__proto__&namespace=constructor&version=__proto__',
  '%',
  '%E0%A4%A&q=%',
  'q=%00%01%E2%80%AE',
  'open=Deployment/shop/web&at=-1',
  'open=Deployment/shop/web&at=1e9',
  'open=Deployment/shop/web&at=NaN&line=constructor',
  `q=${'a'.repeat(100_000)}`,
  `${'open=x&'.repeat(10_000)}q=web`,
  '&&&===&#&?',
  'javascript:alert(1)',
]
