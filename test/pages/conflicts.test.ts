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

  for (const { what, name, found, says, line } of CONFLICTS) {
    await t.test(what, async t => {
      await page.locator('#filter').fill(`shop/${name}`)
      if (found.includes('=')) await page.locator('#filter').fill(`/${name}`)
      if (found === 'label-unknown') await page.locator('#filter').fill('')
      await page.waitForTimeout(150)
      const card = page.locator('.card', { has: page.locator('summary strong', { hasText: new RegExp(`^${name}$`) }) })
      t.ok(await card.isVisible(), 'the filter shows it')
      if ((await card.locator('.content').count()) === 0) await card.locator('> summary').click()
      if (found === 'label-unknown') {
        // The namespace is wrong, and its workloads show by their state that it matters.
        t.match(await page.locator('#findings').textContent(), says)
        t.match(await card.locator('summary').first().textContent(), 'unchanged')
        return
      }
      if (found.includes('=')) {
        t.match(await card.locator('.decision').textContent(), says)
        return
      }
      const finding = card.locator('.finding', { has: page.locator('code', { hasText: found }) }).first()
      t.match(await finding.textContent(), says)
      if (line === undefined) return
      await finding.getByRole('button', { name: 'Show the line' }).click()
      t.match(await card.locator('tr.chosen .text code').textContent(), line)
    })
  }
  t.same(problems, [])
  await close()
})

function withOldConfig(cwd: string): string {
  writeFileSync(join(cwd, 'old-config.yaml'), 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: old}\nspec: {istio: {}}\n')
  return cwd
}
