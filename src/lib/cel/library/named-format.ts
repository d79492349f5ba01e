// Kubernetes' named formats: `format.dns1123Label().validate(text)` (k8s.io/apiserver, pkg/cel/library, format; apimachinery's validation; OpenAPI's strfmt).

import { parseTime } from '../../go/time-parse.ts'
import { parseRequestUri } from '../../go/url.ts'
import { labelKeyProblems, labelValueProblems } from '../../k8s/label-names.ts'
import { type CostRule, sizeOf, traversal } from '../cost.ts'
import { declare, type FunctionDeclaration } from '../function.ts'
import { CelError, NONE, Opaque, Optional, type Result } from '../value.ts'
import { orCelError, payloadOf } from './parsed.ts'

const TYPE = 'kubernetes.NamedFormat'

interface Format {
  readonly problems: (text: string) => readonly string[]
  /** Length of the pattern for the format, on which costs depend. */
  readonly patternLength: number
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const LABEL_MESSAGE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character " +
  `(e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`
const LABEL_1035_MESSAGE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character " +
  "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character " +
  `(e.g. 'example.com', regex used for validation is '${LABEL}(\\.${LABEL})*')`

// The same languages, written so that no text makes them backtrack.
const IS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/
const IS_LABEL_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/

function isSubdomain(text: string): boolean {
  return text.split('.').every(label => IS_LABEL.test(label))
}

function bounded(longest: number, problem: (text: string) => string | undefined): (text: string) => string[] {
  return text => {
    const tooLong = new TextEncoder().encode(text).length > longest ? [`must be no more than ${longest} characters`] : []
    const found = problem(text)
    return found === undefined ? tooLong : [...tooLong, found]
  }
}

const label = bounded(63, text => (IS_LABEL.test(text) ? undefined : isSubdomain(text) ? 'must not contain dots' : LABEL_MESSAGE))
const label1035 = bounded(63, text => (IS_LABEL_1035.test(text) ? undefined : LABEL_1035_MESSAGE))
const subdomain = bounded(253, text => (isSubdomain(text) ? undefined : SUBDOMAIN_MESSAGE))

/** A name to which something is still to be appended may end in a dash. */
function prefix(problems: (text: string) => string[]): (text: string) => string[] {
  return text => problems(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text)
}

function uri(text: string): string[] {
  const parsed = orCelError(() => parseRequestUri(text) !== undefined)
  return parsed instanceof CelError ? [parsed.message] : []
}

function isDate(text: string): boolean {
  return orCelError(() => parseTime('2006-01-02', text) !== undefined) === true
}

function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t')
  const [whole, hours = '', minutes = '', seconds = ''] = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})$/.exec(time) ?? []
  return whole !== undefined && isDate(date) && hours <= '23' && minutes <= '59' && seconds <= '59'
}

function matching(holds: (text: string) => boolean, problem: string): (text: string) => string[] {
  return text => (holds(text) ? [] : [problem])
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/

/** The formats by the name of their function: the name that they show, and what they are. */
const FORMATS: readonly (readonly [name: string, shown: string, Format])[] = [
  ['dns1123Label', 'DNS1123Label', { problems: label, patternLength: 30 }],
  ['dns1123Subdomain', 'DNS1123Subdomain', { problems: subdomain, patternLength: 60 }],
  ['dns1035Label', 'DNS1035Label', { problems: label1035, patternLength: 30 }],
  ['qualifiedName', 'QualifiedName', { problems: labelKeyProblems, patternLength: 60 }],
  ['dns1123LabelPrefix', 'DNS1123LabelPrefix', { problems: prefix(label), patternLength: 30 }],
  ['dns1123SubdomainPrefix', 'DNS1123SubdomainPrefix', { problems: prefix(subdomain), patternLength: 60 }],
  ['dns1035LabelPrefix', 'DNS1035LabelPrefix', { problems: prefix(label1035), patternLength: 30 }],
  ['labelValue', 'LabelValue', { problems: labelValueProblems, patternLength: 40 }],
  ['uri', 'URI', { problems: uri, patternLength: 1103 }],
  ['uuid', 'uuid', { problems: matching(text => UUID.test(text), 'does not match the UUID format'), patternLength: 72 }],
  ['byte', 'byte', { problems: matching(text => BASE64.test(text), 'invalid base64'), patternLength: 84 }],
  ['date', 'date', { problems: matching(isDate, 'invalid date'), patternLength: 72 }],
  ['datetime', 'datetime', { problems: matching(isDateTime, 'invalid datetime'), patternLength: 72 }],
]

const VALUES: ReadonlyMap<unknown, Opaque> = new Map(FORMATS.map(([name, shown, payload]) => [name, new Opaque(TYPE, shown, { payload })]))

function validate(format: Opaque, text: string): Result {
  const problems = payloadOf<Format>(format).problems(text)
  return problems.length === 0 ? NONE : new Optional(problems)
}

const byPatternLength: CostRule = ([format, text]) =>
  format instanceof Opaque ? traversal(sizeOf(text) + 1) * Math.ceil(payloadOf<Format>(format).patternLength / 4) : 1

export const NAMED_FORMAT: readonly FunctionDeclaration[] = [
  ...Array.from(VALUES, ([name, value]) => declare(`format.${name}`, [[`() -> ${TYPE}`, () => value]])),
  declare('format.named', [
    [
      `(string) -> optional_type(${TYPE})`,
      name => {
        const value = VALUES.get(name)
        return value === undefined ? NONE : new Optional(value)
      },
    ],
  ]),
  declare('validate', [[`${TYPE}.(string) -> optional_type(list(string))`, (format, text) => validate(format as Opaque, text as string)]], {
    cost: byPatternLength,
  }),
]
