// Floods in templates.

import { type FloodCase, injector, nested, repeated } from './make.ts'

const template = (name: string, count: number, make: (n: number) => string): FloodCase => ({
  name: `template: ${name}`,
  count,
  make: n => injector({ template: make(n) }),
})

export const TEMPLATES: readonly FloodCase[] = [
  template('if', 10_000, n => nested('{{if true}}', '{{end}}', n)),
  template('if that are never closed', 50_000, n => '{{if true}}'.repeat(n)),
  template('else if', 10_000, n => `{{if false}}${'{{else if false}}'.repeat(n)}{{end}}`),
  template('with', 10_000, n => nested('{{with .}}', '{{end}}', n)),
  template('range', 10_000, n => nested('{{range $i, $x := .Spec.Containers}}', '{{end}}', n)),
  template('parentheses', 50_000, n => `{{ ${nested('(', ')', n, '1')} }}`),
  template('parentheses that are never closed', 100_000, n => `{{ ${'('.repeat(n)}`),
  template('pipelines', 50_000, n => `# {{ 1 ${'| print '.repeat(n)}}}`),
  template('calls in one another', 10_000, n => `# {{ ${nested('(not ', ')', n, 'true')} }}`),
  template('fields', 50_000, n => `# {{ .Values${'.a'.repeat(n)} }}`),
  template('variables', 20_000, n => repeated(n, i => `{{ $v${i} := ${i} }}`)),
  template('define', 10_000, n => repeated(n, i => `{{ define "t${i}" }}{{ end }}`)),
  template(
    'templates that call one another',
    10_000,
    n => `${repeated(n, i => `{{ define "t${i}" }}{{ template "t${i + 1}" }}{{ end }}`)}{{ define "t${n}" }}{{ end }}{{ template "t0" }}`,
  ),
  template('block', 5000, n => nested('{{ block "a" . }}', '{{ end }}', n)),
  template('actions', 100_000, n => `# ${'{{ 1 }}'.repeat(n)}`),
  template('comments', 100_000, n => '{{/* a */}}'.repeat(n)),
  template('arguments', 50_000, n => `# {{ list ${'1 '.repeat(n)}| len }}`),
  template('and', 50_000, n => `# {{ and ${'true '.repeat(n)} }}`),
  template('conditions of a regular expression', 10_000, n => `# {{ regexMatch "${nested('(', ')', n, 'a')}" "a" }}`),
  template('repetitions in a regular expression', 1000, n => `# {{ regexMatch "${nested('(', '){2}', n, 'a')}" "a" }}`),
  template('alternatives in a regular expression', 10_000, n => `# {{ regexMatch "${'a|'.repeat(n)}b" "c" }}`),
  template('a regular expression over a long text', 300_000, n => `# {{ regexFindAll "(a|b|ab)*c" (repeat ${n} "ab") -1 | len }}`),
  template('replacements', 300_000, n => `# {{ repeat ${n} "ab" | replace "a" "bb" | len }}`),
  template('lists of lists', 10_000, n => `{{ $l := list }}{{ range until ${n} }}{{ $l = list $l }}{{ end }}# {{ $l }}`),
  template('lists of lists as JSON', 10_000, n => `{{ $l := list }}{{ range until ${n} }}{{ $l = list $l }}{{ end }}# {{ toJson $l }}`),
  template('texts that grow', 3000, n => `{{ $l := "" }}{{ range until ${n} }}{{ $l = print $l "x" }}{{ end }}# {{ len $l }}`),
  template('lists that grow', 3000, n => `{{ $l := list }}{{ range until ${n} }}{{ $l = append $l 1 }}{{ end }}# {{ len $l }}`),
  template('lines', 100_000, n => `metadata:\n  annotations:\n${repeated(n, i => `    a${i}: b\n`)}`),
  template('containers', 5000, n => `spec:\n  containers:\n${repeated(n, i => `  - {name: c${i}, image: a}\n`)}`),
  template('containers in a loop', 5000, n => `spec:\n  containers:\n{{ range until ${n} }}  - {name: c{{ . }}, image: a}\n{{ end }}`),
  template('brackets in the output', 1_000_000, n => `metadata: ${'['.repeat(n)}`),
  template('fromJson', 100_000, n => `# {{ fromJson (printf "%s%s" (repeat ${n} "[") (repeat ${n} "]")) }}`),
  template('errors of one template', 10_000, n => `{{ fail (repeat ${n} "x\\n") }}`),
  { name: 'default templates', count: 1000, make: n => injector({ defaultTemplates: `[${'sidecar, '.repeat(n)}]` }) },
]
