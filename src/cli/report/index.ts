// The formats of reports, by their name for `-o`.

import { formatGithub } from './github.ts'
import { formatGitlab } from './gitlab.ts'
import { formatHtml } from './html.ts'
import { formatJson } from './json.ts'
import { formatJunit } from './junit.ts'
import { formatMarkdown } from './markdown.ts'
import type { FormatReport } from './report.ts'
import { formatSarif } from './sarif.ts'
import { formatText } from './text.ts'

export type { Report } from './report.ts'

export type Format = 'text' | 'json' | 'sarif' | 'junit' | 'github' | 'gitlab' | 'markdown' | 'html'

export const FORMATS: Readonly<Record<Format, FormatReport>> = {
  text: formatText,
  json: formatJson,
  sarif: formatSarif,
  junit: formatJunit,
  github: formatGithub,
  gitlab: formatGitlab,
  markdown: formatMarkdown,
  html: formatHtml,
}
