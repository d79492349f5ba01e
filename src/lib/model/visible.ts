// Escapes text from manifests, file names and configuration for display, so that it cannot control a terminal, a CI system or a report.

/** Control, format and invisible characters, line ends, and halves of surrogate pairs. */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Commands of Azure Pipelines, GitHub's older runners and TeamCity, anywhere in a line. */
const MARKED_COMMAND = /##(?=(?:vso|teamcity)?\[)/gi

/** Commands of GitHub's runners at the start of a line. */
const LEADING_COMMAND = /^(\s*):(?=:)/

const SHORT = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/**
 * A text in one line in which every character can be seen: others are shown as escapes, and what a CI system would take for a command is broken by one.
 * @example visible('a\u001b[31m\n::error::x') // 'a\\u001b[31m\\n::error::x'
 */
export function visible(text: string): string {
  return text.replace(STEERING, escaped).replace(MARKED_COMMAND, '#\\u0023').replace(LEADING_COMMAND, '$1\\u003a')
}

/** As `visible` for a text of several lines, whose line ends stay. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visibleWithTabs).join('\n')
}

/** As `visible`; tabs stay, as they align a text with the line above it. */
export function visibleWithTabs(line: string): string {
  return line.includes('\t') ? breakCommands(line.split('\t').map(visible).join('\t')) : visible(line)
}

function breakCommands(line: string): string {
  return line.replace(MARKED_COMMAND, '#\\u0023').replace(LEADING_COMMAND, '$1\\u003a')
}

function escaped(char: string): string {
  const short = SHORT.get(char)
  if (short !== undefined) return short
  const code = (char.codePointAt(0) ?? 0).toString(16)
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
}

/**
 * JSON text of the same values, in which strings escape the characters that could control a terminal.
 * @param json as JSON.stringify makes it, which escapes control characters and halves of surrogate pairs
 * @example visibleJson('["##[x]"]') // '["#\\u0023[x]"]'
 */
export function visibleJson(json: string): string {
  return json.replace(UNESCAPED_IN_JSON, char => char.split('').map(unitEscape).join('')).replace(MARKED_COMMAND, '#\\u0023')
}

const UNESCAPED_IN_JSON = /[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu

function unitEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
