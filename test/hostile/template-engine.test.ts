// Hostile templates end with a TemplateError, soon, and names reach nothing but data.

import t from 'tap'
import { ANY, type FuncMap, type GoValue, LIST, parseTemplate, TemplateError } from '../../src/lib/template/index.ts'

/** What the template comes to: its output, or the reason why it has none. */
function outcome(text: string, data: GoValue = null, funcs: FuncMap = new Map()): string {
  try {
    return parseTemplate({ name: 't', text, funcs }).execute(data)
  } catch (error) {
    if (error instanceof TemplateError) return error.reason
    throw error
  }
}

const nested = (open: string, middle: string, close: string, times: number): string => open.repeat(times) + middle + close.repeat(times)

t.test('recursion ends with the words that Go has for it', async t => {
  const deep = 'exceeded maximum template depth (100000)'
  const blocks = nested('{{range $}}{{.}}', '{{template "r" $}}', '{{end}}', 240)
  const table: [name: string, template: string][] = [
    ['a template that calls itself', '{{define "r"}}{{template "r"}}{{end}}{{template "r"}}'],
    ['two that call each other', '{{define "a"}}{{template "b" .}}{{end}}{{define "b"}}{{with .}}{{template "a" .}}{{end}}{{end}}{{template "a" .}}'],
    ['inside of many blocks', `{{define "r"}}${blocks}{{end}}{{template "r" .}}`],
    ['with a deep expression at the end', `{{define "r"}}{{range .}}{{template "r" $}}{{end}}{{${nested('(print ', '.', ')', 240)}}}{{end}}{{template "r" .}}`],
  ]
  for (const [name, template] of table) t.equal(outcome(template, [true]), deep, name)
})

t.test('recursion that ends is followed hundreds of templates deep', async t => {
  let chain: GoValue = new Map([['last', true]])
  for (let i = 0; i < 500; i++) chain = new Map([['next', chain]])
  t.equal(outcome('{{define "r"}}{{with .next}}.{{template "r" .}}{{end}}{{end}}{{template "r" .}}', chain), '.'.repeat(500))
})

t.test('work and output are limited', async t => {
  const work = 'execution exceeds the limit of 2000000 units of work'
  const long = 'output exceeds 4194304 characters'
  const table: [template: string, reason: string | RegExp][] = [
    ['{{range 1000000000}}{{end}}', work],
    ['{{range 9223372036854775807}}{{end}}', work],
    ['{{range 100000}}{{range 100000}}{{end}}{{end}}', work],
    [`{{range 100000000}}${'a'.repeat(1000)}{{end}}`, long],
    ['{{$x := "aaaaaaaa"}}{{range 60}}{{$x = print $x $x}}{{end}}', /^error calling print: the result would be \d+ characters long/],
    ['{{$x := printf "%1000000d" 1}}{{range 1000000}}{{$y := print $x .}}{{end}}', work],
    ['{{$x := list 1}}{{range 100}}{{$x = list $x $x}}{{end}}', /^the value is too large/],
    ['{{$x := list 1}}{{range 2000}}{{$x = list $x}}{{end}}', /^values are nested more than 1000 deep/],
  ]
  const funcs: FuncMap = new Map([['list', { params: [LIST], variadic: true, result: LIST, call: (...items: GoValue[]) => items }]])
  for (const [template, reason] of table) {
    if (typeof reason === 'string') t.equal(outcome(template, null, funcs), reason, template.slice(0, 60))
    else t.match(outcome(template, null, funcs), reason, template.slice(0, 60))
  }
})

t.test('limits can be set', async t => {
  const template = parseTemplate({ name: 't', text: '{{range .}}ab{{end}}' })
  t.equal(template.execute(3n, { limits: { maxOutput: 6, maxWork: 10 } }), 'ababab')
  t.throws(() => template.execute(4n, { limits: { maxOutput: 6 } }), /output exceeds 6 characters$/)
  t.throws(() => template.execute(11n, { limits: { maxWork: 10 } }), /execution exceeds the limit of 10 units of work$/)
})

