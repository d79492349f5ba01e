// The pages for people: each export makes the text of one HTML file from data. The bundle evaluates this folder, which it knows as `#pages`, when a page is
// first made.

export { fleetPage } from './fleet-page.ts'
export type * from './pod-data.ts'
export type * from './pod-input.ts'
export { podPageWriter } from './pod-page.ts'
export { upgradePage } from './upgrade-page.ts'
