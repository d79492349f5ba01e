// The types that every room shares.

export * from './codes.ts'
export * from './diagnostic.ts'
export * from './json.ts'
export * from './resource.ts'
