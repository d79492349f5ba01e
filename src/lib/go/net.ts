// Go's package net: hosts with ports (its documentation).

import { GoError } from './value.ts'

/** A host, without brackets, and a port that may be a name or empty. */
export interface HostPort {
  readonly host: string
  readonly port: string
}

/**
 * Go's net.SplitHostPort.
 *
 *     splitHostPort('[::1]:80') // { host: '::1', port: '80' }
 * @throws GoError `address a: missing port in address`
 */
export function splitHostPort(text: string): HostPort {
  const refuse = (why: string): GoError => new GoError(text === '' ? why : `address ${text}: ${why}`)
  const colon = text.lastIndexOf(':')
  if (colon < 0) throw refuse('missing port in address')
  const isBracketed = text.startsWith('[')
  const end = text.indexOf(']')
  if (isBracketed && end < 0) throw refuse("missing ']' in address")
  if (isBracketed && end + 1 !== colon) throw refuse(text.charAt(end + 1) === ':' ? 'too many colons in address' : 'missing port in address')
  const host = isBracketed ? text.slice(1, end) : text.slice(0, colon)
  if (!isBracketed && host.includes(':')) throw refuse('too many colons in address')
  if (text.indexOf('[', isBracketed ? 1 : 0) >= 0) throw refuse("unexpected '[' in address")
  if (text.indexOf(']', isBracketed ? end + 1 : 0) >= 0) throw refuse("unexpected ']' in address")
  return { host, port: text.slice(colon + 1) }
}
