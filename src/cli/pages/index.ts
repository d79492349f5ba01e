// Renders HTML pages: each export turns data into the text of one HTML file. The bundle evaluates this folder (`#pages`) on first use.

export { fleetPage } from './fleet-page.ts'
export type * from './pod-data.ts'
export type * from './pod-input.ts'
export { podPageWriter } from './pod-page.ts'
export { upgradePage } from './upgrade-page.ts'
