// The types that every room shares.

export * from './append.ts'
export * from './codes.ts'
export * from './decision.ts'
export * from './diagnostic.ts'
export * from './function-config.ts'
export * from './guard.ts'
export * from './inject.ts'
export * from './json.ts'
export * from './limited.ts'
export * from './locate.ts'
export * from './nearest.ts'
export * from './resource.ts'
