// Kubernetes' type URL (k8s.io/apiserver, pkg/cel/library, urls; Go's net/url).

import { escapedPath, formatUrl, hostname, parseRequestUri, parseUrl, port, queryOf, type Url } from '../../go/url.ts'
import type { FunctionDeclaration } from '../function.ts'
import { CelMap, Opaque, type Result } from '../value.ts'
import { getter, orCelError, parserFunctions } from './parsed.ts'

const TYPE = 'kubernetes.URL'

function parse(text: string): Result {
  const read = (): Result => {
    // The first reading wants an absolute URL, the second one knows fragments.
    parseRequestUri(text)
    const url = parseUrl(text)
    return new Opaque(TYPE, formatUrl(url), { payload: url })
  }
  return orCelError(read, 'URL parse error during conversion from string: ')
}

function get(name: string, part: (url: Url) => string): FunctionDeclaration {
  return getter<Url>(TYPE, name, 'string', part)
}

export const URLS: readonly FunctionDeclaration[] = [
  ...parserFunctions('url', 'isURL', { type: TYPE, parse }),
  get('getScheme', ({ scheme }) => scheme),
  get('getHost', ({ host }) => host),
  get('getHostname', hostname),
  get('getPort', port),
  get('getEscapedPath', escapedPath),
  getter<Url>(TYPE, 'getQuery', 'map(string, list(string))', url => CelMap.of(queryOf(url))),
]
