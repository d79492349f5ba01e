// The pod page of manifests whose names are markup, scripts, addresses or turns of the writing direction: all of it is text, and what cannot be seen is shown as an escape.

import t from 'tap'
import { needsBrowser, openBrowser, openPage } from '../support/browser.ts'
import { HOSTILE_NAMES } from '../support/hostile-names.ts'
import { example, run } from '../support/rig.ts'

/** In double quotes, with escapes for everything beyond ASCII. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/gu, char => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`)
}

function deployment(evil: string, i: number): string {
  const name = quoted(evil)
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop, annotations: {${quoted(`sidecar.istio.io/${evil}`)}: ${name}}}
spec:
  template:
    metadata:
      labels: {app: web-${i}, ${quoted(`k${evil}`)}: ${name}}
      annotations: {${quoted(`a${evil}`)}: ${name}}
    spec:
      containers:
      - {name: ${name}, image: ${name}, env: [{name: ${name}, value: ${name}}], args: [${name}]}
`
}

/** Half of a surrogate pair is no YAML; one workload with a good name, so that a template is rendered to its end. */
const NAMES = [...HOSTILE_NAMES.filter(name => name !== '' && name.isWellFormed()), 'plain']

const CONFIG = `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata: {name: mesh}
spec:
  istio: {}
  injectors:
  - name: evil
    webhooks:
    - objectSelector: {}
    config:
      defaultTemplates: [evil]
      templates:
        evil: ${quoted('metadata:\n  annotations:\n    # </script><script>alert(3)</script>\u202e\n    from: template\n')}
`

t.test('hostile names on the pod page', { skip: needsBrowser }, async t => {
  const cwd = t.testdir({
    'inject-sidecars.yaml': CONFIG,
    '<img src=x onerror=alert(4)>.yaml': NAMES.map(deployment).join(''),
    'mesh.yaml': `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`,
  })
  const text = run(['check', '-o', 'html', '.'], { cwd }).stdout
  const browser = await openBrowser()
  t.teardown(() => browser.close())
  const { page, problems, close } = await openPage(browser, text)

  await t.test('nothing in the file is markup, a command or invisible', async t => {
    t.notMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/)
    t.equal(text.match(/<script/g)?.length, 2)
    t.equal(text.match(/<img|<svg|<iframe|<object|<meta http-equiv="refresh/g), null)
  })

  await t.test('everything is shown as text', async t => {
    await page.evaluate('scrollTo(0, document.body.scrollHeight)')
    t.equal(await page.locator('.card').count(), NAMES.length)
    await page.getByRole('button', { name: 'Open all' }).click()
    // All at once: one click after the other takes minutes.
    await page.evaluate("document.querySelectorAll('.toggle, details.trace > summary').forEach(each => each.click())")
    await page.locator('button.origin.own').first().click()
    t.match(await page.locator('.panel:visible').textContent(), '</script><script>alert(3)</script>\\u202e')
    const shown = (await page.textContent('main')) ?? ''
    for (const name of ['</script><script>alert(1)</script>', '<img src=x onerror=alert(1)>', '__proto__']) t.ok(shown.includes(name), name)
    t.match(shown, 'a\\u202egnp.exe')
    t.match(shown, '<img src=x onerror=alert(4)>.yaml:')
    t.equal(await page.locator('script').count(), 2)
    t.equal(await page.locator('img, svg, iframe, object, style:not(head style)').count(), 0)
  })

  await t.test('nothing ran and nothing was asked for', async t => {
    await page.locator('#filter').fill('</script> (.*')
    await page.waitForTimeout(150)
    t.same(problems, [])
    t.equal(await page.evaluate<string>("getComputedStyle(document.querySelector('h1')).display"), 'block')
  })
  await close()
})
