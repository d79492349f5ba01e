// The guard resource: of a kind that no cluster knows, so that applying it fails where the function that removes it never ran.

import type { Diagnostic, ResourceRef } from './diagnostic.ts'
import { FUNCTION_CONFIG_API_VERSION, GUARD_KIND } from './function-config.ts'

/** @example isGuard({ apiVersion: 'inject-sidecars.dev/v1alpha1', kind: 'InjectionGuard', name: 'guard' }) // true */
export function isGuard(ref: ResourceRef): boolean {
  return ref.kind === GUARD_KIND && ref.apiVersion.split('/')[0] === GROUP
}

const [GROUP] = FUNCTION_CONFIG_API_VERSION.split('/')

/** A guard in output that has been rendered already: the function did not run on it. */
export function guardPresent(ref: ResourceRef): Diagnostic {
  const message = 'the guard is still there: the function did not run on these resources, and nothing is injected in them'
  return { code: 'guard-present', severity: 'error', message, hint: 'build with `--enable-alpha-plugins --enable-exec`', resource: ref }
}
