// Lists of errors as hashicorp/go-multierror prints them (its documentation).

/**
 * The text of a list of errors; undefined for an empty list.
 *
 *     multierror(['a', 'b']) // '2 errors occurred:\n\t* a\n\t* b\n\n'
 */
export function multierror(errors: readonly string[]): string | undefined {
  if (errors.length === 0) return undefined
  const head = errors.length === 1 ? '1 error occurred:' : `${errors.length} errors occurred:`
  return `${head}\n\t* ${errors.join('\n\t* ')}\n\n`
}
