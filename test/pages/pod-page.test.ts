// The pod page in a real browser: what each workload shows, filters, folds, origins by click and by keyboard, dark mode, zoom, and paper.

import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { accessibilityFindings, needsBrowser, openBrowser, openPage } from '../support/browser.ts'
import { POD_PAGE_INPUT, podPageOf } from '../support/pod-page.ts'

t.test('the pod page', { skip: needsBrowser }, async t => {
  const text = podPageOf(t.testdir(POD_PAGE_INPUT))
  const browser = await openBrowser()
  t.teardown(() => browser.close())

  /** Runs a test with the page open; the page may have no problems at its end. */
  const onPage = (name: string, run: (page: Page, t: Test) => Promise<void>, options = {}) =>
    t.test(name, async t => {
      const { page, problems, close } = await openPage(browser, text, options)
      await run(page, t)
      t.same(problems, [])
      await close()
    })

  await onPage('every form of workload has a card with its state and where its pod template is', async (page, t) => {
    t.same(await page.locator('.card > summary .workload').allTextContents(), [
      'DaemonSet shop/agent',
      'Pod shop/debug',
      'CronJob shop/nightly',
      'Deployment shop/web',
      'Deployment shop/quiet',
    ])
    t.same(await page.locator('.card > summary .badge:first-child').allTextContents(), [
      '✓ injected',
      '✓ injected',
      '✓ injected',
      '✓ injected',
      '– not injected',
    ])
    t.equal(await page.locator('.content').count(), 0, 'closed workloads are not built')
    await open(page, 'CronJob shop/nightly')
    t.match(await page.locator('.card[open] .pod-head').textContent(), 'spec.jobTemplate.spec.template')
  })

  await onPage('a pod is folded to what changed, and unfolds run by run and as a whole', async (page, t) => {
    const card = await open(page, 'Deployment shop/web')
    const lines = card.locator('tr:not(.skipped)')
    const folded = await lines.count()
    t.ok((await card.locator('tr.skipped').count()) > 0)
    t.equal(await card.locator('code', { hasText: /^schedulerName: / }).count(), 0)
    // What contains a changed line is in sight, with the name of the list element.
    t.ok((await card.locator('code', { hasText: /^name: web$/ }).count()) > 0)
    await card.locator('button.unfold').first().click()
    t.ok((await lines.count()) > folded)
    await card.getByRole('button', { name: 'All lines' }).click()
    t.equal(await card.locator('tr.skipped').count(), 0)
    t.ok((await card.locator('code', { hasText: /^schedulerName: / }).count()) > 0)
    await card.getByRole('button', { name: 'All lines' }).click()
    t.equal(await lines.count(), folded)
  })

  await onPage('a field that two wrote names both, with both values', async (page, t) => {
    const card = await open(page, 'Deployment shop/web')
    const double = card.locator('tr', { hasText: 'path: /app-health/web/readyz' })
    t.notMatch(await double.getAttribute('class'), 'double', 'a rule that completes a probe is no rival')
    t.equal(await card.locator('.badge', { hasText: 'two writers' }).count(), 0)
    t.match(await double.locator('.margin').textContent(), /yours.*→ Istio rule probes/)
    t.match(await card.locator('tr.removed', { hasText: 'path: /ready' }).locator('.margin').textContent(), 'yours')
    await double.locator('button.origin').click()
    const panel = card.locator('.panel')
    t.match(await panel.textContent(), '2 writers, one field')
    t.match(await panel.textContent(), 'web.yaml:')
    t.match(await panel.textContent(), 'so its probes go to the agent')
    t.equal(await panel.locator('.path').textContent(), 'spec.containers[web].readinessProbe.httpGet.path')
  })

  await onPage('the origin of a line of a template is the line in the file that holds it', async (page, t) => {
    const card = await open(page, 'Deployment shop/web')
    await card.locator('tr', { hasText: 'runAsUser: 1337' }).locator('button.origin').click()
    const panel = card.locator('.panel')
    t.equal(await panel.locator('.marked code').textContent(), '    runAsUser: {{ .ProxyUID }}'.replace(/^ {4}/, '      '))
    const line = (POD_PAGE_INPUT['mesh.yaml'] ?? '').split('\n').findIndex(text => text.includes('runAsUser: {{ .ProxyUID }}')) + 1
    t.equal(await panel.locator('.marked .number').textContent(), String(line))
    t.match(await panel.locator('figcaption').textContent(), `mesh.yaml:${line}`)
    t.ok(await panel.locator('.marked').isVisible())
    const box = await panel.locator('.source').boundingBox()
    const marked = await panel.locator('.marked').boundingBox()
    t.ok(box !== null && marked !== null && marked.y >= box.y && marked.y + marked.height <= box.y + box.height, 'scrolled into sight')
  })

  await onPage('a policy is shown with its binding; what it removed is a line of its own', async (page, t) => {
    const card = await open(page, 'DaemonSet shop/agent')
    t.equal(await card.locator('tr', { hasText: 'managedFields' }).count(), 0)
    const row = card.locator('tr.double', { hasText: 'team: platform' })
    t.match(await row.locator('.margin').textContent(), /^yours, list\.yaml:\d+→ policy team \(everywhere\), policy\.yaml:\d+$/)
    t.match(await card.locator('.badge', { hasText: 'two writers' }).textContent(), '± 1 field with two writers')
    t.match(await card.locator('tr.removed', { hasText: 'hostNetwork: true' }).textContent(), 'removed by policy team (everywhere)')
    await row.locator('button.origin').click()
    t.same(await card.locator('.panel figcaption span').allTextContents(), [
      'DaemonSet shop/agent',
      'MutatingAdmissionPolicy team',
      'MutatingAdmissionPolicyBinding everywhere',
    ])
    t.same(await card.locator('.panel .marked code').allTextContents(), ['        labels: {app: agent, team: shop, logging: enabled}', '  mutations:', 'spec:'])
    t.match(await card.locator('.panel').textContent(), 'list.yaml:')
  })

  await onPage("a user's own injector is told from Istio", async (page, t) => {
    const card = await open(page, 'DaemonSet shop/agent')
    const row = card.locator('tr', { hasText: 'image: registry.example.com/shipper:4' })
    t.match(await row.locator('.margin').textContent(), 'log-shipper / shipper')
    await row.locator('button.origin').click()
    t.match(await card.locator('.panel figcaption').textContent(), 'template shipper of log-shipper')
    t.match(await card.locator('.panel .marked').textContent(), 'image: registry.example.com/shipper:4')
  })

  await onPage('the decision comes with its trace', async (page, t) => {
    const card = await open(page, 'Deployment shop/quiet')
    t.match(await card.locator('.decision').textContent(), 'Not injected')
    await card.getByText('How this was decided').click()
    t.match(await card.locator('.steps').textContent(), 'sidecar.istio.io/inject')
    t.ok((await card.locator('.steps > li').count()) < 8)
    t.match(await card.locator('.flips').textContent(), 'sidecar.istio.io/inject')
  })

  await onPage('filters: words, and the state', async (page, t) => {
    const shown = () => page.locator('.card:visible > summary .workload').allTextContents()
    const tile = (name: string) => page.locator('#states button', { hasText: new RegExp(`\\d ${name}$`) })
    await page.locator('#filter').fill('SHOP/web')
    await page.waitForTimeout(150)
    t.same(await shown(), ['Deployment shop/web'])
    t.equal(await page.locator('#shown').textContent(), '1 of 5')
    await page.locator('#filter').fill('policy team')
    await page.waitForTimeout(150)
    t.same(await shown(), ['DaemonSet shop/agent'])
    await page.locator('#filter').fill('')
    await page.waitForTimeout(150)
    t.equal((await shown()).length, 5)
    await tile('not injected').click()
    t.same(await shown(), ['Deployment shop/quiet'])
    await tile('injected').click()
    t.same((await shown()).length, 5, 'one state or the other')
    await page.getByRole('button', { name: 'Clear filters' }).click()
    t.equal((await shown()).length, 5)
    t.ok(await page.locator('#clear').isDisabled())
    await page.locator('#order').selectOption('file')
    t.same(await shown(), ['Pod shop/debug', 'DaemonSet shop/agent', 'Deployment shop/quiet', 'CronJob shop/nightly', 'Deployment shop/web'])
    await page.locator('#order').selectOption('name')
    t.same((await shown())[0], 'DaemonSet shop/agent')
  })

  await onPage("a line of the user's own leads to the line of the manifest, with what is around it", async (page, t) => {
    const card = await open(page, 'Deployment shop/web')
    await card.locator('tr.user', { hasText: 'name: web' }).first().locator('button.origin').click()
    const web = (POD_PAGE_INPUT['web.yaml'] ?? '').split('\n')
    const number = Number(await card.locator('.panel .marked .number').textContent())
    t.equal(await card.locator('.panel .marked code').textContent(), web[number - 1])
    t.match(await card.locator('.panel figcaption').textContent(), `web.yaml:${number}`)
    t.ok((await card.locator('.panel .source-line').count()) > 5)
    // Only the pod template is there.
    t.notMatch(await card.locator('.panel .source').textContent(), 'selector')
  })

  await onPage('every number in the margin has its file', async (page, t) => {
    const card = await open(page, 'Deployment shop/web')
    for (const place of await card.locator('.writer .where').allTextContents()) t.match(place, /^, [\w-]+\.yaml:\d+$/)
    for (const title of await card.locator('.writer .where').evaluateAll(all => all.map(each => each.getAttribute('title'))))
      t.match(title, /^[\w/-]+\.yaml:\d+$/)
  })

  await onPage('by keyboard alone: to a workload, to a line, to its origin, and back', async (page, t) => {
    const focused = () => page.evaluate<string>("document.activeElement?.textContent ?? ''")
    const tabTo = async (what: string) => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab')
        if ((await focused()).includes(what)) return
      }
      throw new Error(`Tab does not reach ${what}`)
    }
    await tabTo('shop/web')
    await page.keyboard.press('Enter')
    await tabTo('How this was decided')
    await tabTo('All lines')
    // The lines are one stop; arrow keys move between them.
    await page.keyboard.press('Tab')
    t.match(await focused(), 'yours')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    t.match(await focused(), 'Istio sidecar')
    await page.keyboard.press('Enter')
    t.match(await page.locator('.panel:visible').textContent(), 'kubectl.kubernetes.io/default-container')
    t.match(await page.locator('.pod-view [role=status]').textContent(), /Istio sidecar, mesh\.yaml:\d+/)
    await page.keyboard.press('Tab')
    t.equal(await focused(), '×')
    await page.keyboard.press('Escape')
    t.equal(await page.locator('.panel:visible').count(), 0)
    t.match(await focused(), 'Istio sidecar')
    await page.keyboard.press('End')
    await page.keyboard.press('Home')
    t.match(await focused(), 'yours')
    // A fold is among the lines, and opens on its first one.
    for (let i = 0; i < 60 && !(await focused()).includes('unchanged lines'); i++) await page.keyboard.press('ArrowDown')
    const folds = await page.locator('tr.skipped').count()
    await page.keyboard.press('Enter')
    t.equal(await page.locator('tr.skipped').count(), folds - 1)
    t.notMatch(await focused(), 'unchanged lines')
  })

  for (const [name, options] of [
    ['200 % zoom', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
    ['a narrow screen', { viewport: { width: 320, height: 640 } }],
  ] as const) {
    await onPage(
      `${name}: nothing is cut off or needs two ways of scrolling`,
      async (page, t) => {
        const card = await open(page, 'Deployment shop/web')
        await card.locator('tr', { hasText: 'path: /app-health/web/readyz' }).locator('button.origin').click()
        const cut = await page.evaluate<string[]>(CUT_OFF)
        t.same(cut, [])
        t.ok(await page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth'))
        t.ok(await card.locator('.panel').isVisible())
      },
      options,
    )
  }

  await onPage('on paper everything is open and there are no controls; afterwards the page is as it was', async (page, t) => {
    await open(page, 'Deployment shop/web')
    const before = await shownText(page)
    await page.emulateMedia({ media: 'print' })
    await page.waitForTimeout(200)
    t.equal(await page.locator('.card[open]').count(), 5)
    t.equal(await page.locator('tr.skipped').count(), 0)
    t.equal(await page.locator('details:not([open])').count(), 0)
    t.equal(await page.locator('input:visible, select:visible, button:not(.origin, .count):visible, .panel:visible').count(), 0)
    t.match(await shownText(page), /terminationMessagePath/)
    t.match(await shownText(page), /yours[\s,]+web\.yaml\s*:\d+\s+→ Istio rule probes/)
    const pdf = await page.pdf({ format: 'A4' })
    t.ok(pdf.length > 20_000)
    await page.emulateMedia({ media: 'screen' })
    await page.waitForTimeout(200)
    t.equal(await shownText(page), before)
  })

  await onPage('dark mode changes the colours', async (page, t) => {
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const light = await background()
    await page.emulateMedia({ colorScheme: 'dark' })
    t.not(await background(), light)
  })

  await onPage(
    'on a narrow screen names of files wrap',
    async (page, t) => {
      const card = await open(page, 'Deployment shop/web')
      await card.getByRole('button', { name: 'All lines' }).click()
      const cut = await page.evaluate<number>("[...document.querySelectorAll('.writer .file')].filter(file => file.scrollWidth > file.clientWidth + 1).length")
      t.equal(cut, 0)
    },
    { viewport: { width: 600, height: 450 } },
  )

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`axe-core finds nothing, ${colorScheme}`, async t => {
      const prepare = async (page: Page) => {
        await page.getByRole('button', { name: 'Open all' }).click()
        for (const toggle of await page.getByRole('button', { name: 'All lines' }).all()) await toggle.click()
        for (const trace of await page.getByText('How this was decided').all()) await trace.click()
        await page.locator('tr.double button.origin').first().click()
        await page.locator('tr', { hasText: 'path: /app-health/web/readyz' }).locator('button.origin').click()
        await page.evaluate("for (const each of document.querySelectorAll('.card details')) each.open = true")
        await page.locator('#states button').first().click()
      }
      t.same(await accessibilityFindings(browser, text, { colorScheme, prepare }), [])
    })
  }
})

/** What can be seen. */
function shownText(page: Page): Promise<string> {
  return page.evaluate<string>("document.querySelector('main').innerText")
}

/** Elements that reach beyond the window; the link to the pods does until it has the focus. */
const CUT_OFF = `[...document.querySelectorAll('body *:not(.skip-link)')]
  .filter(node => {
    const { left, right, width } = node.getBoundingClientRect()
    return width > 1 && (left < -1 || right > document.documentElement.clientWidth + 1)
  })
  .map(node => node.tagName + '.' + node.className + ' ' + node.textContent.slice(0, 40))`

/** Opens a workload's card. */
async function open(page: Page, workload: string) {
  const card = page.locator('.card', { has: page.locator('summary .workload', { hasText: workload }) })
  await card.locator('> summary').click()
  await card.locator('.content').waitFor()
  return card
}
