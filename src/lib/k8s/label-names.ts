// Validates label keys and label values, with the messages of apimachinery's validation package.

const NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const VALUE = `(${NAME})?`
const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'

// The same languages as the texts above, written so that no input makes them backtrack.
const NAME_PATTERN = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const SUBDOMAIN_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/

const NAME_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  `(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${NAME}')`
const VALUE_MESSAGE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  `(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${VALUE}')`
const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character " +
  `(e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`

/** Errors of a label key (apimachinery's IsQualifiedName); empty if it is valid. */
export function labelKeyProblems(key: string): string[] {
  const parts = key.split('/')
  if (parts.length > 2) return [`a valid label key ${NAME_MESSAGE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  const problems: string[] = []
  const name = parts.at(-1) ?? ''
  if (parts.length === 2) problems.push(...prefixProblems(parts[0] ?? '').map(problem => `prefix part ${problem}`))
  if (name === '') problems.push('name part must be non-empty')
  else if (byteLength(name) > 63) problems.push('name part must be no more than 63 bytes')
  if (!NAME_PATTERN.test(name)) problems.push(`name part ${NAME_MESSAGE}`)
  return problems
}

/** Errors of a label value (apimachinery's IsValidLabelValue); empty if it is valid. */
export function labelValueProblems(value: string): string[] {
  const problems: string[] = []
  if (byteLength(value) > 63) problems.push('must be no more than 63 bytes')
  if (value !== '' && !NAME_PATTERN.test(value)) problems.push(VALUE_MESSAGE)
  return problems
}

function prefixProblems(prefix: string): string[] {
  if (prefix === '') return ['must be non-empty']
  const problems: string[] = []
  if (byteLength(prefix) > 253) problems.push('must be no more than 253 bytes')
  if (!prefix.split('.').every(label => SUBDOMAIN_LABEL.test(label))) problems.push(SUBDOMAIN_MESSAGE)
  return problems
}

/** The length in UTF-8, which Go's len counts. */
function byteLength(text: string): number {
  let length = 0
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return length
}
