// The shell of a page in a real browser: its own script runs, anything that comes in by data does not, and the common parts are accessible.

import t from 'tap'
import { STYLE } from '../../src/cli/pages/generated/pod-page.ts'
import { html } from '../../src/cli/pages/html.ts'
import { page } from '../../src/cli/pages/page.ts'
import { badge, choiceField, counts, diffLines, filterField, fold, header, table } from '../../src/cli/pages/parts.ts'
import { VERSION } from '../../src/cli/version.ts'
import { accessibilityFindings, needsBrowser, openBrowser, openPage } from '../support/browser.ts'

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)><!--'

const PARTS = html`${header('Common parts', 'All of them.')}<main>
${counts([
  { tone: 'good', count: 3, label: 'injected' },
  { tone: 'quiet', count: 2, label: 'not injected' },
  { tone: 'notice', count: 1, label: 'changed by policy' },
  { tone: 'warning', count: 4, label: 'warnings' },
  { tone: 'error', count: 1, label: 'errors' },
])}
<div class="controls">${filterField('filter', 'Filter', 'web shop')}${choiceField('state', 'State', [{ value: 'injected', label: 'injected' }])}</div>
${table('Workloads', ['Workload', 'State'], [['Deployment shop/web', [badge('good', 'injected'), badge('warning', 'outdated'), badge('error', 'error'), badge('notice', 'policy')]]])}
${fold(
  'Changes',
  diffLines([
    ['+', 'image: b'],
    ['-', 'image: a'],
    [' ', 'name: web'],
  ]),
  { open: true },
)}
</main>`

t.test('the shell in a browser', { skip: needsBrowser }, async t => {
  const browser = await openBrowser()
  t.teardown(() => browser.close())

  await t.test('the script runs, and data and body are texts', async t => {
    const script = "document.getElementById('here').textContent = JSON.parse(document.getElementById('data').text).name"
    const text = page({
      title: HOSTILE,
      style: 'b{color:rgb(1,2,3)}',
      script,
      data: { name: HOSTILE },
      body: html`<main><b id="here"></b><i>${HOSTILE}</i></main>`,
    })
    const { page: shown, problems, close } = await openPage(browser, text)
    t.equal(await shown.textContent('#here'), HOSTILE)
    t.equal(await shown.textContent('i'), HOSTILE)
    t.equal(await shown.title(), HOSTILE)
    t.equal(await shown.textContent('footer'), `inject-sidecars ${VERSION}`)
    t.equal(await shown.evaluate("getComputedStyle(document.querySelector('b')).color"), 'rgb(1, 2, 3)')
    t.same(problems, [])
    await close()
  })

  await t.test('the policy stops scripts, styles, markup from texts, pictures and requests that are not of the page', async t => {
    const script = `
      const tried = name => act => { try { act(); } catch (error) { console.log(name + ' threw ' + error.name) } }
      tried('innerHTML')(() => { document.body.innerHTML = '<b>x</b>' })
      tried('eval')(() => eval('1'))
      const image = new Image(); image.src = 'https://example.com/x.png'
      fetch('https://example.com/').catch(() => console.log('fetch failed'))
      const style = document.createElement('style'); style.textContent = 'main{color:rgb(9,9,9)}'; document.head.append(style)`
    const { page: shown, problems, close } = await openPage(browser, page({ title: 'x', style: '', script, data: {}, body: html`<main>text</main>` }))
    await shown.waitForTimeout(100)
    t.not(await shown.evaluate("getComputedStyle(document.querySelector('main')).color"), 'rgb(9, 9, 9)')
    t.equal(await shown.textContent('main'), 'text')
    const said = problems.join('\n')
    for (const part of ['innerHTML threw TypeError', 'eval threw EvalError', 'fetch failed', 'img-src', 'connect-src', 'style-src']) t.match(said, part)
    t.notMatch(said, 'request https')
    await close()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`axe-core finds nothing in the common parts, ${colorScheme}`, async t => {
      const text = page({ title: 'Common parts', style: STYLE, script: '', data: {}, body: PARTS })
      t.same(await accessibilityFindings(browser, text, { colorScheme }), [])
    })
  }
})
