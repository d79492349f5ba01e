// Creates HTML from templates that escape every value, so that no text of a manifest can add an element, an attribute, a script or an address.

import assert from 'node:assert'
import { visible } from '../../lib/model/index.ts'

/** Finished markup, which only `html` creates. */
class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

/** A complete attribute for a tag, or none. */
class Attribute {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

/** An address that is safe in `href`. */
class Url {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type { Attribute, Html, Url }

/** Content of a template: strings and numbers are escaped; `undefined` and `false` are left out. */
export type Value = string | number | Html | Attribute | Url | undefined | false | readonly Value[]

/**
 * Markup with values in it. Texts are shown in one line with control and bidi characters as escapes, and are escaped for their context.
 * @throws AssertionError for a value in an unsafe context: a tag's name, an attribute without quotes, `on…`, `style`, a script
 * @example html`<b title="${name}">${name}</b>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  let context: Context = TEXT
  const markup = parts.map((part, i) => {
    context = contextAfter(context, part)
    if (i === values.length) {
      assert(context === TEXT, 'a template ends inside a tag')
      return part
    }
    return part + written(values[i], context)
  })
  return new Html(markup.join(''))
}

/**
 * An optional attribute, for use behind a tag's name or another attribute.
 * @param value `true` for one without a value, `false` or `undefined` for no attribute
 * @example html`<details${attribute('open', isOpen)}>`
 */
export function attribute(name: string, value: string | boolean | undefined): Attribute {
  assert(/^[a-z][a-z-]*$/.test(name) && isPlain(name), `no value is safe in the attribute ${name}`)
  if (value === undefined || value === false) return new Attribute('')
  return new Attribute(value === true ? ` ${name}` : ` ${name}="${escaped(value)}"`)
}

/**
 * An address for `href`: an anchor in the page, or an https URL.
 * @returns undefined for any other address, such as `javascript:`
 * @example html`<a href="${url('#pods')}">pods</a>`
 */
export function url(text: string): Url | undefined {
  return /^(?:#[\w-]*$|https:\/\/[\w.-]+(?:\/|$))/.test(text) ? new Url(text) : undefined
}

/** The text in one line, escaped for use between tags and within quotes. */
export function escaped(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, char => ENTITIES.get(char) ?? char)
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
  ['`', '&#96;'],
])

/** Context of a value in the markup. */
type Context = { readonly kind: 'text' | 'tag' } | { readonly kind: 'value'; readonly attribute: string }

const TEXT: Context = { kind: 'text' }
const TAG: Context = { kind: 'tag' }

function contextAfter(before: Context, part: string): Context {
  let context = before
  for (const [mark, attribute] of marks(part)) {
    if (context.kind === 'text') {
      if (mark === '<') context = TAG
    } else if (context.kind === 'value') {
      if (mark === '"') context = TAG
    } else {
      assert(mark !== "'", 'an attribute without double quotes')
      if (mark === '"') context = { kind: 'value', attribute }
      else if (mark === '>') context = TEXT
    }
  }
  assert(!/<(?:script|style|!|[^a-z/])/i.test(part) && !part.endsWith('<'), 'scripts, styles and comments are not part of a template')
  assert(context.kind !== 'tag' || !/=\s*$/.test(part), 'an attribute without double quotes')
  return context
}

/** The characters that change the context; for a quotation mark also the attribute before it. */
function* marks(part: string): Generator<readonly [mark: string, attribute: string]> {
  for (const [, name = '', mark = ''] of part.matchAll(/(?:([\w:-]*)=)?([<>"'])/g)) yield [mark, name]
}

function isPlain(attribute: string): boolean {
  return !/^(?:on.*|style|srcdoc|href|src|srcset|action|formaction|poster|ping|data|.*:.*)$/.test(attribute)
}

function written(value: Value, context: Context): string {
  if (value === undefined || value === false) return ''
  if (isList(value)) return value.map(item => written(item, context)).join('')
  if (context.kind === 'tag') {
    assert(value instanceof Attribute, 'only attributes stand inside a tag')
    return value.markup
  }
  if (context.kind === 'value') {
    if (context.attribute === 'href') assert(value instanceof Url, 'an address is made by url()')
    else assert(isPlain(context.attribute) && context.attribute !== '', `no value is safe in the attribute ${context.attribute}`)
    assert(!(value instanceof Html || value instanceof Attribute), 'markup inside an attribute')
    return escaped(value instanceof Url ? value.text : String(value))
  }
  assert(!(value instanceof Attribute || value instanceof Url), 'an attribute outside a tag')
  return value instanceof Html ? value.markup : escaped(String(value))
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}
