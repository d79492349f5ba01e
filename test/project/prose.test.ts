// Comments, messages, help and documentation are plain sentences. A few turns of phrase are the marks of a sentence that has to be read twice.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Node, SourceFile } from 'typescript/unstable/ast'
import { isNoSubstitutionTemplateLiteral, isStringLiteral, isTemplateHead, isTemplateMiddle, isTemplateTail } from 'typescript/unstable/ast/is'
import { commandLine } from '../../src/cli/commands.ts'
import { ROOT } from '../support/rig.ts'
import { parseSources, walk } from '../support/syntax.ts'

const MARKS: readonly RegExp[] = [
  /\b(no|some|any)body\b/i,
  /\bwhoever\b/i,
  /\bthose who\b/i,
  /\bas far as\b/i,
  /\bof its own accord\b/i,
  /\b(is|are|was|were|be) told\b/i,
  /\b(?<!\bthere )(is|are|was|were) none\b/i,
  /\b(?<!\bthere )(is|are|was|were|be) no (?!longer\b|more\b)/i,
  /\bcomes? to the same\b/i,
  /\bto be said\b/i,
  /\bcan not\b/i,
]

/** A title that begins like a question leaves out what the file is or does. */
const RIDDLE = /^\/\/ (What|Which|Where|Whether|Why|How|Who)\b/

/** The same for comments of declarations; `Whether` suits those of booleans. */
const RIDDLE_OF_DECLARATION = /^\s*\/\*\*\s*(What|Which|Where|Why|How|Who)\b/

/** Rooms whose messages are those of Go's library, Kubernetes and Istio. */
const UPSTREAM = /^src\/(lib\/(?!model\/|yaml\/)|policies\/|merge\/|render\/)/

const SOURCES = parseSources('src', 'scripts')

function marksIn(text: string): string[] {
  return MARKS.flatMap(mark => mark.exec(text)?.[0] ?? [])
}

/** Comments, each with the lines that follow each other. */
function commentsOf({ text }: SourceFile): string[] {
  return [...text.matchAll(/^ *(?:\/\/.*(?:\n *\/\/.*)*|\/\*\*[\s\S]*?\*\/)|(?<=[^:'"`/\w]) \/\/ .*$/gm)].map(([comment]) =>
    comment.replace(/\s*\n\s*(\*|\/\/)\s?/g, ' '),
  )
}

/** Texts in code, such as messages and hints. */
function stringsOf(tree: SourceFile): string[] {
  const texts: string[] = []
  walk(tree, (node: Node) => {
    const isText = isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node) || isTemplateHead(node) || isTemplateMiddle(node) || isTemplateTail(node)
    if (isText) texts.push(node.text)
  })
  return texts
}

function helpTexts(): string[] {
  const program = commandLine(() => undefined)
  return [program, ...program.commands].map(command => {
    let text = ''
    command.configureOutput({ writeOut: part => (text += part) }).outputHelp()
    return text
  })
}

/** Pages for users. Decisions tell a story, and two pages are generated from texts that are looked at here. */
function pages(): (readonly [name: string, text: string])[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md'))
  return [...docs.map(name => `docs/${name}`), 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'].map(name => [
    name,
    readFileSync(join(ROOT, name), 'utf8'),
  ])
}

t.test('the marks are found, and plain sentences have none', async t => {
  for (const text of ['Nobody reads it.', 'a text that is no manifest', 'one that is none', 'as far as is known', 'it is told of', 'can not'])
    t.not(marksIn(text).length, 0, text)
  for (const text of ['It is not a manifest.', 'where there is no manifest', 'undefined if there is none', 'it is no longer read', 'no more than one'])
    t.same(marksIn(text), [], text)
  t.match('// What a room shares.', RIDDLE)
  t.notMatch('// Reads what a room shares.', RIDDLE)
  t.match('/** What a room shares. */', RIDDLE_OF_DECLARATION)
  t.notMatch('/** Whether a room is shared. */', RIDDLE_OF_DECLARATION)
})

t.test('comments have no marks', async t => {
  const comments = [...SOURCES].flatMap(([path, tree]) => commentsOf(tree).map(comment => [path, comment] as const))
  t.ok(comments.length > 3_000, 'they are found')
  t.same(
    comments.filter(([, comment]) => marksIn(comment).length > 0).map(([path, comment]) => `${path}: ${comment.trim().slice(0, 160)}`),
    [],
  )
})

t.test('the first line of a file says what the file is or does', async t => {
  t.same(
    [...SOURCES].filter(([, { text }]) => RIDDLE.test(text)).map(([path, { text }]) => `${path}: ${text.split('\n')[0]}`),
    [],
  )
})

t.test('the comments of declarations say what they are or do: hardly one begins like a question', async t => {
  const comments = [...SOURCES].flatMap(([path, tree]) => commentsOf(tree).map(comment => `${path}: ${comment.trim().slice(0, 160)}`))
  const riddles = comments.filter(comment => RIDDLE_OF_DECLARATION.test(comment.slice(comment.indexOf(': ') + 2)))
  t.equal(riddles.length < 20, true, riddles.join('\n'))
})

t.test('messages, hints and help have no marks', async t => {
  const texts = [...SOURCES]
    .filter(([path]) => path.startsWith('src/') && !UPSTREAM.test(path))
    .flatMap(([path, tree]) => stringsOf(tree).map(text => [path, text] as const))
  const help = helpTexts().map(text => ['--help', text] as const)
  t.ok(texts.length > 3_000 && help.length > 10, 'they are found')
  t.same(
    [...texts, ...help].filter(([, text]) => marksIn(text).length > 0).map(([path, text]) => `${path}: ${marksIn(text).join()}: ${text.slice(0, 160)}`),
    [],
  )
})

t.test('documentation has no marks', async t => {
  t.same(
    pages().flatMap(([name, text]) => text.split('\n').flatMap(line => (marksIn(line).length > 0 ? [`${name}: ${line.slice(0, 200)}`] : []))),
    [],
  )
})
