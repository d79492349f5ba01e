// Manifests that SOPS has encrypted (getsops.io): their checksum covers what is not encrypted, too, so that a changed file cannot be decrypted any more.

import { type Diagnostic, get, isObject, locate, type Resource } from '../lib/model/index.ts'

/**
 * Why a resource must not be changed: SOPS' checksum is in it, and covers more than what is encrypted. Undefined for any other resource.
 * @example encryptedRefusal(deployment)?.code // 'manifest-encrypted'
 */
export function encryptedRefusal(resource: Resource): Diagnostic | undefined {
  const sops = get(resource.value, 'sops')
  if (!isObject(sops) || typeof sops.mac !== 'string' || sops.mac_only_encrypted === true) return undefined
  const message = 'it is encrypted by SOPS, whose checksum covers the whole manifest: injected it could not be decrypted any more'
  const hint = 'inject what is decrypted (sops -d, or KSOPS in the kustomization), or encrypt with `mac_only_encrypted: true`'
  return locate({ code: 'manifest-encrypted', severity: 'error', message, hint, field: ['sops', 'mac'] }, resource)
}
