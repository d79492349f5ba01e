// Warnings about what a user changed inside of an injected part.

import { type Diagnostic, locate, type Resource, shownValue, warning } from '../lib/model/index.ts'
import { formatUnit, type UserEdit } from '../record/index.ts'

/** More of a value or a line is not shown. */
const LONGEST = 60

/** Result for a user's change of an injected part: it is kept, was overwritten, or was removed with the injection. */
export function userEditWarning(resource: Resource, { path, value }: UserEdit, fate: keyof typeof FATES): Diagnostic {
  const message = FATES[fate](formatUnit(path), shownValue({ path: path.flat(), value, longest: LONGEST }))
  const hint = 'put it into a container istio-proxy of your own (with `image: auto`) or into an annotation, which injection honours'
  return locate(warning({ code: 'injected-field-edited', message, ...(fate === 'removed' ? {} : { hint }) }), resource)
}

/** Fields whose values are removed or set anew, and that a user may have changed after injection: the record does not prove otherwise. */
export function unprovenWarning(resource: Resource, units: readonly UserEdit[]): Diagnostic {
  const shown = units.slice(0, LISTED).map(({ path, value }) => `${formatUnit(path)} was ${shownValue({ path: path.flat(), value, longest: LONGEST })}`)
  const more = units.length - shown.length
  const message = `the record has version 1 and cannot show whether these values were changed after injection; they are removed or replaced: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return locate(
    warning({ code: 'removal-uncertain', message, hint: 'compare them with what you wrote; a new injection writes a record that can prove it' }),
    resource,
  )
}

/** A line that does not come back as it was. */
export interface LostLine {
  /** As messages may show it. */
  readonly text: string
  /** Of the line in the file, from 1; absent where it stands in the record alone. */
  readonly number?: number
}

/** Lines that removing an injection does not restore. */
export function notRestorable(resource: Resource, lines: readonly LostLine[]): Diagnostic {
  const shown = lines.slice(0, LISTED).map(({ text, number }) => {
    const quoted = JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
    return number === undefined ? quoted : `${quoted} (line ${number})`
  })
  const more = lines.length - shown.length
  const message = `removing the injection does not restore every line as it was written: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return locate(warning({ code: 'not-restorable', message, hint: 'the values are restored; compare the text with the one in Git' }), resource)
}

const LISTED = 5

const FATES = {
  kept: (field: string) => `${field} was added inside of an injected part; it is kept now, but removed together with the injection`,
  lost: (field: string, value: string) => `${field} was changed to ${value} after injection; the templates set it, so the change is lost`,
  removed: (field: string, value: string) => `${field} was set to ${value} inside of an injected part after injection; it goes with the injection`,
}