t.test('values that contain themselves, or are far larger than they look', async t => {
  const loop = new Map<GoValue, GoValue>()
  loop.set('a', loop).set('b', loop)
  let laughs: GoValue = ['ha']
  for (let i = 0; i < 60; i++) laughs = [laughs, laughs]
  const walks: FuncMap = new Map([['walk', { params: [ANY], result: ANY, call: () => 'not called' }]])
  const nestedTooDeep = 'values are nested more than 1000 deep'
  const tooLarge = 'the value is too large: its text would exceed 4194304 characters'
  for (const template of ['{{.}}', '{{print .}}', '{{printf "%v" .}}', '{{html .}}', '{{walk .}}']) {
    t.equal(outcome(template, loop, walks), nestedTooDeep, template)
    t.equal(outcome(template, laughs, walks), tooLarge, template)
  }
  t.match(outcome('{{eq . .}}', loop), /^error calling eq: non-comparable type/)
  t.match(outcome('{{eq . .}}', laughs), /^error calling eq: non-comparable type/)
  t.equal(outcome('{{len .}}{{index . 0 | len}}', laughs), '22')
})

t.test('deep nesting in the text', async t => {
  const table: [name: string, template: string, want: string][] = [
    ['10,000 parentheses', `{{${nested('(', '1', ')', 10_000)}}}`, '1'],
    ['one more', `{{${nested('(', '1', ')', 10_001)}}}`, 'max expression depth exceeded'],
    ['a million, never closed', `{{${'('.repeat(1_000_000)}`, 'max expression depth exceeded'],
    ['calls', `{{${nested('(print ', '1', ')', 249)}}}`, '1'],
    ['more calls', `{{${nested('(print ', '1', ')', 5000)}}}`, 'max expression depth exceeded'],
    ['fields of parentheses', `{{${nested('(', '.', ').x', 5000)}}}`, 'max expression depth exceeded'],
    ['blocks', nested('{{if .}}', 'x', '{{end}}', 250), 'x'],
    ['more blocks', nested('{{if .}}', 'x', '{{end}}', 100_000), 'max block depth exceeded'],
    ['ranges', nested('{{range $}}', 'x', '{{end}}', 250), 'x'],
    ['a long chain of else if', `{{if not .}}${'{{else if not $}}'.repeat(20_000)}{{else}}x{{end}}`, 'x'],
    ['a long chain of else with', `{{with not .}}${'{{else with not $}}'.repeat(20_000)}{{else}}x{{end}}`, 'x'],
    ['many operands', `{{print ${'. '.repeat(20_000)}}}`, 'too many operands in command'],
    ['many fields', `{{.${'x.'.repeat(20_000)}x}}`, "can't evaluate field x in type []interface {}"],
    ['a long text', ' '.repeat(5_000_000), 'template has more than 4194304 characters'],
  ]
  for (const [name, template, want] of table) t.equal(outcome(template, [true]), want, name)
})

t.test('an error can quote what is nested deep', async t => {
  const error = outcome(`{{index 1 ${nested('(', '2', ')', 9000)}}}`)
  t.equal(error, "error calling index: can't index item of type int")
})

t.test('names of Object.prototype name nothing', async t => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'size', 'get', 'length']) {
    t.equal(outcome(`{{.${name}}}|{{.${name}.${name}}}|{{index . "${name}"}}`, new Map()), '<no value>|<no value>|<no value>', name)
    t.equal(outcome(`{{.${name}}}`, new Map([[name, 'mine']])), 'mine', name)
    t.equal(outcome(`{{.${name}}}`, 'text'), `can't evaluate field ${name} in type string`)
    t.equal(outcome(`{{.${name}}}`, ['item']), `can't evaluate field ${name} in type []interface {}`)
    t.equal(outcome(`{{${name} 1}}`), `function "${name}" not defined`)
    t.equal(outcome(`{{template "${name}"}}`), `template "${name}" not defined`)
    t.equal(outcome(`{{define "${name}"}}x{{end}}{{template "${name}"}}`), 'x')
    t.equal(outcome(`{{$${name} := 1}}{{$${name}}}`), '1')
  }
})
