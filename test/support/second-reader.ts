// A second YAML reader, which has to read texts as ours does: Go's own where Go is, the npm package elsewhere.

import { parseAllDocuments, type Tags } from 'yaml'
import { equal, type Json } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { type GoAnswer, GoReader } from './go-yaml.ts'

/** So many documents are handed to Go together. */
const TOGETHER = 5000

export class SecondReader {
  private readonly waiting: { readonly text: string; readonly value: Json }[] = []
  private readonly go = GoReader.build()
  /** How many documents were compared. */
  read = 0

  /** The documents of a text are compared, at once or when there are more. */
  check(text: string): void {
    for (const { start, end, value } of parseDocuments({ path: 'x.yaml', text })) {
      const alone = text.slice(start, end)
      if (alone.trim() !== '' && value !== null) this.waiting.push({ text: alone, value })
    }
    if (this.waiting.length >= TOGETHER) this.flush()
  }

  /** @throws Error where the readers differ */
  flush(): void {
    const waiting = this.waiting.splice(0)
    if (waiting.length === 0) return
    const answers = this.go?.read(waiting.map(({ text }) => text))
    waiting.forEach(({ text, value }, i) => {
      this.read++
      const other = answers === undefined ? byPackage(text) : fromGo(answers[i])
      if (other !== undefined && !equal(other, value))
        throw new Error(`the second reader reads\n${JSON.stringify(other)}\nand not\n${JSON.stringify(value)}\nin\n${text}`)
    })
  }

  close(): void {
    this.go?.close()
  }

  get name(): string {
    return this.go === undefined ? 'yaml in version 1.1' : 'sigs.k8s.io/yaml'
  }
}

/** Undefined where chance decides. */
function fromGo(answer: GoAnswer | undefined): Json | undefined {
  if (answer?.error !== undefined) throw new Error(`Go refuses a text that ours reads: ${answer.error}`)
  return answer?.json === undefined ? undefined : JSON.parse(answer.json)
}

/** Kubernetes reads times and dates as strings. */
const withoutTimes = (tags: Tags): Tags =>
  tags.filter(tag => typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && !('format' in tag && tag.format === 'TIME')))

function byPackage(text: string): Json {
  const options = { version: '1.1', uniqueKeys: false, logLevel: 'silent', prettyErrors: false, customTags: withoutTimes } as const
  const [document] = parseAllDocuments(text, options)
  const [error] = document?.errors ?? []
  if (error !== undefined) throw new Error(`the second reader refuses a text that ours reads: ${error.message}\n${text}`)
  return JSON.parse(JSON.stringify(document?.toJS({ maxAliasCount: -1 }) ?? null))
}
