// Sprig's certificate values, and buildCustomCert, which checks a given certificate and key (RFC 7468).

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { decodeBase64 } from '../go/base64.ts'
import { fromBytes } from '../go/utf8.ts'
import { Box, GoError, type GoField, type GoType, type GoValue, STRING } from '../go/value.ts'

interface Certificate {
  readonly cert: string
  readonly key: string
}

function field(name: string, read: (certificate: Certificate) => string): GoField {
  return { name, type: STRING, get: payload => read(payload as Certificate) }
}

const FIELDS: readonly GoField[] = [field('Cert', certificate => certificate.cert), field('Key', certificate => certificate.key)]

/** The type of Sprig's certificates. */
export const CERTIFICATE: GoType = {
  kind: 'struct',
  name: 'sprig.certificate',
  fields: () => FIELDS,
  field: name => FIELDS.find(candidate => candidate.name === name),
}

/**
 * Certificate and key in PEM, each in base64. The errors are Sprig's; of a key that cannot be read, only what kind it is of.
 * @throws GoError with Sprig's text
 */
export function parseCertificate(cert64: string, key64: string): GoValue {
  const cert = decoded(cert64, 'unable to decode base64 certificate')
  const key = decoded(key64, 'unable to decode base64 private key')
  const block = findBlock(cert)
  if (block === undefined) throw new GoError('unable to decode certificate')
  if (!isCertificate(block)) throw new GoError('error parsing certificate: decodedCert.Bytes: x509: malformed certificate')
  checkKey(key)
  return new Box(CERTIFICATE, { cert, key } satisfies Certificate)
}

function decoded(base64: string, otherwise: string): string {
  try {
    return fromBytes(decodeBase64(base64))
  } catch (error) {
    if (error instanceof GoError) throw new GoError(otherwise)
    throw error
  }
}

interface PemBlock {
  readonly label: string
  readonly text: string
  readonly bytes: Uint8Array
}

const BLOCK = /^-----BEGIN ([^\n]*)-----[ \t\r]*\n(?:[^\n:]+:[^\n]*\n)*([A-Za-z0-9+/=\s]*?)-----END \1-----[ \t\r]*$/m

function findBlock(pem: string): PemBlock | undefined {
  const [text, label = '', base64 = ''] = BLOCK.exec(pem) ?? []
  if (text === undefined) return undefined
  try {
    return { label, text, bytes: decodeBase64(base64.replace(/[ \t]/g, '')) }
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}

/** Node throws errors of many classes for bytes that are not a certificate. */
function succeeds(parse: () => unknown): boolean {
  try {
    parse()
    return true
  } catch {
    return false
  }
}

function isCertificate({ bytes }: PemBlock): boolean {
  return succeeds(() => new X509Certificate(bytes))
}

const KEY_KINDS: ReadonlyMap<string, string> = new Map([
  ['PRIVATE KEY', 'decoding PEM as PKCS#8'],
  ['RSA PRIVATE KEY', 'parsing RSA private key from PEM'],
  ['EC PRIVATE KEY', 'parsing EC private key from PEM'],
  ['DSA PRIVATE KEY', 'parsing DSA private key from PEM'],
])

function checkKey(key: string): void {
  const fail = (why: string): GoError => new GoError(`error parsing private key: ${why}`)
  const block = findBlock(key)
  if (block === undefined) throw fail('no PEM data in input')
  const { label, text } = block
  const kind = KEY_KINDS.get(label)
  if (kind === undefined) throw fail(label.endsWith('PRIVATE KEY') ? `invalid private key type ${label}` : `no private key data in PEM block of type ${label}`)
  if (!succeeds(() => createPrivateKey(text))) throw fail(`${kind}: asn1: structure error`)
}
