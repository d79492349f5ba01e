// A YAML text that cannot be read: message in the words of Go's YAML packages, with the place (istio-rules.md, 1.4).

import { YAMLException } from 'js-yaml'

/** Lines and columns count from 1. `offset` counts UTF-16 units from the start of the text. */
export class YamlError extends Error {
  readonly offset: number
  readonly line: number
  readonly column: number

  constructor(message: string, at: { readonly offset: number; readonly line: number; readonly column: number }) {
    super(message)
    this.name = 'YamlError'
    this.offset = at.offset
    this.line = at.line
    this.column = at.column
  }
}

/** A YamlError whose place is `offset` in `text`. */
export function yamlErrorAt(message: string, text: string, offset: number): YamlError {
  const { line, column } = placeOf(text, offset)
  return new YamlError(message, { offset, line, column })
}

/** Line and column, from 1, of `offset`. Linear: for errors only. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let start = 0
  for (let next = text.indexOf('\n'); next >= 0 && next < offset; next = text.indexOf('\n', start)) {
    line++
    start = next + 1
  }
  return { line, column: offset - start + 1 }
}

/** What js-yaml threw, with Go's words where Go has words for it; anything else is rethrown. */
export function fromParser(error: unknown, text: string, base: number): YamlError {
  if (!(error instanceof YAMLException)) throw error
  const reported = Math.min(error.mark?.position ?? 0, text.length)
  const words = goWords(error.reason, text, reported)
  const position = (words === CANNOT_START ? indentingTab(text, reported) : undefined) ?? reported
  const { line, column } = placeOf(text, position)
  const unclosed = unclosedFlow(error.reason, text)
  if (unclosed !== undefined) return new YamlError(unclosed, { offset: base + position, line, column })
  // Go names the line only when it is not the first one.
  const where = line > 1 ? `line ${line}: ` : ''
  return new YamlError(`yaml: ${where}${words}`, { offset: base + position, line, column })
}

/** A flow collection that the text ends in. Go sees a further line end there, and counts lines from 0. */
function unclosedFlow(reason: string, text: string): string | undefined {
  if (!reason.startsWith('unexpected end of the stream within a flow') || !/[[{,:]\s*$/.test(text)) return undefined
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return `yaml: line ${lines}: did not find expected node content`
}

/** The tab in the indentation of the line of `position`. */
function indentingTab(text: string, position: number): number | undefined {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? ''
  const tab = indent.indexOf('\t')
  return tab < 0 ? undefined : lineStart + tab
}

function goWords(reason: string, text: string, position: number): string {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1
  const lineEnd = text.indexOf('\n', position)
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd)
  const here = text.charAt(position)
  if (here !== '' && '@%`'.includes(here)) return CANNOT_START
  if (reason.includes('tab characters') || line.startsWith('\t')) return CANNOT_START
  if (reason === 'unidentified alias') return reason
  if (reason === 'bad indentation of a sequence entry' || /^\s*[^\s-][^:]*:\s+- /.test(line)) return 'block sequence entries are not allowed in this context'
  if (reason === 'bad indentation of a mapping entry' && here === ':') return 'mapping values are not allowed in this context'
  if (reason.startsWith('bad indentation') || reason.startsWith("expected ':'") || reason.startsWith('can not read a block mapping')) {
    return /:(\s|$)/.test(line) && here === ':' ? 'mapping values are not allowed in this context' : 'did not find expected key'
  }
  if (reason.startsWith('missed comma') || reason.startsWith('unexpected end of the stream within a flow'))
    return `did not find expected ',' or '${closerAt(text, position)}'`
  if (reason.startsWith('expected the node content')) return 'did not find expected node content'
  if (reason.startsWith('unexpected end of the stream within a') && reason.includes('quoted')) return 'found unexpected end of stream'
  if (reason.startsWith('end of the stream or a document separator')) return 'did not find expected <document start>'
  if (reason.startsWith('unknown escape') || reason.startsWith('expected hexadecimal')) return 'found unknown escape character'
  if (reason.startsWith('nesting exceeded')) return 'exceeded max depth of 100'
  if (reason.includes('non-printable') || reason.includes('null byte') || reason.includes('valid JSON character')) return 'control characters are not allowed'
  return reason
}

/** What closes the innermost flow collection that is open at `position`. Quotes are looked at only roughly. */
function closerAt(text: string, position: number): string {
  const open: string[] = []
  for (const [token] of text.slice(0, position).matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|#[^\n]*|[[\]{}]/g)) {
    if (token === '[') open.push(']')
    else if (token === '{') open.push('}')
    else if (token === ']' || token === '}') open.pop()
  }
  return open.at(-1) ?? '}'
}

const CANNOT_START = 'found character that cannot start any token'
