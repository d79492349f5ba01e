// Sprig's urlParse and urlJoin: URLs as maps of their parts (documentation of Sprig, "URL Functions").

import { EMPTY_URL, formatUrl, hostname, parseUrl, type Url } from '../go/url.ts'
import { GoError, type GoValue, MAP, STRING } from '../go/value.ts'
import { dict, type Entries, fn, type GoMap, text } from './define.ts'
import { kindName, NIL_POINTER } from './reflected.ts'

/** The functions by name. */
export function urlFuncs(): Entries {
  return [
    ['urlParse', fn([text], MAP, s => partsOf(parse(s, 'unable to parse url')))],
    ['urlJoin', fn([dict], STRING, map => join(map ?? new Map()))],
  ]
}

function parse(s: string, problem: string): Url {
  try {
    return parseUrl(s)
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`${problem}: ${error.message}`)
    throw error
  }
}

function partsOf(url: Url): GoMap {
  return new Map<GoValue, GoValue>([
    ['scheme', url.scheme],
    ['host', url.host],
    ['hostname', hostname(url)],
    ['path', url.path],
    ['query', url.query],
    ['opaque', url.opaque],
    ['fragment', url.fragment],
    ['userinfo', url.userinfo ?? ''],
  ])
}

/** The text of a URL in parts, all of them text. */
function join(map: GoMap): string {
  const part = (key: string): string => {
    if (!map.has(key)) return ''
    const value = map.get(key) ?? null
    if (typeof value === 'string') return value
    throw new GoError(value === null ? NIL_POINTER : `unable to parse ${key} key, must be of type string, but ${kindName(value)} found`)
  }
  const url = { scheme: part('scheme'), host: part('host'), path: part('path'), query: part('query'), opaque: part('opaque'), fragment: part('fragment') }
  const userinfo = part('userinfo')
  return formatUrl({ ...EMPTY_URL, ...url, userinfo: userinfo === '' ? undefined : userinfoOf(userinfo) })
}

function userinfoOf(userinfo: string): string | undefined {
  return parse(`proto://${userinfo}@host`, 'unable to parse userinfo in dict').userinfo
}
