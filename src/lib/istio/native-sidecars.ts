// Decides whether the proxy runs as a native sidecar, an init container that keeps running (istio-rules.md, 4.5).
import { type Diagnostic, warning } from '../model/index.ts'

/**
 * `.NativeSidecars` of the template data. `mode` is istiod's ENABLE_NATIVE_SIDECARS; every kubelet version of the nodes must be new enough; without nodes a
 * supported Kubernetes is assumed.
 *
 *     nativeSidecars('auto', ['v1.34.0']) // true
 */
export function nativeSidecars(mode: string, kubeletVersions: readonly string[]): boolean {
  return mode === 'auto' ? kubeletVersions.every(supportsNativeSidecars) : mode === 'true'
}

/** Warning that istiod logs about an unknown mode, which counts as `false`. */
export function nativeSidecarsWarning(mode: string): Diagnostic | undefined {
  if (mode === 'auto' || mode === 'true' || mode === 'false') return undefined
  return warning({
    code: 'native-sidecar-unclear',
    message: `Unknown value for ENABLE_NATIVE_SIDECARS: ${mode}, defaulting to false`,
    hint: 'set pilot.env.ENABLE_NATIVE_SIDECARS in the Helm values to auto, true or false',
  })
}

/** Version in which the feature is stable. Istio compares the minor number only. */
const FIRST_MINOR = 33
const VERSION = /^v?([0-9]+(?:\.[0-9]+)*)(?:[0-9A-Za-z~-][0-9A-Za-z~.-]*)?(?:\+[0-9A-Za-z~.-]+)?$/

function supportsNativeSidecars(kubeletVersion: string): boolean {
  const numbers = VERSION.exec(kubeletVersion)?.[1]?.split('.')
  return numbers !== undefined && Number(numbers[1] ?? 0) >= FIRST_MINOR
}
