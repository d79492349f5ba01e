// The template engine beyond the conformance cases: delimiters, sets of templates, typed values with methods, what errors tell.

import t from 'tap'
import {
  ANY,
  Box,
  type FuncMap,
  type GoError,
  type GoField,
  type GoFunc,
  type GoType,
  type GoValue,
  INT64,
  LIST,
  parseTemplate,
  pointerTo,
  STRING,
  sliceOf,
  TemplateError,
} from '../../src/lib/template/index.ts'

const render = (text: string, data: GoValue = null, funcs: FuncMap = new Map()): string => parseTemplate({ name: 't', text, funcs }).execute(data)

function failure(run: () => unknown): TemplateError {
  try {
    run()
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error('no error')
}

const func = (params: readonly GoType[], call: (...args: never[]) => GoValue): GoFunc => ({ params, result: STRING, call: call as GoFunc['call'] })

t.test('text and actions', async t => {
  const data = new Map<GoValue, GoValue>([
    ['who', 'you'],
    ['list', ['a', 'b']],
    ['on', true],
    ['flags', [true, false, true]],
  ])
  const table: [name: string, template: string, want: string][] = [
    ['a value', 'Hello {{.who}}!', 'Hello you!'],
    ['a pipeline', '{{.who | printf "%q" | len}}', '5'],
    ['trim markers', 'a \n {{- .who -}} \n b', 'ayoub'],
    ['a comment', 'a{{/* {{.who}} */}}b', 'ab'],
    ['if, else if and else', '{{if not .on}}1{{else if .list}}2{{else}}3{{end}}', '2'],
    ['with changes dot, $ stays', '{{with .list}}{{len .}} {{$.who}}{{end}}', '2 you'],
    ['range over a list with its index', '{{range $i, $e := .list}}{{$i}}={{$e}};{{end}}', '0=a;1=b;'],
    ['range over a map in the order of its keys', '{{range $k, $v := .}}{{$k}} {{end}}', 'flags list on who '],
    ['range over an integer', '{{range 3}}{{.}}{{end}}', '012'],
    ['an assignment reaches the outer variable', '{{$n := 0}}{{range .list}}{{$n = .}}{{end}}{{$n}}', 'b'],
    ['a declaration hides it until the end of the block', '{{$n := 0}}{{if true}}{{$n := 1}}{{$n}}{{end}}{{$n}}', '10'],
    ['a declaration in an argument of and that is not evaluated', '{{$x := 1}}{{if and false ($x := 2)}}{{end}}{{$x}}', '1'],
    ['a declaration in an argument of and that is evaluated', '{{$x := 1}}{{$y := and true ($x := 2)}}{{$x}}', '2'],
    ['the same, in a loop', '{{$x := 0}}{{range $b := .flags}}{{$y := and $b ($x := 2)}}{{$x}}{{end}}', '202'],
    ['break and continue', '{{range 9}}{{if eq . 1}}{{continue}}{{end}}{{if eq . 4}}{{break}}{{end}}{{.}}{{end}}', '023'],
    ['a block is a template that may be called again', '{{block "b" .who}}<{{.}}>{{end}}{{template "b" 1}}', '<you><1>'],
    ['constants are worked out once', '{{if eq (len "abc") 3}}{{printf "%03d" 7}}{{else}}no{{end}}', '007'],
    ['and gives its first false argument', '{{and 1 0 2}}{{or 0 "" "x"}}', '0x'],
    ['a chain on parentheses', '{{(index .list 1) | len}}', '1'],
    ['%w is for errors alone', '{{printf "%w %#w" 1 "a"}}', '%!w(int=1) %!w(string="a")'],
    ['a point at the end is a verb', '{{printf "%." 1}}', '%!.(int=1)'],
    ['a complex constant', '{{1e1-0x1p1i}}', '(10-2i)'],
    ['half a character is a byte', '{{slice "é" 0 1}}{{slice "é" 1 2}}', 'é'],
  ]
  for (const [name, template, want] of table) t.equal(render(template, data), want, name)
})

t.test('delimiters may be any text', async t => {
  const table: [left: string, right: string, text: string, want: string][] = [
    ['<<', '>>', '<<.>> {{.}} <<- . ->> y', 'x {{.}}xy'],
    ['[[', ']]', '[[.]] {{.}} [[- . -]] y', 'x {{.}}xy'],
    ['(', ')', '(.) {{.}} ( . -) y', 'x {{.}} xy'],
    ['', '', '{{.}} ((.))', 'x ((.))'],
  ]
  for (const [left, right, text, want] of table) t.equal(parseTemplate({ name: 't', text, delims: [left, right] }).execute('x'), want, text)
})

t.test('texts parsed before share one set of templates', async t => {
  const set = parseTemplate({
    name: 'main',
    text: '{{define "c"}}C{{end}}{{template "a" .}}{{template "b" .}}{{template "c"}}',
    associated: [
      ['a', 'A{{.}}'],
      ['b', '{{define "c"}}old{{end}}B{{template "a" .}}'],
    ],
  })
  t.equal(set.execute(1n), 'A1BA1C')
  t.same(set.names, ['a', 'c', 'b', 'main'])
  t.equal(set.print('b'), 'B{{template "a" .}}')
  t.equal(set.print('nope'), undefined)
})

t.test('functions may be replaced when a template is executed', async t => {
  const greeting = (word: string): FuncMap => new Map([['greet', func([STRING], (name: string) => `${word} ${name}`)]])
  const template = parseTemplate({ name: 't', text: '{{greet "you"}}', funcs: greeting('Hello') })
  t.equal(template.execute(null), 'Hello you')
  t.equal(template.execute(null, { funcs: greeting('Bye') }), 'Bye you')
  t.equal(template.execute(null), 'Hello you')
})

t.test('a function named break takes the word from the language', async t => {
  const funcs = new Map([['break', func([], () => 'broken')]])
  t.equal(render('{{range .}}{{break}}{{end}}', [1n, 2n], funcs), 'brokenbroken')
})

// *Owner has the methods Name and Rename, Owner the method Upper; Pet holds an Owner, a pointer to one, and a list of them.
interface OwnerData {
  readonly name: string
}
const nameOf = (owner: GoValue): string => {
  const struct = owner instanceof Box && owner.type.kind === 'pointer' ? owner.value : owner
  return struct instanceof Box ? (struct.value as OwnerData).name : '<nil>'
}
const fieldsOf = (fields: readonly GoField[]): Pick<GoType, 'field' | 'fields'> => ({ field: name => fields.find(f => f.name === name), fields: () => fields })
const OWNER: GoType = {
  kind: 'struct',
  name: 'v1.Owner',
  ...fieldsOf([{ name: 'First', type: STRING, get: owner => (owner as OwnerData).name }]),
  method: name => (name === 'Upper' ? func([], (owner: GoValue) => nameOf(owner).toUpperCase()) : undefined),
}
const OWNER_POINTER: GoType = {
  ...pointerTo(OWNER),
  name: '*v1.Owner',
  method: name => {
    if (name === 'Name') return func([], (owner: GoValue) => `*${nameOf(owner)}`)
    if (name === 'Rename') return func([STRING, INT64], (owner: GoValue, to: string, times: Box) => `${nameOf(owner)}->${to.repeat(Number(times.value))}`)
    return OWNER.method?.(name)
  },
}
const ADDRESSABLE_OWNER: GoType = { ...OWNER, addr: OWNER_POINTER }
const PET: GoType = {
  kind: 'struct',
  name: 'v1.Pet',
  ...fieldsOf([
    { name: 'Owner', type: OWNER, get: () => new Box(OWNER, { name: 'ann' }) },
    { name: 'Friend', type: OWNER_POINTER, get: () => new Box(OWNER_POINTER, new Box(ADDRESSABLE_OWNER, { name: 'bob' })) },
    { name: 'Nobody', type: OWNER_POINTER, get: () => new Box(OWNER_POINTER, null) },
    { name: 'Any', type: ANY, get: () => null },
    { name: 'Owners', type: sliceOf(ADDRESSABLE_OWNER), get: () => new Box(sliceOf(ADDRESSABLE_OWNER), [new Box(ADDRESSABLE_OWNER, { name: 'cy' })]) },
  ]),
}
const pet = new Box(PET, {})

t.test('fields and methods of typed values', async t => {
  const table: [name: string, template: string, want: string][] = [
    ['a field of a struct', '{{.Owner.First}}', 'ann'],
    ['a method of a value', '{{.Owner.Upper}}', 'ANN'],
    ['a method of a pointer', '{{.Friend.Name}} {{.Friend.Upper}} {{.Friend.First}}', '*bob BOB bob'],
    ['a method with arguments, constants in its types', '{{.Friend.Rename "x" 2}}', 'bob->xx'],
    ['a method with a piped argument', '{{$n := 3}}{{with .Friend}}{{range $.Owners}}{{.Rename "y" 2 | printf "%s!"}}{{end}}{{end}}', 'cy->yy!'],
    ['an element has an address', '{{range .Owners}}{{.Name}}{{end}}{{(index .Owners 0).Name}}', '*cy*cy'],
    ['a method of a nil pointer', '{{.Nobody.Name}}', '*<nil>'],
    ['nil in an interface', '{{.Any}}', '<no value>'],
  ]
  for (const [name, template, want] of table) t.equal(render(template, pet), want, name)
})

t.test('what is wrong with fields is said in terms of their types', async t => {
  const table: [template: string, reason: string][] = [
    ['{{.Nope}}', "can't evaluate field Nope in type v1.Pet"],
    ['{{.Owner.Name}}', "can't evaluate field Name in type v1.Owner"],
    ['{{.Friend.Nope}}', "can't evaluate field Nope in type *v1.Owner"],
    ['{{.Nobody.First}}', 'nil pointer evaluating *v1.Owner.First'],
    ['{{.Nobody.Nope}}', "can't evaluate field Nope in type *v1.Owner"],
    ['{{.Any.x}}', 'nil pointer evaluating interface {}.x'],
    ['{{.Owner 1}}', 'Owner has arguments but cannot be invoked as function'],
    ['{{.Friend.Rename}}', 'wrong number of args for Rename: want 2 got 0'],
    ['{{.Friend.Rename 1 2}}', 'expected string; found 1'],
    ['{{.Friend.Rename "a" .Any}}', 'wrong type for value; expected int64; got interface {}'],
  ]
  for (const [template, reason] of table) t.equal(failure(() => render(template, pet)).reason, reason, template)
})

t.test('an error says where it is', async t => {
  const text = 'spec:\n  é: {{ .a }}\n  b: {{ index .list 7 | print }}\n'
  const error = failure(() => parseTemplate({ name: 'inject', text }).execute(new Map([['list', []]])))
  t.equal(error.message, 'template: inject:3:8: executing "inject" at <index .list 7>: error calling index: index out of range: 7')
  t.match(error, {
    phase: 'exec',
    template: 'inject',
    executing: 'inject',
    line: 3,
    column: 9,
    lineText: '  b: {{ index .list 7 | print }}',
    node: 'index .list 7',
    reason: 'error calling index: index out of range: 7',
  })
  t.equal((error.cause as GoError).message, 'index out of range: 7')
})

t.test('a right delimiter may begin with white space; a trim marker comes before it', async t => {
  // What Go 1.26 prints.
  const lines = ['{{', '\n'] as const
  t.equal(parseTemplate({ name: 't', text: 'x\n{{.\n-\n', delims: lines }).execute('1'), 'x\n1')
  t.equal(parseTemplate({ name: 't', text: 'x\n{{.\t\n-\nrest', delims: lines }).execute('1'), 'x\n1rest')
  t.throws(() => parseTemplate({ name: 't', text: 'x\n{{\n-\n', delims: lines }), { message: 'template: t:3: missing value for command' })
})

t.test('a text beyond the limit is refused before anything is done with it', async t => {
  // As JSON, each of these characters takes six, more than a string can hold.
  const text = '\u0001'.repeat(100_000_000)
  t.throws(() => parseTemplate({ name: 't', text }), { message: 'template: t:1: template has more than 4194304 characters' })
})

t.test('columns count characters, Go counts bytes', async t => {
  const error = failure(() => render('é世 {{ .a.b }}', new Map([['a', 1n]])))
  t.match(error.message, ':1:11: ')
  t.equal(error.column, 9)
})

t.test('a parse error says where it is', async t => {
  const error = failure(() => parseTemplate({ name: 'inject', text: 'a\n{{ if .x }}\n  {{ nope }}\n{{ end }}' }))
  t.equal(error.message, 'template: inject:3: function "nope" not defined')
  t.match(error, {
    phase: 'parse',
    template: 'inject',
    executing: undefined,
    line: 3,
    column: 6,
    lineText: '  {{ nope }}',
    node: '',
    reason: 'function "nope" not defined',
  })
})

t.test('the error of a function that executes a template is its error', async t => {
  const inner = parseTemplate({ name: 'inner', text: '{{.x.y}}' })
  const funcs = new Map([['include', func([ANY], (data: GoValue) => inner.execute(data))]])
  const error = failure(() => render('{{include .}}', new Map([['x', 1n]]), funcs))
  t.equal(error.message, `template: t:1:2: executing "t" at <include .>: error calling include: ${(error.cause as TemplateError).message}`)
  t.equal((error.cause as TemplateError).message, 'template: inner:1:4: executing "inner" at <.x.y>: can\'t evaluate field y in type interface {}')
})

t.test('a bug in a function is not taken for a mistake in the template', async t => {
  const funcs = new Map([
    [
      'broken',
      func([], () => {
        throw new TypeError('a bug')
      }),
    ],
  ])
  t.throws(() => render('{{broken}}', null, funcs), { name: 'TypeError', message: 'a bug' })
})

t.test('data is not changed, and variables are not kept', async t => {
  const data = new Map<GoValue, GoValue>([['l', ['a', 'b', 'c']]])
  const template = parseTemplate({ name: 't', text: '{{$s := slice .l 1}}{{$s}}{{$s = 1}}{{slice (slice .l 0 1) 0 3}}' })
  t.equal(template.execute(data), '[b c][a b c]')
  t.equal(template.execute(data), '[b c][a b c]')
  t.same(data, new Map([['l', ['a', 'b', 'c']]]))
})

t.test('variadic functions get their arguments singly', async t => {
  const funcs = new Map([['count', { ...func([STRING, LIST], (first: string, ...rest: GoValue[]) => `${first}${rest.length}`), variadic: true }]])
  t.equal(render('{{count "a"}} {{count "a" 1 nil "x"}} {{3 | count "a" 1}}', null, funcs), 'a0 a3 a2')
  t.equal(failure(() => render('{{count}}', null, funcs)).reason, 'wrong number of args for count: want at least 1 got 0')
})

t.test('a trace tells the line of the template that each line of the output comes from', async t => {
  const text = 'a: 1\n{{- range . }}\n- {{ . }}\n  x\n{{- end }}\n{{ define "two" }}p\nq{{ end }}{{ template "two" }}\nlast'
  const template = parseTemplate({ name: 't', text })
  const data = ['m\nn', 'o']
  const { text: output, lines } = template.trace(data)
  t.equal(output, template.execute(data))
  t.same(
    output.split('\n').map((line, i) => [line, lines[i]]),
    [
      ['a: 1', 1],
      ['- m', 3],
      ['n', 3],
      ['  x', 4],
      ['- o', 3],
      ['  x', 4],
      ['p', 6],
      ['q', 7],
      ['last', 8],
    ],
  )
})
