// The pod page of 500 workloads: at most a megabyte, and as quick as a small one.

import t from 'tap'
import { anyDeployment, configuration, NAMESPACE } from '../bench/resource-lists.ts'
import { needsBrowser, openBrowser, openPage } from '../support/browser.ts'
import { run } from '../support/rig.ts'

const COUNT = 500

t.test('500 workloads, hardly two alike, with the configuration of Istio where it is there', async t => {
  const cwd = t.testdir({
    'apps.yaml': Array.from({ length: COUNT }, (_, i) => anyDeployment(i)).join('---\n'),
    'istio.yaml': [...configuration().documents, NAMESPACE].join('---\n'),
  })
  const { stdout: text } = run(['explain', '-o', 'html', 'apps.yaml', 'istio.yaml'], { cwd })
  t.match(text.slice(0, 20), '<!doctype html>')
  t.ok(Buffer.byteLength(text) <= 1_000_000, `${Buffer.byteLength(text)} bytes`)

  if (needsBrowser) return
  const browser = await openBrowser()
  t.teardown(() => browser.close())
  const { page, problems, close } = await openPage(browser, text)
  t.equal(await page.locator('.card').count(), COUNT)
  // The time of the script alone, for the machine may be busy with others.
  const { loaded, filtered } = await page.evaluate<{ loaded: number; filtered: number }>(`(async () => {
    const field = document.getElementById('filter')
    field.value = 'shop/web-49'
    const before = performance.now()
    field.dispatchEvent(new Event('input'))
    await new Promise(resolve => { const look = () => document.querySelectorAll('.card[hidden]').length > 0 ? resolve() : setTimeout(look, 1); look() })
    return { loaded: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd, filtered: performance.now() - before }
  })()`)
  t.comment(`${Buffer.byteLength(text)} bytes, loaded in ${Math.round(loaded)} ms, filtered in ${Math.round(filtered)} ms`)
  t.ok(loaded < 5_000)
  t.ok(filtered < 1_000)
  t.equal(await page.locator('.card:visible').count(), 11, 'web-49 and web-490 to 499')
  // Copies are decoded to the lines of the right workload.
  await page.locator('.card:visible > summary').last().click()
  t.match(await page.locator('.card[open] .pod').textContent(), 'service.istio.io/canonical-name: web-499')
  t.same(problems, [])
  await close()
})
