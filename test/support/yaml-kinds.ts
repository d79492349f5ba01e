// Kinds of texts on which readers of YAML differ: continuation lines, line breaks of YAML 1.1, the end of a document, long keys, scalars with a meaning.

const BREAKS = ['\n', '\r\n', '\r', '\u0085', '\u2028', '\u2029']
const INDENTATIONS = ['', ' ', '  ', '\t', ' \t ']
const BEFORE = ['', 'a: ', '- ', '- a: ', 'x:\n  y: ', 'x:\n  - ', '{a: ', '[', '? ', 'a:\n']

/** Quoted scalars over several lines, at any indentation, in all collections. */
function quotedLines(): string[] {
  const close = (before: string) => (before === '{a: ' ? '}' : before === '[' ? ']' : '')
  const quoted = (lineBreak: string, indent: string) => [
    `one${lineBreak}${indent}two`,
    `one ${lineBreak}${lineBreak}${indent} two`,
    `one${lineBreak}${indent}--- two`,
    `one${lineBreak}... ${indent}two`,
    `${lineBreak}${indent}`,
    `one\\${lineBreak}${indent}two`,
  ]
  return ['"', "'"].flatMap(quote =>
    BREAKS.flatMap(lineBreak =>
      INDENTATIONS.flatMap(indent => BEFORE.flatMap(before => quoted(lineBreak, indent).map(text => `${before}${quote}${text}${quote}${close(before)}\n`))),
    ),
  )
}

// biome-ignore format: a list
const BROKEN = ['a: b{}c: d', 'a: b {}  c', '# c{}a: 1', 'a: 1 # c{}b: 2', 'a: |{}  x{}  y{}', 'a: >{}  x{}{}  y{}   z{}', 'a:{}- 1{}- 2', '{a: 1,{}b: 2}', '[a{},b]', 'a{}: b', '- a{}- b', '--- a{}---{}b', 'a: |2-{}    x{}', 'a: >+{}  x{}{}{}b: 1', '%YAML 1.1{}---{}a: 1', 'a: &x{}  b: 1{}c: *x', 'a: !!str{}  5', '"a{}b": 1', "'a{}{}b'", 'x: y{}... {}z: 1', '? a{}: b{}? c', 'a: - b{}', 'a: b: c{}', 'k: "v"{}#c{}l: 2']

function lineBreaks(): string[] {
  const filled = (text: string, by: string) => text.replaceAll('{}', by)
  return BREAKS.flatMap(each =>
    BROKEN.flatMap(text => [
      filled(text, each),
      `${filled(text, each)}${each}`,
      `${each}${filled(text, each)}`,
      filled(text, `${each}${each}`),
      filled(text, ` ${each} `),
    ]),
  )
}

// biome-ignore format: a list
const ENDS = ['...', '...\n', '... # c\na: 1', '...\na: 1', '---\n...\n', '---\n...\na: 1', 'a: 1\n...\nb: 2', 'a: 1\n...\n---\nb: 2', '...a: 1', '....', '---...', '--- ...', '\n...\na: 1', '# c\n...\n---\na: 1', 'a: 1\n---\n: bad ][', 'a: 1\n- b', 'a: 1\nb', '{a: 1} x', '{a: 1}\nb: 2', '[a] b: c', '"a" b', '"a": b\n"c"', 'a\nb: c', '- a\nb: c', 'a: 1\n\tb: 2', 'a: 1\n @', '{a: 1}\n@', '5 # x\n6', '{}: a', '[a]: b', '!!seq []: a', '&a []: a', '&a : b', '*a', 'a: *b', '<<: {a: 1}', 'a: {<<: [{b: 1}, {b: 2, c: 3}], c: 4}', '"<<": {a: 1}', '!!merge <<: {a: 1}', '<<: 5', '<<: [5]']

// biome-ignore format: a list
const KEYS = ['{}: v', '"{}": v', "'{}': v", '{ {}: v }', '- {}: v', '? {}\n: v', '{ "{}": v }', '[{}: v]', '{}:\n  a: b', '&a {}: v', '!!str {}: v', '{}', 'a: {}: v', '{a: {}: v}']

/** Keys around the length of 1,024 characters that a simple key may have. */
function longKeys(): string[] {
  return [1, 127, 128, 1022, 1023, 1024, 1025, 1026].flatMap(length =>
    ['k', 'é', '😀'].flatMap(char => KEYS.map(key => key.replace('{}', char.repeat(Math.floor(length / char.length))))),
  )
}

// biome-ignore format: a list
const SCALARS = ['9007199254740993', '-9007199254740993', '18446744073709551615', '18446744073709551616', '1e21', '1.50', '0x1F', '0o17', '017', '0b11', '1_000', '1:30', '+1', '-0', '.5', '5.', '1e3', '1E+3', '-.inf', '.NaN', '0x', '08', '1__0', '_1', '0_7', '+.inf', '0xg', '1e', '0b2', '+0x1', '-0b1', '-0o7', '0o-7', '0b-1', '0b+1', '1e400', '-1e400', '4e-400', '12e03', '0.1e1', '1,000', '0x_1', '0b_1', 'NULL', 'nUll', '~', 'YES', 'yEs', 'Off', 'y', 'n', 'N', 'TRUE', 'tRue', '=', '<<', '2001-01-01', '2001-12-14t21:59:43.10-05:00', '!!int "5"', '!!float 5', '!!str 5', '!!bool yes', '!!null x', '!!binary aGk=', '!!int 5.5', '!!float x', '! 5', '!<tag:yaml.org,2002:int> "7"', '!local 5', '!!set {a}', '!!seq []', '!!map {}', '!!timestamp 2001-01-01']
const PLACES = ['a: {}', '- {}', '{a: {}}', '{}: a', '{}', '[{}]', '{ {}: b }', 'a: {} # c', 'a:\n  {}\n']

/** Some thousand texts, always the same. */
export function yamlKinds(): readonly string[] {
  const ends = ENDS.flatMap(text => [text, `${text}\n`, ` ${text}`, `\ufeff${text}`])
  return [...quotedLines(), ...lineBreaks(), ...ends, ...longKeys(), ...SCALARS.flatMap(scalar => PLACES.map(place => place.replace('{}', () => scalar)))]
}
