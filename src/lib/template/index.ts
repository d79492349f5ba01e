// Go's text/template for TypeScript: the API of this room.

export * from '../go/value.ts'
export { TemplateError } from './error.ts'
export { DEFAULT_LIMITS, type WorkBudget } from './execute-limits.ts'
export { type MissingKey, type Output, type ParseOptions, type Print, parseTemplate, type Template, type TracedOutput } from './template.ts'
