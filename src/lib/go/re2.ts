// Compiles regular expressions by re2js. The program's bundle evaluates this file, which it knows as `#re2`, when the first one is compiled.

import { RE2JS } from 're2js'

/**
 * @throws Error whose message starts with `error parsing regexp: `, as Go's does
 * @example compileRe2('a+').matcher('caat').find() // true
 */
export function compileRe2(pattern: string): RE2JS {
  return RE2JS.compile(pattern)
}
