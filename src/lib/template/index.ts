// Go's text/template for TypeScript: the API of this room.

export * from '../go/value.ts'
export { TemplateError, type TemplatePhase } from './error.ts'
export { DEFAULT_LIMITS, type ExecuteLimits, type WorkBudget } from './execute-limits.ts'
export type { CreateStatementCache, StatementCache } from './statement-cache.ts'
export { type ExecuteOptions, type MissingKey, type ParseOptions, parseTemplate, type Template, type TracedOutput } from './template.ts'
