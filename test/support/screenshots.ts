// Pictures of pages, compared with those in the repository with a tolerance; UPDATE=1 writes them anew.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import pixelmatch from 'pixelmatch'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { ROOT } from './rig.ts'

/** Antialiasing differs a little between versions of the browser. */
const TOLERATED = 0.02

/**
 * Compares what is in sight with a picture of the repository.
 * @param path of the picture, from the root of the repository
 * @returns what is wrong; undefined where the two look the same
 */
export async function differenceFromPicture(page: Page, path: string): Promise<string | undefined> {
  const file = join(ROOT, path)
  const bytes = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  const shot = PNG.sync.read(bytes)
  const before = existsSync(file) ? PNG.sync.read(readFileSync(file)) : undefined
  const share = before === undefined || before.width !== shot.width || before.height !== shot.height ? 1 : differingShare(before, shot)
  if (share <= TOLERATED) return undefined
  if (process.env.UPDATE !== undefined) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  return `${path}: ${(share * 100).toFixed(1)} % of the pixels differ; look at the page, then write the picture with UPDATE=1`
}

function differingShare(a: PNG, b: PNG): number {
  return pixelmatch(a.data, b.data, undefined, a.width, a.height, { threshold: 0.2 }) / (a.width * a.height)
}
