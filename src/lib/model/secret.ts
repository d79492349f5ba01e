// Redacts values that no message may show: data of Secrets and ConfigMaps, and values of environment variables. Messages show the key and position instead.

import type { FieldPath, Json } from './json.ts'

/** The text in place of a redacted value. */
export const CONCEALED = '…'

/** Keys whose values are secret anywhere. `literals` are those of kustomize's generators. */
const SECRET_KEYS: ReadonlySet<FieldPath[number]> = new Set([
  'data',
  'stringData',
  'binaryData',
  'value',
  'literals',
  // Copies of whole manifests, and of containers.
  'kubectl.kubernetes.io/last-applied-configuration',
  'proxy.istio.io/overrides',
])

/**
 * Whether the value of a key is secret.
 * @example isSecretKey('stringData') // true
 */
export function isSecretKey(key: FieldPath[number]): boolean {
  return SECRET_KEYS.has(key)
}

/**
 * Whether the keys below a secret key may be shown: those of a Secret's data say what is secret.
 * @example holdsKeys('stringData') // true
 */
export function holdsKeys(key: FieldPath[number]): boolean {
  return typeof key === 'string' && /^(?:d|stringD|binaryD)ata$/.test(key)
}

/**
 * A value as JSON for a message: no longer than `longest`, and without what is secret in it or by its path.
 * @example shownValue({ path: ['env', 0], value: { name: 'PASSWORD', value: 'x' }, longest: 60 }) // '{"name":"PASSWORD","value":"…"}'
 */
export function shownValue({ path, value, longest }: { readonly path: FieldPath; readonly value: Json; readonly longest: number }): string {
  if (path.some(isSecretKey)) return CONCEALED
  const text = JSON.stringify(value, (key, part: Json) => (isSecretKey(key) ? CONCEALED : part))
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/**
 * The value with redacted secrets, for a report in JSON.
 * @example withoutSecretValues({ path: [], value: { name: 'PASSWORD', value: 'x' } }) // { name: 'PASSWORD', value: '…' }
 */
export function withoutSecretValues({ path, value }: { readonly path: FieldPath; readonly value: Json }): Json {
  if (path.some(isSecretKey)) return CONCEALED
  const copy: Json = JSON.parse(JSON.stringify(value, (key, part: Json) => (isSecretKey(key) ? CONCEALED : part)))
  return copy
}

/** Minimum length of a secret: shorter values occur in many words. */
const SHORTEST = 4

/**
 * Texts in a value that messages must not repeat: those under secret keys, at any depth.
 * @example secretsIn({ env: [{ name: 'PASSWORD', value: 'hunter' }] }) // Set { 'hunter' }
 */
export function secretsIn(value: Json): ReadonlySet<string> {
  const found = new Set<string>()
  const open: { readonly value: Json; readonly isSecret: boolean }[] = [{ value, isSecret: false }]
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    const { value: part, isSecret } = each
    if (typeof part === 'string') {
      if (isSecret) for (const line of [part, ...part.split('\n')]) if (line.trim().length >= SHORTEST) found.add(line.trim())
    } else if (typeof part === 'object' && part !== null) {
      for (const [key, inner] of Object.entries(part)) open.push({ value: inner, isSecret: isSecret || isSecretKey(key) })
    } else if (isSecret && String(part).length >= SHORTEST) found.add(String(part))
  }
  return found
}

/**
 * A text in which `…` stands in place of each secret, also of one that is written with the escapes of JSON and Go.
 * @example withoutSecrets('parsing "hunter": invalid syntax', new Set(['hunter'])) // 'parsing "…": invalid syntax'
 */
export function withoutSecrets(text: string, secrets: ReadonlySet<string>): string {
  const spellings = [...secrets].flatMap(secret => [secret, JSON.stringify(secret).slice(1, -1)]).sort((a, b) => b.length - a.length)
  return spellings.reduce((result, spelling) => result.replaceAll(spelling, CONCEALED), text)
}
