// Sprig's hashes, encodings, ciphers and derived passwords (documentation, "Encoding Functions", "Cryptographic and Security Functions").

import { createDecipheriv, createHash, createHmac, scryptSync } from 'node:crypto'
import { decodeBase32, decodeBase64, encodeBase32, encodeBase64 } from '../go/base64.ts'
import { type Meter, spend } from '../go/limits.ts'
import { fromBytes, toBytes } from '../go/utf8.ts'
import { Box, GoError, type GoFunc, STRING, UINT32 } from '../go/value.ts'
import { CERTIFICATE, parseCertificate } from './certificate.ts'
import { type Entries, fn, type Param, text } from './define.ts'
import { notAvailable } from './refused.ts'

const counter: Param<number> = { type: UINT32, read: value => (value instanceof Box ? Number(value.value) : 0) }

/** The functions by name. */
export function cryptoFuncs(): Entries {
  return [
    ['sha1sum', hash('sha1')],
    ['sha256sum', hash('sha256')],
    ['sha512sum', hash('sha512')],
    ['adler32sum', fn([text], STRING, s => String(adler32(toBytes(s))))],
    ['b64enc', fn([text], STRING, s => encodeBase64(toBytes(s)))],
    ['b64dec', fn([text], STRING, s => orMessage(() => decodeBase64(s)))],
    ['b32enc', fn([text], STRING, s => encodeBase32(toBytes(s)))],
    ['b32dec', fn([text], STRING, s => orMessage(() => decodeBase32(s)))],
    [
      'derivePassword',
      fn([counter, text, text, text, text], STRING, (count, type, password, user, site, meter) => derivePassword({ count, type, password, user, site }, meter)),
    ],
    ['decryptAES', fn([text, text], STRING, decryptAes)],
    ['htpasswd', fn([text, text], STRING, htpasswd)],
    ['buildCustomCert', fn([text, text], CERTIFICATE, parseCertificate)],
  ]
}

function hash(algorithm: string): GoFunc {
  return fn([text], STRING, s => createHash(algorithm).update(toBytes(s)).digest('hex'))
}

const ADLER_MODULUS = 65_521

function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (const byte of bytes) {
    a = (a + byte) % ADLER_MODULUS
    b = (b + a) % ADLER_MODULUS
  }
  return b * 65_536 + a
}

/** Sprig returns the error's text in place of the result. */
function orMessage(decode: () => Uint8Array): string {
  try {
    return fromBytes(decode())
  } catch (error) {
    if (error instanceof GoError) return error.message
    throw error
  }
}

// The Master Password algorithm's templates, and what each of their letters stands for (its published specification, version 3).
const LONG =
  'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv CvcvCvccnoCvcv CvcvCvccCvcvno ' +
  'CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno ' +
  'CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno'
const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ['maximum', ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno']],
  ['long', LONG.split(' ')],
  ['medium', ['CvcnoCvc', 'CvcCvcno']],
  ['short', ['Cvcn']],
  ['basic', ['aaanaaan', 'aannaaan', 'aaannaaa']],
  ['pin', ['nnnn']],
])
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['V', 'AEIOU'],
  ['C', 'BCDFGHJKLMNPQRSTVWXYZ'],
  ['v', 'aeiou'],
  ['c', 'bcdfghjklmnpqrstvwxyz'],
  ['A', 'AEIOUBCDFGHJKLMNPQRSTVWXYZ'],
  ['a', 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz'],
  ['n', '0123456789'],
  ['o', "@&%?,=[]_:-+*$#!'^~;()/."],
  ['x', 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()'],
])
const SCOPE = 'com.lyndir.masterpassword'
const SCRYPT = { N: 32_768, r: 8, p: 2, maxmem: 128 * 1024 * 1024 }

// A tenth of a second, which is the purpose of it.
const SCRYPT_WORK = 200_000

interface PasswordRequest {
  readonly count: number
  readonly type: string
  readonly password: string
  readonly user: string
  readonly site: string
}

function derivePassword({ count, type, password, user, site }: PasswordRequest, meter: Meter): string {
  const templates = TEMPLATES.get(type)
  if (templates === undefined) return `cannot find password template ${type}`
  spend(meter, SCRYPT_WORK)
  const key = scryptSync(toBytes(password), scoped(user), 64, SCRYPT)
  const seed = createHmac('sha256', key).update(scoped(site)).update(uint32(count)).digest()
  const template = templates[(seed[0] ?? 0) % templates.length] ?? ''
  return Array.from(template, (letter, i) => {
    const chars = LETTERS.get(letter) ?? ''
    return chars[(seed[i + 1] ?? 0) % chars.length] ?? ''
  }).join('')
}

/** The algorithm's name, then the length of the text and the text. */
function scoped(s: string): Uint8Array {
  const bytes = toBytes(s)
  return Uint8Array.from([...toBytes(SCOPE), ...uint32(bytes.length), ...bytes])
}

function uint32(value: number): Uint8Array {
  return Uint8Array.from([value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff])
}

const BLOCK = 16

function decryptAes(password: string, encrypted: string): string {
  if (encrypted === '') return ''
  const key = new Uint8Array(32)
  key.set(toBytes(password).subarray(0, key.length))
  const crypt = decodeBase64(encrypted)
  const capacity = Math.floor(encrypted.length / 4) * 3
  if (crypt.length < BLOCK) throw new GoError(outOfRange(crypt.length, capacity))
  if (crypt.length % BLOCK !== 0) throw new GoError('crypto/cipher: input not full blocks')
  const decipher = createDecipheriv('aes-256-cbc', key, crypt.subarray(0, BLOCK)).setAutoPadding(false)
  const plain = Uint8Array.from([...decipher.update(crypt.subarray(BLOCK)), ...decipher.final()])
  const last = plain.at(-1)
  if (last === undefined) throw new GoError('runtime error: index out of range [-1]')
  if (last > plain.length) throw new GoError(`runtime error: slice bounds out of range [:${plain.length - last}]`)
  return fromBytes(plain.subarray(0, plain.length - last))
}

function outOfRange(length: number, capacity: number): string {
  return `runtime error: slice bounds out of range ${capacity < BLOCK ? `[:${BLOCK}] with capacity ${capacity}` : `[${BLOCK}:${length}]`}`
}

/** The hash needs a random salt, so that only the refusal of a bad name is left. */
function htpasswd(user: string): string {
  if (user.includes(':')) return `invalid username: ${user}`
  throw notAvailable('htpasswd', 'random numbers')
}
