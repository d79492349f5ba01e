// The shell of every page: one file without network, whose content security policy allows its own style sheet and script by their digests and nothing else.

import { createHash } from 'node:crypto'
import { visibleWithTabs } from '../../lib/model/index.ts'
import { VERSION } from '../version.ts'
import { escaped, type Html } from './html.ts'

export interface Page {
  readonly title: string
  /** From `generated/`, as is the script. */
  readonly style: string
  readonly script: string
  /** Data of the script: numbers, strings, lists, and objects with keys that are written in the code. */
  readonly data: object
  readonly body: Html
}

/**
 * The text of a page. Its footer has the program's version, and no date, so that the same input gives the same text.
 * @example page({ title: 'Pods', style: STYLE, script: SCRIPT, data: { pods: [] }, body: html`<main id="pods"></main>` })
 */
export function page({ title, style, script, data, body }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src ${digest(style)}`,
    `script-src ${digest(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
${body.markup}
<footer class="page-foot">inject-sidecars ${VERSION}</footer>
<script type="application/json" id="data">${dataText(data)}</script>
<script>${script}</script>
</body>
</html>
`
}

/**
 * JSON for inside a script element. In texts, control, bidi and other invisible characters are escapes that can be seen; tabs stay.
 * @example dataText({ name: '</script>' }) // '{"name":"\\u003c/script\\u003e"}'
 */
export function dataText(data: object): string {
  const json = JSON.stringify(data, (_key, value: unknown) => (typeof value === 'string' ? visibleWithTabs(value) : value))
  return json.replace(/[<>&\u2028\u2029]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function digest(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
