// Reads the values of scalars with a tag: YAML 1.1's own tags, as Go reads them.

import type { Json } from '../model/index.ts'
import { plainType, resolvePlain } from './scalar.ts'

const CORE = 'tag:yaml.org,2002:'
const DATE_TIME = /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:\.\d+)?(?:Z|[-+]\d\d:\d\d))|(?: +(\d\d?):(\d\d?):(\d\d?)(?:\.\d+)?))?$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** A scalar whose tag does not fit its text. */
export class TagError extends Error {}

/** `str` of `tag:yaml.org,2002:str`; undefined for a tag that is not YAML's own. */
export function coreTag(name: string): string | undefined {
  return name.startsWith(CORE) ? name.slice(CORE.length) : undefined
}

/**
 * The value of a scalar with a tag.
 * @throws TagError if the text does not fit the tag
 * @example taggedValue('tag:yaml.org,2002:int', '7') // 7
 */
export function taggedValue(tag: string, text: string): Json {
  const core = coreTag(tag)
  switch (core) {
    case 'bool':
    case 'int':
    case 'float':
    case 'null':
    case 'timestamp':
      return typed(core, text)
    case 'binary':
      return binary(text)
    default:
      return text
  }
}

function typed(tag: string, text: string): Json {
  const type = isTimestamp(text) ? 'timestamp' : plainType(text)
  if (type === tag) return type === 'timestamp' ? text : resolvePlain(text)
  if (tag === 'float' && type === 'int') return resolvePlain(text)
  throw new TagError(`cannot decode !!${type} \`${text}\` as a !!${tag}`)
}

function isTimestamp(text: string): boolean {
  const match = DATE_TIME.exec(text)
  if (match === null) return false
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .filter(part => part !== undefined)
    .map(Number)
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
  return isDay && hour < 24 && minute < 60 && second < 60
}

function binary(text: string): string {
  const digits = text.replace(/[\r\n]/g, '')
  if (!BASE64.test(digits)) throw new TagError('!!binary value contains invalid base64 data')
  return utf8(Uint8Array.from(atob(digits), char => char.charCodeAt(0)))
}

/** Decodes UTF-8; each invalid byte becomes U+FFFD, as in Go. */
function utf8(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true })
  const decode = (part: Uint8Array): string | undefined => {
    try {
      return decoder.decode(part)
    } catch {
      return undefined
    }
  }
  const whole = decode(bytes)
  if (whole !== undefined) return whole
  const parts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find(count => at + count <= bytes.length && decode(bytes.subarray(at, at + count)) !== undefined)
    parts.push(length === undefined ? '\ufffd' : (decode(bytes.subarray(at, at + length)) ?? ''))
    at += length ?? 1
  }
  return parts.join('')
}
