// Ten conflicts in an example, each found on the pod page by its code, with its words, and at its line.

import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { needsBrowser, openBrowser, openPage } from '../support/browser.ts'
import { CONFLICT_FILES, CONFLICTS, OLD_MESH } from '../support/conflicts.ts'
import { run } from '../support/rig.ts'

t.test('ten conflicts are found on the page', { skip: needsBrowser }, async t => {
  const cwd = t.testdir({ ...CONFLICT_FILES, 'old.yaml': OLD_MESH })
  t.equal(run(['inject', '-w', '-f', 'old-config.yaml', 'outdated.yaml', 'old.yaml'], { cwd: withOldConfig(cwd) }).code, 0)
  renameSync(join(cwd, 'old.yaml'), join(cwd, 'old.txt'))
  const text = run(['check', '-o', 'html', 'apps.yaml', 'outdated.yaml', 'mesh.yaml'], { cwd }).stdout
  const browser = await openBrowser()
  t.teardown(() => browser.close())
  const { page, problems, close } = await openPage(browser, text)
  const cardOf = (name: string) => page.locator('.card', { has: page.locator('summary strong', { hasText: new RegExp(`^${name}$`) }) })

  for (const { what, name, found, says, line } of CONFLICTS) {
    await t.test(what, async t => {
      const card = cardOf(name)
      // Everything that matters is said before anything is opened.
      t.match(await card.locator('> summary').textContent(), says, 'on the closed card')
      if (!found.includes('=')) {
        t.match(await card.locator('> summary').textContent(), found)
        const row = page.locator('.finding-row', { has: page.locator('a', { hasText: `/${name}` }), hasText: found })
        t.match(await row.textContent(), says, 'in the list of all findings')
        await row.locator('a', { hasText: `/${name}` }).click()
      } else await card.locator('> summary').click()
      await page.waitForTimeout(100)
      t.ok(await card.locator('.content').isVisible())
      if (found.includes('=')) {
        t.match(await card.locator('.decision').textContent(), says)
        return
      }
      if (line !== undefined) t.match(await card.locator('tr.chosen .text code').textContent(), line, 'the link of the list leads to the line')
      const finding = card.locator('.finding', { has: page.locator('code', { hasText: found }) }).first()
      t.match(await finding.textContent(), says)
      if (line === undefined) return
      await page.keyboard.press('Escape')
      await finding.getByRole('button', { name: 'Show the line' }).click()
      t.match(await card.locator('tr.chosen .text code').textContent(), line)
    })
  }

  await t.test('a conflict of injectors has a button for each of them', async t => {
    await page.locator('.finding-row a', { hasText: '/two-writers' }).click()
    const finding = cardOf('two-writers').locator('.finding').first()
    const config = CONFLICT_FILES['inject-sidecars.yaml'].split('\n')
    for (const [name, order] of [
      ['red', 0],
      ['blue', 1],
    ] as const) {
      const line = config.findIndex(text => text.includes(`priorityClassName: ${name}`)) + 1
      await finding.getByRole('button', { name: `${name} (inject-sidecars.yaml:${line})` }).click()
      t.equal(await cardOf('two-writers').locator('.panel .origin-block').nth(order).locator('.origin-title').textContent(), `${order + 1}.${name}`)
    }
    t.same(
      await page.locator('.card .badge', { hasText: 'two writers' }).allTextContents(),
      ['± 1 field with two writers'],
      'and no rewritten probe has this badge',
    )
  })

  await t.test('an older injection shows what differs, and only that, beside each other', async t => {
    const card = cardOf('outdated')
    t.match(await card.locator('> summary').textContent(), /outdated.*2 lines differ/)
    t.same(await card.locator('tr.removed code').allTextContents(), ['image: registry.example.com/mesh/proxy:1.30.0'])
    t.same(await card.locator('tr.added code').allTextContents(), ['image: registry.example.com/mesh/proxy:1.31.0'])
    t.match(await card.locator('tr.removed + tr').getAttribute('class'), 'added')
    t.match(await card.locator('tr.removed .margin').textContent(), /manifest today.*outdated\.yaml:\d+/)
  })

  await t.test('a filter leaves the findings of the workloads that it leaves', async t => {
    const rows = () => page.locator('.finding-row').allTextContents()
    for (const [filter, want] of [
      ['zzz', []],
      ['misspelt', ['label-unknown']],
      ['two-writers', ['injector-conflict']],
    ] as const) {
      await page.locator('#filter').fill(filter)
      await page.waitForTimeout(200)
      const found = await rows()
      t.equal(found.length, want.length, filter)
      for (const [i, code] of want.entries()) t.match(found[i], code, filter)
    }
    await page.locator('#filter').fill('')
    await page.waitForTimeout(200)
    t.equal((await rows()).length > 5, true)
  })

  await t.test('one wording: what is not injected yet is not called injected', async t => {
    const card = cardOf('port')
    const shown = (await card.textContent()) ?? ''
    t.match(shown, 'Not injected yet: to be injected by Istio (revision default) with template sidecar.')
    t.notMatch(shown, /(?<!to be |yet |Not |not )injected by/i)
    t.notMatch(shown, /and it is not/)
  })

  await t.test('the tiles are filters, and lead to as many workloads as they count', async t => {
    const tiles = page.locator('#states button')
    for (const tile of await tiles.all()) {
      const words = (await tile.textContent()) ?? ''
      await tile.click()
      t.equal(await tile.getAttribute('aria-pressed'), 'true')
      t.equal(await page.locator('.card').count(), Number(/\d+/.exec(words)?.[0]), words)
      await tile.click()
    }
    t.same(await tiles.allTextContents(), ['✕ 2 with errors', '▲ 1 outdated', '● 5 not injected yet', '2 not injected', '▲ 6 with warnings'])
    t.equal(await page.locator('.card').count(), CONFLICTS.length)
  })

  await t.test('no text has backticks, and none says a name twice', async t => {
    await page.getByRole('button', { name: 'Open all' }).click()
    t.notOk(((await page.textContent('main')) ?? '').includes('`'))
    const names = await page.locator('.decision > p, .origin .label, .origin-title, .jump').allTextContents()
    t.ok(names.some(name => name === 'red') && names.some(name => name.includes('and by red and by blue')))
    for (const name of new Set(names)) t.notMatch(name, /\b(red|blue) (?:with |\/ )?\1\b/)
  })
  t.same(problems, [])
  await close()
})

function withOldConfig(cwd: string): string {
  writeFileSync(join(cwd, 'old-config.yaml'), 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: old}\nspec: {istio: {}}\n')
  return cwd
}
