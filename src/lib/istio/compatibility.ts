// Determines the Istio version of a configuration, and the rules that differ between versions (istio-rules.md, 11).
import { type Compatibility as CompatibilitySetting, get, type JsonObject, stringAt } from '../model/index.ts'
import { CHART_LABEL, VERSION_LABEL } from './names.ts'

export type IstioVersion = '1.28' | '1.29' | '1.30' | '1.31' | '1.32'

export interface Compatibility {
  readonly version: IstioVersion
  /** V1: the values of excludeInterfaces, kubevirtInterfaces and reroute-virtual-interfaces are checked. */
  readonly interfaceValidation: boolean
  /** V2: `prometheus.io/port` must be a number that Istio does not use itself. */
  readonly prometheusPortValidation: boolean
  /** V3: `prometheus.istio.io/scrape-targets` is honoured. */
  readonly scrapeTargets: boolean
  /** V4: `prometheus.istio.io/secure-port` is written. */
  readonly securePort: boolean
  /** V5: a ProxyConfig image without type falls back to the values' variant. */
  readonly emptyImageTypeUsesVariant: boolean
  /** V8, V9: fields of mesh and proxy config that are younger than this version are dropped; undefined: none are. */
  readonly dropFieldsNewerThan: IstioVersion | undefined
}

const NEWEST: IstioVersion = '1.32'
const VERSIONS: readonly IstioVersion[] = ['1.28', '1.29', '1.30', '1.31', NEWEST]

/**
 * Whether an Istio version is older than all known ones, and so no longer gets fixes.
 * @example isRetired('1.20') // true
 */
export function isRetired(version: string): boolean {
  return VERSIONS[0] !== undefined && minorNumber(version) < minorNumber(VERSIONS[0])
}

function minorNumber(version: string): number {
  const [major, minor] = version.split('.').map(Number)
  return (major ?? 0) * 1000 + (minor ?? 0)
}

/** The rules of one Istio version. */
export function compatibilityWith(version: IstioVersion): Compatibility {
  const from = (first: IstioVersion) => VERSIONS.indexOf(version) >= VERSIONS.indexOf(first)
  return {
    version,
    interfaceValidation: from('1.30'),
    prometheusPortValidation: from('1.31'),
    scrapeTargets: from('1.31'),
    securePort: from('1.31'),
    emptyImageTypeUsesVariant: from('1.31'),
    dropFieldsNewerThan: version === NEWEST ? undefined : version,
  }
}

/**
 * The rules for a configuration: those of the setting, or with `Auto` of the version in the ConfigMap's labels, otherwise in values.global.tag, otherwise of
 * the newest version. A version before 1.28 counts as 1.28; the source tree's placeholder 1.0.0 is ignored.
 *
 *     compatibilityOf('Auto', { 'app.kubernetes.io/version': '1.29.6' }, {}).version // '1.29'
 */
export function compatibilityOf(setting: CompatibilitySetting, labels: JsonObject, values: JsonObject): Compatibility {
  if (setting !== 'Auto') return compatibilityWith(setting)
  return compatibilityWith(
    versionTexts(labels, values)
      .map(versionIn)
      .find(version => version !== undefined) ?? NEWEST,
  )
}

/**
 * The version of a configuration if it is older or newer than all known ones, and the version whose rules are used for it.
 * @example unknownVersion({ 'app.kubernetes.io/version': '1.18.5' }, {}) // { found: '1.18.5', taken: '1.28' }
 */
export function unknownVersion(labels: JsonObject, values: JsonObject): { readonly found: string; readonly taken: IstioVersion } | undefined {
  const found = versionTexts(labels, values).find(text => versionIn(text) !== undefined)
  const taken = versionIn(found)
  return found === undefined || taken === undefined || minorOf(found) === taken ? undefined : { found, taken }
}

/** The texts that may contain the version, in order of preference. */
function versionTexts(labels: JsonObject, values: JsonObject): string[] {
  const tag = get(get(values, 'global'), 'tag')
  const texts = [
    stringAt(labels, [VERSION_LABEL]),
    stringAt(labels, [CHART_LABEL])?.replace(/^.*?-(?=v?\d+\.)/, ''),
    typeof tag === 'string' && /^\d+\.\d+\./.test(tag) ? tag : undefined,
  ]
  return texts.filter(text => text !== undefined)
}

function minorOf(text: string): string | undefined {
  return /^v?(\d+\.\d+)/.exec(text)?.[1]
}

function versionIn(text: string | undefined): IstioVersion | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)(?:[.\-+]|$)/.exec(text ?? '') ?? []
  if (major === undefined || minor === undefined || (major === '1' && minor === '0')) return undefined
  if (Number(major) < 1 || (major === '1' && Number(minor) < 28)) return '1.28'
  return VERSIONS.find(version => version === `${major}.${minor}`) ?? NEWEST
}
