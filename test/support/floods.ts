// Inputs in which one thing is there very often or very deep, each as a function of how often: for tests of time and memory.

import { ANNOTATIONS } from './floods/annotations.ts'
import { CONFIGURATION } from './floods/configuration.ts'
import { EXPRESSIONS } from './floods/expressions.ts'
import type { FloodCase } from './floods/make.ts'
import { MANIFESTS } from './floods/manifests.ts'
import { TEMPLATES } from './floods/templates.ts'
import { TEXTS } from './floods/texts.ts'

export type { Flood, FloodCase } from './floods/make.ts'

/** All of them. A new way to be large or deep is one more row. */
export const FLOODS: readonly FloodCase[] = [...MANIFESTS, ...TEXTS, ...ANNOTATIONS, ...CONFIGURATION, ...EXPRESSIONS, ...TEMPLATES]
