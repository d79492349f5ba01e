// Go's text/template for TypeScript: the API of this room.

export { TemplateError, type TemplatePhase } from './error.ts'
export { DEFAULT_LIMITS, type ExecuteLimits } from './execute-limits.ts'
export { type ExecuteOptions, type MissingKey, type ParseOptions, parseTemplate, type Template } from './template.ts'
export * from './value.ts'
