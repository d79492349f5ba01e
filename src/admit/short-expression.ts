// Shortens expressions in messages: the API server's messages repeat them whole, and the hint has their place.

/**
 * The expression on one line, at most 100 characters of it.
 * @example shortExpression('Object{\n  spec: …}') // 'Object{ spec: …}'
 */
export function shortExpression(expression: string): string {
  const line = expression.trim().replaceAll(/\s+/g, ' ')
  const characters = [...line.slice(0, 2 * MOST)]
  return characters.length <= MOST ? line : `${characters.slice(0, MOST - 1).join('')}…`
}

const MOST = 100

/** A message about expressions, each of them shortened. */
export function withShortExpressions(message: string): string {
  return message.replaceAll(
    /expression '(.*?)' resulted in error: /gs,
    (_, expression: string) => `expression '${shortExpression(expression)}' resulted in error: `,
  )
}
