// The upgrade page in a real browser: what changes, for whom, what restarts; long lists, the changes of one workload, print, hostile names.

import t from 'tap'
import { upgradePage } from '../../src/cli/pages/index.ts'
import type { Budget } from '../../src/upgrade/budgets.ts'
import type { ChangedWorkload, UpgradeModel } from '../../src/upgrade/model.ts'
import { accessibilityFindings, needsBrowser, openBrowser, openPage } from '../support/browser.ts'
import { HOSTILE_NAMES } from '../support/hostile-names.ts'

const BUDGET: Budget = { namespace: 'shop', name: 'web-budget', limit: 'minAvailable: 1', value: {} }

function changed(name: string, more: Partial<ChangedWorkload> = {}): ChangedWorkload {
  return { name: `Deployment shop/${name}`, namespace: 'shop', file: `apps/${name}.yaml`, restart: 'restart', budgets: [], ...more }
}

const COMMON = Array.from({ length: 14 }, (_, i) => changed(`web-${i}`, i === 0 ? { budgets: [BUDGET] } : {}))
const JOB = changed('migrate', { name: 'Job batch/migrate', namespace: 'batch', restart: 'recreate' })
const IMAGE = { path: 'spec.containers[istio-proxy]', lines: ['-image: proxyv2:1.29', '+image: proxyv2:1.31'] }

const MODEL: UpgradeModel = {
  ...{ from: 'istio-1.29', to: 'istio-1.31', workloads: 20, unchanged: 4, failed: 1, changed: [...COMMON, JOB] },
  images: {
    changes: [{ container: 'istio-proxy', from: 'proxyv2:1.29', to: 'proxyv2:1.31', workloads: 15 }],
    added: ['proxyv2:1.31'],
    removed: ['proxyv2:1.29'],
  },
  ...{ gained: [changed('new')], lost: [] },
  groups: [
    { hunks: [IMAGE, { path: 'spec.volumes', lines: ['+- name: istio-ca-crl'] }], workloads: COMMON },
    { hunks: [IMAGE, { path: 'spec.containers[istio-proxy].env[A]', lines: [' name: A', '-value: "1"', '+value: "2"'] }], workloads: [JOB] },
  ],
  errors: { from: [], to: [{ code: 'annotation-invalid', message: 'invalid port', resource: 'Deployment shop/bad' }] },
  warnings: [{ code: 'annotation-unknown', message: 'not known' }],
}

t.test('the size is below a megabyte for 500 workloads that all change in their own way', async t => {
  const workloads = Array.from({ length: 500 }, (_, i) => changed(`workload-${i}`))
  const groups = workloads.map((workload, i) => ({ hunks: [{ ...IMAGE, lines: [...IMAGE.lines, `+value: ${i}`] }], workloads: [workload] }))
  const size = Buffer.byteLength(upgradePage({ ...MODEL, changed: workloads, groups }))
  t.equal(size < 1_000_000, true, `${size} bytes`)
})

