// The write stage: edits of documents, and the KRM results.

export * from './inverse.ts'
export * from './plan.ts'
export * from './repeat.ts'
export * from './verify.ts'
export * from './with-values.ts'
export * from './write.ts'
