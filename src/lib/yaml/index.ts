// YAML: text to values with positions, values to text, edits of a text.

export { isMerge, keyOf, scalarValue } from './construct.ts'
export * from './document.ts'
export * from './edit.ts'
export * from './embedded.ts'
export * from './error.ts'
export type { FastDocument } from './fast.ts'
export * from './line-index.ts'
export * from './load.ts'
export type * from './node.ts'
export * from './print.ts'
export * from './scalar.ts'
export * from './string-style.ts'
