// The write stage: edits of documents, and the KRM results.

export * from './difference.ts'
export * from './inverse.ts'
export * from './other-text.ts'
export * from './plan.ts'
export * from './verify.ts'
export * from './write.ts'
