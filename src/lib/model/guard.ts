// The guard resource. Clusters do not know its kind, so applying it fails if the function did not run and remove it.

import type { Diagnostic, ResourceRef } from './diagnostic.ts'
import { FUNCTION_CONFIG_API_VERSION, GUARD_KIND } from './function-config.ts'

/** @example isGuard({ apiVersion: 'inject-sidecars.dev/v1alpha1', kind: 'InjectionGuard', name: 'guard' }) // true */
export function isGuard(ref: ResourceRef): boolean {
  return ref.kind === GUARD_KIND && ref.apiVersion.split('/')[0] === GROUP
}

const [GROUP] = FUNCTION_CONFIG_API_VERSION.split('/')

/** The finding about a guard in rendered output: the function did not run on it. */
export function guardPresent(ref: ResourceRef): Diagnostic {
  const message = 'the guard is still there: the function did not run on these resources, so nothing was injected'
  return { code: 'guard-present', severity: 'error', message, hint: HINT, resource: ref }
}

const HINT =
  'for rendered output, build with `--enable-alpha-plugins --enable-exec`; for sources of a kustomization that is not among the paths, run `check --sources`; files that are injected in place need no guard: delete it'
