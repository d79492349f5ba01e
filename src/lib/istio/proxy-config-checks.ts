// Validates a ProxyConfig as istiod does, with its messages (istio-rules.md, 8.1).
import { quote } from '../go/strconv.ts'
import { get, isObject, type Json, type JsonObject } from '../model/index.ts'
import { addressProblem, portProblem } from './addresses.ts'
import type { ProxyConfig } from './mesh-types.ts'
import { fromDurationJson } from './proto-duration.ts'
import { messageType } from './proto-schema.ts'

/** All errors in istiod's order; a caller prints them as a multierror. */
export function proxyConfigProblems(config: ProxyConfig): string[] {
  return [
    ...when(textOf(config, 'configPath') === '', 'config path must be set'),
    ...when(textOf(config, 'binaryPath') === '', 'binary path must be set'),
    ...clusterName(config),
    ...drainDuration(config.drainDuration),
    ...discoveryAddress(textOf(config, 'discoveryAddress')),
    ...tracing(get(config, 'tracing')),
    ...addressAt('statsd udp', textOf(config, 'statsdUdpAddress')),
    ...addressAt('envoy metrics service', textOf(config, 'envoyMetricsServiceAddress')),
    ...addressAt('envoy metrics service', textOf(config.envoyMetricsService, 'address')),
    ...addressAt('envoy access log service', textOf(config.envoyAccessLogService, 'address')),
    ...prefixed('invalid proxy admin port:', portProblem(numberOf(config.proxyAdminPort))),
    ...controlPlaneAuthPolicy(config.controlPlaneAuthPolicy),
    ...prefixed('invalid status port:', portProblem(numberOf(config.statusPort))),
    ...privateKeyProvider(config.privateKeyProvider).map(text => `invalid private key provider configuration: ${text}`),
    ...connectionSettings(config.connectionSettings).map(text => `invalid connection settings: ${text}`),
  ]
}

/** Findings about a duration that must be at least a millisecond long, in whole ones. */
export function durationProblem(duration: Json | undefined): string | undefined {
  const nanoseconds = fromDurationJson(duration)
  if (nanoseconds < MILLISECOND) return 'duration must be greater than 1ms'
  return nanoseconds % MILLISECOND === 0n ? undefined : 'only durations to ms precision are supported'
}

const MILLISECOND = 1_000_000n
const SECOND = 1_000n * MILLISECOND

function clusterName(config: ProxyConfig): string[] {
  if (config.serviceCluster !== undefined) return when(config.serviceCluster === '', 'service cluster must be specified')
  return when(config.tracingServiceName === undefined, 'oneof service cluster or tracing service name must be specified')
}

function drainDuration(duration: Json | undefined): string[] {
  const problem = durationProblem(duration)
  if (problem !== undefined) return [`invalid drain duration: ${problem}`]
  return when(fromDurationJson(duration) % SECOND !== 0n, 'drain time only supports durations to seconds precision')
}

function discoveryAddress(address: string): string[] {
  return address === '' ? ['discovery address must be set to the proxy discovery service'] : prefixed('invalid discovery address:', addressProblem(address))
}

function tracing(value: Json | undefined): string[] {
  const [lightstep, zipkin, datadog] = [get(value, 'lightstep'), get(value, 'zipkin'), get(value, 'datadog')]
  return [
    ...(lightstep === undefined ? [] : lightstepProblems(lightstep).map(text => `invalid lightstep config: ${text}`)),
    ...(zipkin === undefined ? [] : prefixed('invalid zipkin config:', collectorProblem(zipkin))),
    ...(datadog === undefined ? [] : prefixed('invalid datadog config:', collectorProblem(datadog))),
    ...tlsProblems(get(value, 'tlsSettings')).map(text => `invalid tracing TLS config: ${text}`),
  ]
}

function lightstepProblems(config: Json): string[] {
  const address = textOf(config, 'address')
  return [
    ...when(address === '', 'address is required'),
    ...prefixed('invalid lightstep address:', addressProblem(address)),
    ...when(textOf(config, 'accessToken') === '', 'access token is required'),
  ]
}

