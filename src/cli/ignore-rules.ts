// Decides which files in folders are left out, by `--exclude`, the function config's `exclude`, and .gitignore files (gitignore(5)).

import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import process from 'node:process'
import ignore, { type Ignore } from 'ignore'

/** Patterns, and the folder to which their paths are relative. */
export interface IgnoreRules {
  readonly base: string
  readonly matcher: Ignore
}

/** Maximum number of wildcards in a pattern: many wildcards make a regular expression slow. */
const MOST_WILDCARDS = 12
const LONGEST = 500

/**
 * The rules of patterns in the form of gitignore(5); undefined where there are none.
 * @example isIgnored([rulesOf(process.cwd(), ['charts/**', '!charts/a.yaml'])], resolve('charts/b.yaml'), false) // true
 */
function rulesOf(base: string, patterns: readonly string[]): IgnoreRules | undefined {
  const usable = patterns.filter(pattern => pattern.length <= LONGEST && (pattern.match(/[*?[]/g)?.length ?? 0) <= MOST_WILDCARDS)
  return usable.length === 0 ? undefined : { base, matcher: ignore().add([...usable]) }
}

/** The rules of the user's own patterns, relative to the working directory and to each named folder. */
export function excludeRules(patterns: readonly string[], folder: string): IgnoreRules[] {
  const root = process.cwd()
  const relativePatterns = patterns.map(pattern => {
    const path = isAbsolute(pattern) ? relative(root, pattern) : pattern
    return path.replace(/^\.\//, '')
  })
  return [...new Set([root, resolve(folder)])].flatMap(base => rulesOf(base, relativePatterns) ?? [])
}

/** The rules of a folder's own .gitignore. */
export function gitignoreIn(folder: string): IgnoreRules[] {
  return fileRules(resolve(folder), join(folder, '.gitignore'))
}

/** The rules of the folders above a folder of a Git repository. None if they leave out the folder itself, because it was named. */
export function gitignoreAbove(folder: string): IgnoreRules[] {
  const start = resolve(folder)
  const above: string[] = []
  for (let here = start; ; here = dirname(here)) {
    above.unshift(here)
    if (existsSync(join(here, '.git'))) break
    if (dirname(here) === here) return []
  }
  const [root = start, ...others] = above
  const folders = above.length === 1 ? [] : [root, ...others.slice(0, -1)]
  const rules = [...fileRules(root, join(root, '.git', 'info', 'exclude')), ...folders.flatMap(gitignoreIn)]
  return start !== root && isIgnored(rules, start, true) ? [] : rules
}

/** Whether a path is left out; of several matching rules the last one decides. */
export function isIgnored(rules: readonly IgnoreRules[], path: string, isFolder: boolean): boolean {
  let ignored = false
  for (const { base, matcher } of rules) {
    const below = relative(base, path)
    if (below === '' || below.startsWith('..') || isAbsolute(below)) continue
    const verdict = matcher.test(below.split(sep).join('/') + (isFolder ? '/' : ''))
    if (verdict.ignored) ignored = true
    else if (verdict.unignored) ignored = false
  }
  return ignored
}

function fileRules(base: string, path: string): IgnoreRules[] {
  let text: string
  try {
    // A pipe would be waited for without end.
    if (!statSync(path).isFile()) return []
    text = readFileSync(path, 'utf8')
  } catch {
    // Git takes one that cannot be read for none.
    return []
  }
  const rules = rulesOf(base, text.split(/\r?\n/))
  return rules === undefined ? [] : [rules]
}
