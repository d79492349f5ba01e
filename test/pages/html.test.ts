// The templates that pages are made of: values cannot become markup, scripts or addresses, and the shell allows nothing but its own style sheet and script.

import { createHash } from 'node:crypto'
import t from 'tap'
import { attribute, html, url } from '../../src/cli/pages/html.ts'
import { dataText, page } from '../../src/cli/pages/page.ts'
import { badge, choiceField, counts, diffLines, filterField, fold, header, table } from '../../src/cli/pages/parts.ts'

t.test('a value in text or in an attribute is text', async t => {
  const table: readonly [name: string, value: string, want: string][] = [
    ['an element', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['the end of a script', '</script><script>', '&lt;/script&gt;&lt;script&gt;'],
    ['quotes', `"'\``, '&quot;&#39;&#96;'],
    ['an entity', '&lt;', '&amp;lt;'],
    ['control characters', 'a\u001b[31m\u0000b\n', 'a\\u001b[31m\\u0000b\\n'],
    ['bidi', 'web\u202Egnp', 'web\\u202egnp'],
    ['half of a pair', '\ud800', '\\ud800'],
  ]
  for (const [name, value, want] of table) {
    t.equal(html`<b>${value}</b>`.markup, `<b>${want}</b>`, name)
    t.equal(html`<b title="x ${value} y">z</b>`.markup, `<b title="x ${want} y">z</b>`, `${name}, in an attribute`)
    t.equal(html`<b${attribute('title', value)}>z</b>`.markup, `<b title="${want}">z</b>`, `${name}, in an attribute that is optional`)
  }
})

t.test('markup, lists, numbers and nothing', async t => {
  t.equal(html`<ul>${['a<', 'b'].map(item => html`<li>${item}</li>`)}</ul>${undefined}${false}${12}`.markup, '<ul><li>a&lt;</li><li>b</li></ul>12')
  t.equal(html`<p>it's ${'x'} "quoted" ${'y'}</p>`.markup, `<p>it's x "quoted" y</p>`)
  t.equal(html`<details${attribute('open', true)}${attribute('hidden', false)}>${'x'}</details>`.markup, '<details open>x</details>')
})

t.test('a template that puts a value where none is safe is refused', async t => {
  const value = 'x'
  const unsafe: readonly [name: string, make: () => unknown][] = [
    ['a handler', () => html`<b onclick="${value}">z</b>`],
    ['a style', () => html`<b style="color: ${value}">z</b>`],
    ['an address that is a text', () => html`<a href="${value}">z</a>`],
    ['the source of a picture', () => html`<img src="${value}">`],
    ['a document', () => html`<iframe srcdoc="${value}"></iframe>`],
    ['an attribute without quotes', () => html`<b class=${value}>z</b>`],
    ['single quotes', () => html`<b class='${value}'>z</b>`],
    ['the name of an attribute', () => html`<b ${value}="z">z</b>`],
    ['the name of an element', () => html`<${value}>z`],
    ['a script', () => html`<script>${value}</script>`],
    ['a style sheet', () => html`<style>${value}</style>`],
    ['a comment', () => html`<!-- ${value} -->`],
    ['markup in an attribute', () => html`<b title="${html`<i>x</i>`}">z</b>`],
    ['an attribute in text', () => html`<b>${attribute('open', true)}</b>`],
    ['an optional handler', () => attribute('onclick', value)],
    ['an optional style', () => attribute('style', value)],
    ['an optional address', () => attribute('href', value)],
    ['a name of an attribute with markup', () => attribute('a><b', value)],
    ['a template without its end', () => html`<b class="`],
  ]
  for (const [name, make] of unsafe) t.throws(make, { name: 'AssertionError' }, name)
})

t.test('addresses are of this page or begin with https', async t => {
  t.equal(html`<a href="${url('#pod-1')}">z</a>`.markup, '<a href="#pod-1">z</a>')
  t.equal(html`<a href="${url('https://example.com/a?b="c"')}">z</a>`.markup, '<a href="https://example.com/a?b=&quot;c&quot;">z</a>')
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'http://example.com', '//example.com', 'https://a@b', ' #a', '#a b', '']) {
    t.equal(url(text), undefined, text)
  }
})

t.test('data cannot end its element, and shows what steers', async t => {
  const data = { texts: ['</script><!--', '<script>', '&amp;', '\u2028\u2029', 'a\tb', '\u202e\u0007'] }
  const text = dataText(data)
  t.notMatch(text, /[<>&\u2028\u2029]/)
  t.same(JSON.parse(text), { texts: ['</script><!--', '<script>', '&amp;', '\\u2028\\u2029', 'a\tb', '\\u202e\\u0007'] })
})

t.test('the policy names the digests of the style sheet and of the script, and allows nothing else', async t => {
  const text = page({ title: '</title>', style: 'b{color:red}', script: 'let a', data: {}, body: html`<p>x</p>` })
  const digest = (source: string) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1]?.split('; ')
  t.same(policy?.slice(0, 5), [
    "default-src 'none'",
    `style-src ${digest('b{color:red}')}`,
    `script-src ${digest('let a')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ])
  t.match(text, '<title>&lt;/title&gt;</title>')
  t.match(text, '<style>b{color:red}</style>')
  t.match(text, '<script>let a</script>')
  t.match(text, /^<!doctype html>\n<html lang="en">/)
})

t.test('the common parts escape what they are given, and say in words what their colours say', async t => {
  const name = '<i>"'
  const made = [
    header(name, name),
    badge('error', name),
    counts([{ tone: 'good', count: 12_345, label: name }]),
    filterField('a', name, name),
    choiceField('b', name, [{ value: name, label: name }]),
    table(name, [name], [[name, html`<b>${name}</b>`]]),
    fold(name, name, { open: true }),
    diffLines([
      ['+', name],
      ['-', name],
      [' ', name],
    ]),
  ]
  for (const { markup } of made) t.notMatch(markup, '<i>')
  t.match(badge('error', 'gone').markup, /✕.*gone/)
  t.match(counts([{ tone: 'good', count: 12_345, label: 'pods' }]).markup, '12,345')
  t.match(diffLines([['-', 'image: a']]).markup, 'removed: ')
})