function collectorProblem(config: Json): string | undefined {
  return addressProblem(textOf(config, 'address').replace('$(HOST_IP)', '127.0.0.1'))
}

const CONFIG_MAP_URI = 'configmap://'

function tlsProblems(tls: Json | undefined): string[] {
  if (!isObject(tls)) return []
  const [mode, credential] = [tls.mode, textOf(tls, 'credentialName')]
  const has = (name: string) => tls[name] !== undefined
  const anyOf = (...names: string[]) => names.some(has)
  const problems = when(credential.startsWith(CONFIG_MAP_URI), 'invalid configmap:// credentialName: namespace must match the configuration namespace ""')
  if (tls.insecureSkipVerify === true) {
    if (mode === 'SIMPLE' && anyOf('caCertificates', 'credentialName', 'subjectAltNames'))
      problems.push('cannot specify CaCertificates or CredentialName or SubjectAltNames when InsecureSkipVerify is set true')
    if (mode === 'MUTUAL' && anyOf('caCertificates', 'subjectAltNames'))
      problems.push('cannot specify CaCertificates or SubjectAltNames when InsecureSkipVerify is set true')
  }
  if ((mode === 'SIMPLE' || mode === 'MUTUAL') && credential !== '') {
    if (anyOf('clientCertificate', 'caCertificates', 'privateKey', 'caCrl'))
      problems.push('cannot specify client certificates or CA certificate or CA CRL If credentialName is set')
  } else if (mode === 'MUTUAL') {
    problems.push(...when(!has('clientCertificate'), 'client certificate required for mutual tls'))
    problems.push(...when(!has('privateKey'), 'private key required for mutual tls'))
  }
  return problems
}

function addressAt(what: string, address: string): string[] {
  return address === '' ? [] : prefixed(`invalid ${what} address ${quote(address)}:`, addressProblem(address))
}

function controlPlaneAuthPolicy(policy: Json | undefined): string[] {
  if (policy === undefined || policy === 'NONE' || policy === 'MUTUAL_TLS') return []
  return [`invalid authentication policy: unrecognized control plane auth policy ${quote(String(policy))}`]
}

function privateKeyProvider(value: Json | undefined): string[] {
  if (!isObject(value)) return []
  const provider = value.cryptomb ?? value.qat
  if (provider === undefined) return ['private key provider configuration is required', 'unknown private key provider']
  const delay = get(provider, 'pollDelay')
  if (delay === undefined) return ['pollDelay is required']
  return when(fromDurationJson(delay) === 0n, 'pollDelay must be non zero')
}

const CONNECTION_SETTINGS = 'mesh.v1alpha1.ProxyConfig.ConnectionSettings'
const POSITIVE = /^(?:http_max_concurrent_streams|listener_connection_limit|global_downstream_connection_limit)$/
const WINDOW = /^http2_initial_.*_window_size$/
const MIN_WINDOW = 65_535

function connectionSettings(value: Json | undefined): string[] {
  return messageType(CONNECTION_SETTINGS).fields.flatMap(({ name, json, kind }) => {
    const setting = get(value, json)
    if (setting === undefined || (kind !== 'Int32Value' && kind !== 'Duration')) return []
    const amount = kind === 'Duration' ? Number(fromDurationJson(setting)) : numberOf(setting)
    if (WINDOW.test(name)) return when(amount < MIN_WINDOW, `${name} must be at least ${MIN_WINDOW}`)
    return POSITIVE.test(name) ? when(amount <= 0, `${name} must be positive`) : when(amount < 0, `${name} must be non-negative`)
  })
}

function when(holds: boolean, text: string): string[] {
  return holds ? [text] : []
}

function prefixed(prefix: string, problem: string | undefined): string[] {
  return problem === undefined ? [] : [`${prefix} ${problem}`]
}

function textOf(value: Json | JsonObject | undefined, key: string): string {
  const text = get(value, key)
  return typeof text === 'string' ? text : ''
}

function numberOf(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0
}
