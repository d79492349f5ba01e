// Reads a report in JSON, which is untrusted: it is checked against fn-config/report.schema.json, and only the fields of the schema are taken over.

import { type Diagnostic, InjectError, isObject, type Json, type SourceFile } from '../lib/model/index.ts'
import { parseDocuments } from '../lib/yaml/index.ts'
import { type SchemaError, schemaFindings } from '../read/schema-findings.ts'
import { makeValidator } from './generated/validate-report.ts'
import { FLEET_SCHEMA, type FleetDrift, type FleetFinding, type FleetReport, type FleetSidecar, type FleetWorkload } from './types.ts'

/** A validator compiled by ajv. */
interface Validator {
  readonly validate: { (value: Json): boolean; readonly errors?: readonly SchemaError[] | null }
  readonly schema: Json
}

/** Maximum number of reported errors of one report. */
const TOLD = 10

export interface ReportReader {
  /**
   * The report in a text.
   * @throws InjectError `report-invalid` with the first mistakes, each with its path
   */
  read(file: SourceFile): FleetReport
}

/**
 * Creates a reader.
 * @example reportReader().read({ path: 'shop.json', text }).workloads.length // 12
 */
export function reportReader(): ReportReader {
  const validator = makeValidator() as Validator
  return { read: file => readReport(file, validator) }
}

/**
 * Whether a text begins like a report. The text may be any file of a repository.
 * @example looksLikeReport('{"command": "report", …}') // true
 */
export function looksLikeReport(beginning: string): boolean {
  return /^\uFEFF?\s*\{\s*"command"\s*:\s*"report"/.test(beginning)
}

function readReport(file: SourceFile, { validate, schema }: Validator): FleetReport {
  const value = parsed(file)
  // A later version may have other fields: that it is one is all there is to say.
  if (isObject(value) && value.command === 'report' && typeof value.schema === 'number' && value.schema > FLEET_SCHEMA) throw newer(file, value.schema)
  const findings = validate(value) ? [] : schemaFindings(value, (validate.errors ?? []).slice(0, TOLD), schema)
  const [first] = findings
  if (first === undefined) return reportIn(value as unknown as FleetReport)
  const [document] = parseDocuments(file)
  throw invalid(file, {
    message: findings.map(({ message }) => message).join('; '),
    field: first.field,
    ...(document === undefined ? {} : { at: document.positionOf(first.field) }),
  })
}

function parsed(file: SourceFile): Json {
  try {
    return JSON.parse(file.text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw invalid(file, { message: 'it is not JSON' }, error)
  }
}

function invalid({ path }: SourceFile, { message, ...facts }: Pick<Diagnostic, 'message' | 'field' | 'at'>, cause?: unknown): InjectError {
  const hint = 'a report is what `inject-sidecars report -o json` prints'
  return new InjectError({ code: 'report-invalid', message: `${path}: ${message}`, hint, at: { file: path, line: 1, column: 1 }, ...facts }, { cause })
}

function newer({ path }: SourceFile, schema: number): InjectError {
  const message = `${path}: the report has the schema version ${schema}, but this program reads ${FLEET_SCHEMA}`
  const hint = 'merge with the newest version of those that made the reports'
  return new InjectError({ code: 'report-invalid', message, hint, field: ['schema'], at: { file: path, line: 1, column: 1 } })
}

/** Copies the known fields of a valid report, and drops all others. */
function reportIn({ workloads, findings, pods }: FleetReport): FleetReport {
  return {
    workloads: workloads.map(workloadIn),
    findings: findings.map(findingIn),
    ...(pods === undefined ? {} : { pods: { pods: pods.pods, ended: pods.ended, others: pods.others } }),
  }
}

function workloadIn(workload: FleetWorkload): FleetWorkload {
  const { apiVersion, kind, namespace, name, state, why, proxy, sidecars, injectors, policies, findings, drift } = workload
  return {
    ...present(workload, ['source']),
    ...{ apiVersion, kind, namespace, name },
    ...present(workload, ['file', 'line']),
    ...{ state, why },
    ...present(workload, ['revision']),
    ...(proxy === undefined ? {} : { proxy: { image: proxy.image, ...present(proxy, ['version']), native: proxy.native } }),
    sidecars: sidecars.map(({ name: container, image, native }): FleetSidecar => ({ name: container, image, native })),
    injectors,
    policies,
    findings: findings.map(findingIn),
    ...(drift === undefined ? {} : { drift: driftIn(drift) }),
  }
}

function findingIn(finding: FleetFinding): FleetFinding {
  const { severity, code, message } = finding
  return { ...present(finding, ['source']), severity, code, message, ...present(finding, ['hint', 'file', 'line']) }
}

function driftIn({ pods, same, groups }: FleetDrift): FleetDrift {
  return { pods, same, groups: groups.map(({ kind, pods: differing, names, differences }) => ({ kind, pods: differing, names, differences })) }
}

/** The fields that are present. */
function present<Value extends object, Key extends keyof Value>(value: Value, keys: readonly Key[]): Partial<Pick<Value, Key>> {
  return Object.fromEntries(keys.flatMap(key => (Object.hasOwn(value, key) ? [[key, value[key]]] : []))) as Partial<Pick<Value, Key>>
}
