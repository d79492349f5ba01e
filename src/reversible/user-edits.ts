// Warnings about a user's edits of injected parts.

import { type Diagnostic, locate, type Resource, shownValue, warning } from '../lib/model/index.ts'
import { formatUnit, type UserEdit } from '../record/index.ts'

/** Maximum length of a shown value or line. */
const LONGEST = 60

/** Warns of a user's edit of an injected part, which is kept, was overwritten, or was removed with the injection. */
export function userEditWarning(resource: Resource, { path, value }: UserEdit, fate: keyof typeof FATES): Diagnostic {
  const message = FATES[fate](formatUnit(path), shownValue({ path: path.flat(), value, longest: LONGEST }))
  const hint = 'put it into a container istio-proxy of your own (with `image: auto`) or into an annotation, which injection honours'
  return locate(warning({ code: 'injected-field-edited', message, ...(fate === 'removed' ? {} : { hint }) }), resource)
}

/** Warns of fields that are removed or overwritten although the record cannot prove that a user did not edit them. */
export function unprovenWarning(resource: Resource, units: readonly UserEdit[]): Diagnostic {
  const shown = units.slice(0, LISTED).map(({ path, value }) => `${formatUnit(path)} was ${shownValue({ path: path.flat(), value, longest: LONGEST })}`)
  const more = units.length - shown.length
  const message = `the record has version 1 and cannot show whether these values were changed after injection; they are removed or replaced: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return locate(
    warning({ code: 'removal-uncertain', message, hint: 'compare them with what you wrote; a new injection writes a record that can prove it' }),
    resource,
  )
}

/** A line that removal does not restore. */
export interface LostLine {
  /** As messages may show it. */
  readonly text: string
  /** Of the line in the file, from 1; absent where it stands in the record alone. */
  readonly number?: number
}

/** Warns of lines that removing an injection does not restore. */
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
