// Reads the findings that users allow: comments `# inject-sidecars: allow CODE[, CODE]` in manifests, and `allow` in the function config. Errors cannot be allowed.

import { CODES } from '../lib/model/codes.ts'
import { type Diagnostic, type FunctionConfig, nearest, type Resource, type SourceFile, warning } from '../lib/model/index.ts'

/** Parts of an input from which comments are read. */
export interface AllowSources {
  readonly files: readonly SourceFile[]
  readonly resources: readonly Resource[]
  readonly config: FunctionConfig
}

const MARKER = 'inject-sidecars: allow'
const COMMENT = /(?:^|\s)# *inject-sidecars: allow(.*)$/
const CODE_LIST = /^\s+([a-z][\w-]*(?:\s*,\s*[a-z][\w-]*)*)/
/** Matches lines that may be between the comments of a manifest and its first key: blank ones and `---`. */
const BEFORE_MANIFEST = /^\s*(?:#.*|---(?:\s.*)?)?$/
const ONLY_COMMENT = /^\s*#/
/** Number of first lines of a manifest in which a comment applies to the whole manifest. */
const FIRST_LINES = 5

interface Allow {
  readonly code: string
  /** The line of the comment, from 1. */
  readonly line: number
  isUsed: boolean
}

interface AllowsInFile {
  readonly file: SourceFile
  readonly lines: readonly string[]
  readonly allows: readonly Allow[]
  /** The first lines of its resources, in order. */
  readonly starts: readonly number[]
}

/** The allowances of one input, with a note of those that were used. */
export class Allows {
  private readonly files: ReadonlyMap<string, AllowsInFile>
  private readonly inConfig: ReadonlyMap<string, { isUsed: boolean }>
  private readonly config: FunctionConfig

  constructor({ files, resources, config }: AllowSources) {
    this.config = config
    this.inConfig = new Map(config.allow.map(code => [code, { isUsed: false }]))
    this.files = new Map(files.filter(({ text }) => text.includes(MARKER)).map(file => [file.path, allowsIn(file, resources)]))
  }

  /** The findings that are not allowed. An error always stays. */
  without(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    if (this.inConfig.size === 0 && this.files.size === 0) return diagnostics
    return diagnostics.filter(diagnostic => diagnostic.severity === 'error' || !this.isAllowed(diagnostic))
  }

  private isAllowed({ code, at }: Diagnostic): boolean {
    const inFile = at === undefined ? undefined : this.files.get(at.file)
    const found = inFile?.allows.filter(allow => allow.code === code && covers(inFile, allow.line, at?.line ?? 0)) ?? []
    for (const allow of found) allow.isUsed = true
    const inConfig = found.length === 0 ? this.inConfig.get(code) : undefined
    if (inConfig !== undefined) inConfig.isUsed = true
    return found.length > 0 || inConfig !== undefined
  }

  /** A warning for each unused allowance, and for codes that do not exist. */
  unused(): Diagnostic[] {
    const { resource } = this.config
    const inConfig = [...this.inConfig].flatMap(([code, { isUsed }], i) => {
      if (isUsed || resource === undefined) return []
      const at = resource.source.positionOf([...resource.path, 'spec', 'allow', i])
      return [warning({ ...unusedFinding(code), resource: resource.ref, field: ['spec', 'allow', i], at })]
    })
    const inComments = [...this.files.values()].flatMap(({ file, lines, allows }) =>
      allows.flatMap(({ code, line, isUsed }) => {
        const lineText = lines[line - 1] ?? ''
        const at = { file: file.path, line, column: lineText.indexOf('#') + 1, lineText }
        return isUsed ? [] : [warning({ ...unusedFinding(code), at })]
      }),
    )
    return [...inConfig, ...inComments]
  }
}

function unusedFinding(code: string): Pick<Diagnostic, 'code' | 'message' | 'hint'> {
  if (Object.hasOwn(CODES, code)) return { code: 'allow-unused', message: `no finding here has the allowed code ${code}`, hint: 'remove it' }
  const near = nearest(code, Object.keys(CODES))
  const message = code === '' ? 'the comment names no code that it allows' : `${JSON.stringify(code)} is allowed, but it is not the code of a finding`
  return { code: 'allow-unused', message, hint: near === undefined ? 'docs/diagnostics.md lists all codes' : `did you mean ${near}?` }
}

function allowsIn(file: SourceFile, resources: readonly Resource[]): AllowsInFile {
  const lines = file.text.split('\n')
  const allows = lines.flatMap((text, i) => {
    const rest = text.includes(MARKER) ? COMMENT.exec(text)?.[1] : undefined
    if (rest === undefined) return []
    const codes = CODE_LIST.exec(rest)?.[1]?.split(/\s*,\s*/) ?? ['']
    return codes.map((code): Allow => ({ code, line: i + 1, isUsed: false }))
  })
  const positions = resources.map(({ source, path }) => source.positionOf(path)).filter(position => position.file === file.path)
  return { file, lines, allows, starts: [...new Set(positions.map(({ line }) => line))].sort((a, b) => a - b) }
}

/** Whether a comment at line `comment` applies to a finding at line `line`: it is on that line, directly before it, or at the beginning of the same manifest. */
function covers({ lines, starts }: AllowsInFile, comment: number, line: number): boolean {
  if (comment === line) return true
  const between = lines.slice(comment - 1, line - 1)
  if (comment < line && between.every(text => ONLY_COMMENT.test(text))) return true
  const start = starts.findLast(first => first <= line)
  if (start === undefined) return false
  const end = starts.find(first => first > start) ?? Number.POSITIVE_INFINITY
  if (comment >= start) return comment < Math.min(start + FIRST_LINES, end)
  return lines.slice(comment - 1, start - 1).every(text => BEFORE_MANIFEST.test(text))
}
