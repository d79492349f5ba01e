// Pages in a real browser: Debian's Chromium, driven by playwright-core. Where there is none, tests are skipped with a line that says so; in CI it must be there.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { find } from './tools.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

const EXECUTABLE = ['chromium', 'chromium-browser', 'google-chrome'].map(find).find(path => path !== undefined)

/** For `skip`: false when the tests can run, or must. */
export const needsBrowser: string | false =
  EXECUTABLE !== undefined || process.env.CI !== undefined ? false : 'Chromium is not installed: scripts/install-tools.sh installs it'

export async function openBrowser(): Promise<Browser> {
  // The sandbox needs rights that root in a container has not.
  return chromium.launch({ executablePath: EXECUTABLE ?? 'chromium', args: ['--no-sandbox', '--font-render-hinting=none', '--disable-lcd-text'] })
}

export interface Opened {
  readonly page: Page
  /** Errors of the script and of the content security policy, and every address on the network that was asked for. */
  readonly problems: readonly string[]
  readonly close: () => Promise<void>
}

/** Opens the text of a page as a file, as from a CI artifact. */
export async function openPage(browser: Browser, text: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'inject-sidecars-page-'))
  const address = pathToFileURL(join(folder, 'page.html')).href
  writeFileSync(join(folder, 'page.html'), text)
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  const problems: string[] = []
  // What the policy stops does not get here.
  await context.route(/^(?!file:)/, route => {
    problems.push(`request ${route.request().url()}`)
    return route.abort()
  })
  page.on('pageerror', error => problems.push(String(error)))
  page.on('console', message => problems.push(message.text()))
  page.on('dialog', dialog => problems.push(`dialog ${dialog.message()}`))
  await page.goto(address)
  const close = async () => {
    await context.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { page, problems, close }
}

/** What axe-core finds wrong, one line each: rule, elements. */
export async function accessibilityFindings(
  browser: Browser,
  text: string,
  options: BrowserContextOptions & { prepare?: (page: Page) => Promise<void> } = {},
): Promise<string[]> {
  const { prepare, ...context } = options
  // axe-core comes into the page as a script, which the page's own policy forbids.
  const { page, close } = await openPage(browser, text, { ...context, bypassCSP: true })
  await prepare?.(page)
  await page.addScriptTag({ path: AXE })
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> }
    }
    return (await axe.run({ resultTypes: ['violations'] })).violations
  })
  await close()
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html} ${node.failureSummary ?? ''}`))
}
