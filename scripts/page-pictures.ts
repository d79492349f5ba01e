// Takes the pictures of docs/pages.md: `node scripts/page-pictures.ts`, by hand when a page looks different. Needs Chromium.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBrowser, openPage } from '../test/support/browser.ts'
import { POD_PAGE_INPUT, podPageOf } from '../test/support/pod-page.ts'

const PICTURES = join(import.meta.dirname, '../docs/images')

const folder = mkdtempSync(join(tmpdir(), 'inject-sidecars-pictures-'))
for (const [name, text] of Object.entries(POD_PAGE_INPUT)) writeFileSync(join(folder, name), text)
mkdirSync(PICTURES, { recursive: true })
const browser = await openBrowser()
const { page, close } = await openPage(browser, podPageOf(folder), { viewport: { width: 1100, height: 720 } })
await page.locator('.card', { hasText: 'shop/agent' }).locator('> summary').click()
await page.locator('tr', { hasText: 'image: registry.example.com/shipper:4' }).locator('button.origin').click()
await page.screenshot({ path: join(PICTURES, 'pod-page.png') })
await close()
await browser.close()
rmSync(folder, { recursive: true, force: true })
