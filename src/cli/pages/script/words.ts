// Formats texts: code spans for backticks, first sentences, numbers with nouns.

import { element } from './dom.ts'

/** The text with an element for each part in backticks. */
export function withCode(text: string): (Node | string)[] {
  return text.split('`').flatMap((part, i, all): (Node | string)[] => {
    // A backtick without its partner stays.
    if (i % 2 === 1) return i === all.length - 1 ? [`\`${part}`] : [element('code', {}, part)]
    return part === '' ? [] : [part]
  })
}

/** The text up to the first full stop, semicolon or line break. */
export function firstSentence(text: string): string {
  return /^(?:[^.;\n]|[.;](?!\s))+/.exec(text)?.[0] ?? text
}

/**
 * A number with a noun in its singular or plural.
 * @example count(1, 'workload') // '1 workload'
 */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function upperFirst(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
