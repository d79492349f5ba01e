// Records an injection on the workload, so that it can be taken off again.

export * from './annotation.ts'
export * from './bookkeeping.ts'
export * from './evidence.ts'
export * from './from-status.ts'
export { digest } from './hash.ts'
export * from './keep.ts'
export * from './record.ts'
export type { Restoration } from './restorations.ts'
export * from './take-off.ts'
export { type Undo, undoOf } from './undo.ts'
export { valueAtUnit } from './unit-values.ts'
export { formatUnit, type UnitPath, visitInjected } from './units.ts'
