// Refuses Sprig's functions whose result does not depend on their arguments alone: they parse, and fail when they are called, unless a program overrides them.

import { TIME } from '../go/time.ts'
import { GoError, type GoType, INT, LIST, STRING } from '../go/value.ts'
import { CERTIFICATE } from './certificate.ts'
import { any, type Entries } from './define.ts'

interface Signature {
  readonly params: readonly GoType[]
  readonly result: GoType
  /** Thing outside of the input that the function depends on. */
  readonly why: string
}

const CLOCK = 'the current time'
const RANDOM = 'random numbers'
const ENVIRONMENT = 'environment variables'
const SELF_SIGNED = [STRING, LIST, LIST, INT]

const SIGNATURES: ReadonlyMap<string, Signature> = new Map([
  ['now', { params: [], result: TIME, why: CLOCK }],
  ['ago', { params: [any.type], result: STRING, why: CLOCK }],
  ['env', { params: [STRING], result: STRING, why: ENVIRONMENT }],
  ['expandenv', { params: [STRING], result: STRING, why: ENVIRONMENT }],
  ['getHostByName', { params: [STRING], result: STRING, why: 'the network' }],
  ['uuidv4', { params: [], result: STRING, why: RANDOM }],
  ['shuffle', { params: [STRING], result: STRING, why: RANDOM }],
  ['randInt', { params: [INT, INT], result: INT, why: RANDOM }],
  ...['randAlpha', 'randAlphaNum', 'randAscii', 'randBytes', 'randNumeric'].map((name): [string, Signature] => [
    name,
    { params: [INT], result: STRING, why: RANDOM },
  ]),
  ['bcrypt', { params: [STRING], result: STRING, why: RANDOM }],
  ['encryptAES', { params: [STRING, STRING], result: STRING, why: RANDOM }],
  ['genPrivateKey', { params: [STRING], result: STRING, why: RANDOM }],
  ['genCA', { params: [STRING, INT], result: CERTIFICATE, why: RANDOM }],
  ['genCAWithKey', { params: [STRING, INT, STRING], result: CERTIFICATE, why: CLOCK }],
  ['genSelfSignedCert', { params: SELF_SIGNED, result: CERTIFICATE, why: RANDOM }],
  ['genSelfSignedCertWithKey', { params: [...SELF_SIGNED, STRING], result: CERTIFICATE, why: CLOCK }],
  ['genSignedCert', { params: [...SELF_SIGNED, CERTIFICATE], result: CERTIFICATE, why: RANDOM }],
  ['genSignedCertWithKey', { params: [...SELF_SIGNED, CERTIFICATE, STRING], result: CERTIFICATE, why: CLOCK }],
])

/** Functions refused when called, with what each depends on. */
export const REFUSED: ReadonlyMap<string, string> = new Map(Array.from(SIGNATURES, ([name, { why }]) => [name, why]))

/** The functions by name, each of which fails when it is called. */
export function refusedFuncs(): Entries {
  return Array.from(SIGNATURES, ([name, { params, result, why }]) => [name, { params, result, call: () => refuse(name, why) }] as const)
}

function refuse(name: string, why: string): never {
  throw notAvailable(name, why)
}

/** The error of a function that needs something which a render must not depend on. */
export function notAvailable(name: string, why: string): GoError {
  return new GoError(`${name} is not available: it depends on ${why}, and output must depend on the input alone; put the value into the template or its values`)
}