t.test('the upgrade page in a browser', { skip: needsBrowser }, async t => {
  const browser = await openBrowser()
  t.teardown(() => browser.close())

  await t.test('what changes: a sentence, numbers, restarts, budgets, images, decisions, changes, findings', async t => {
    const { page, problems, close } = await openPage(browser, upgradePage(MODEL))
    t.equal(
      await page.textContent('.about'),
      '15 of 20 workloads change: 14 restart, 1 to be created again. Injected for the first time: 1. Cannot be injected: 1. New images: 1.',
    )
    t.same(await page.locator('.count .number').allTextContents(), ['✕ 1', '▲ 1', '● 14', '0', '✓ 4', '▲ 1'])
    t.same(await page.locator('section > h2').allTextContents(), [
      'Errors',
      'Restarts by namespace',
      'Images',
      'Other decisions',
      'Changes of pod templates',
      'New warnings',
    ])
    t.match(await page.locator('tr', { hasText: 'shop' }).first().textContent(), /restart 14 workloads.*web-budget minAvailable: 1/s)
    t.match(await page.locator('tr', { hasText: 'batch' }).first().textContent(), /create again 1 workload/)
    t.same(await page.locator('.group h3').allTextContents(), ['Change 1: 14 workloads', 'Change 2: 1 workload'])
    t.same(await page.locator('.group >> nth=1 >> .hunk >> nth=1 >> .line').allTextContents(), [' name: A', '-removed: value: "1"', '+added: value: "2"'])
    t.same(problems, [])
    await close()
  })

  await t.test('a long list shows its beginning, then all of it', async t => {
    const { page, close } = await openPage(browser, upgradePage(MODEL))
    const list = page.locator('.group >> nth=0 >> .listed')
    t.equal(await list.locator('li').count(), 10)
    await list.locator('button').click()
    t.equal(await list.locator('li').count(), 14)
    t.equal(await list.locator('li').last().textContent(), 'Deployment shop/web-13 apps/web-13.yaml')
    t.equal(await list.locator('button').count(), 0)
    await close()
  })

  await t.test('the changes of one workload, also one that the beginning of a list does not show', async t => {
    const { page, close } = await openPage(browser, upgradePage(MODEL))
    for (const [text, visible] of [
      ['web-13', [true, false]],
      ['JOB migrate', [false, true]],
      ['nothing', [false, false]],
      ['', [true, true]],
    ] as const) {
      await page.fill('#filter', text)
      await page.waitForTimeout(200)
      t.same(await Promise.all([0, 1].map(i => page.locator('.group').nth(i).isVisible())), visible, text)
    }
    await close()
  })

  await t.test('by keyboard: changes fold and unfold', async t => {
    const { page, close } = await openPage(browser, upgradePage(MODEL))
    const summary = page.locator('.group summary').first()
    await summary.focus()
    await page.keyboard.press('Enter')
    t.equal(await page.locator('.group .hunk').first().isVisible(), false)
    await page.keyboard.press('Enter')
    t.equal(await page.locator('.group .hunk').first().isVisible(), true)
    await close()
  })

  await t.test('all workloads of a list are printed', async t => {
    const { page, close } = await openPage(browser, upgradePage(MODEL))
    await page.emulateMedia({ media: 'print' })
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    t.equal(await page.locator('.group >> nth=0 >> .listed li').count(), 14)
    t.equal(await page.isVisible('#filter'), false)
    await close()
  })

  await t.test('names are texts: no element, no script, no address comes of them', async t => {
    const workloads = HOSTILE_NAMES.map(name =>
      changed('x', { name, namespace: name, file: name, budgets: [{ namespace: name, name, limit: name, value: {} }] }),
    )
    const lines = HOSTILE_NAMES.flatMap(name => [`+${name}`, `-${name}`, ` ${name}`])
    const finding = HOSTILE_NAMES.map(name => ({ code: name, message: name, resource: name }))
    const images = {
      changes: HOSTILE_NAMES.map(name => ({ container: name, from: name, to: undefined, workloads: 1 })),
      added: HOSTILE_NAMES,
      removed: HOSTILE_NAMES,
    }
    const [first = ''] = HOSTILE_NAMES
    const model = {
      ...{ ...MODEL, from: first, to: first, changed: workloads, images, gained: workloads, lost: workloads },
      ...{ groups: HOSTILE_NAMES.map(path => ({ hunks: [{ path, lines }], workloads })), errors: { from: finding, to: finding }, warnings: finding },
    }
    const { page, problems, close } = await openPage(browser, upgradePage(model))
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    t.same(problems, [])
    t.equal(await page.locator('script').count(), 2)
    t.equal(await page.locator('img, iframe, a, base, meta[http-equiv="refresh"], svg, object, form').count(), 0)
    t.equal((await page.locator('body').textContent())?.match(/[\u0000-\u0008\u200e\u202a-\u202e\u2066-\u2069]/), null)
    await close()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`axe-core finds nothing, ${colorScheme}, at 100 and at 200 % zoom, and the page does not scroll sideways`, async t => {
      t.same(await accessibilityFindings(browser, upgradePage(MODEL), { colorScheme }), [])
      const viewport = { width: 640, height: 400 }
      t.same(await accessibilityFindings(browser, upgradePage(MODEL), { colorScheme, viewport }), [])
      const { page, close } = await openPage(browser, upgradePage(MODEL), { viewport })
      t.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
      await close()
    })
  }
})
