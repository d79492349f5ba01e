// Caches the output of a template's statements: if all data and variables that a statement can read are the same as in an earlier execution, its text is
// reused. The cache can be removed with this folder and the one call that creates it (render/render.ts).

import type { CreateStatementCache } from '../statement-cache.ts'
import { Memory } from './memory.ts'
import { compileList } from './replay.ts'

/**
 * Caches for templates that may be executed with the same data: when one of them changes the data in place, all of them forget it.
 *
 * @example parseTemplate({ name, text, cache: createMemories() })
 */
export function createMemories(): CreateStatementCache {
  const changes = { count: 0 }
  return surroundings => {
    const memory = new Memory(surroundings, changes)
    return {
      compileList: (statements, plain) => compileList(memory, statements, plain),
      start: data => memory.start(data),
      finish: () => memory.finish(),
      noteChange: () => {
        changes.count++
      },
    }
  }
}
