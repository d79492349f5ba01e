// Names what wrote a value of a finished pod: the user, the API server, a template, a pod rule or a policy.

import type { JsonObject } from './json.ts'

export type Writer =
  /** The manifest. */
  | { readonly kind: 'user' }
  /** The controller that creates the pod: owner, generated name, labels. */
  | { readonly kind: 'controller' }
  /** The API server: defaults and its own admission. */
  | { readonly kind: 'default' }
  /** A MutatingAdmissionPolicy by one of its bindings. */
  | { readonly kind: 'policy'; readonly policy: string; readonly binding: string }
  /** A template of Istio's (`istio`) or of a user's own injector. */
  | { readonly kind: 'template'; readonly injector: string; readonly template: string }
  /** The user's own container, applied again over the one of a template (istio-rules.md, 6.5). */
  | { readonly kind: 'override' }
  /** The image lock. */
  | { readonly kind: 'lock' }
  /** One of Istio's pod rules (istio-rules.md, 7). */
  | { readonly kind: 'rule'; readonly rule: string }

/** Output of a template, and the origin of each line. */
export interface TracedTemplate {
  readonly text: string
  /** The partial pod in the text. */
  readonly pod: JsonObject
  /** The template's line for each line of the text; both count from 1. */
  readonly lines: readonly number[]
}

/** Receives the pod after each writer, in the order in which they write; of a template also what it printed. */
export type Observe = (writer: Writer, pod: JsonObject, printed?: TracedTemplate) => void

/**
 * A writer in a few words.
 * @example writerText({ kind: 'template', injector: 'istio', template: 'sidecar' }) // 'istio template sidecar'
 */
export function writerText(writer: Writer): string {
  switch (writer.kind) {
    case 'user':
      return 'yours'
    case 'controller':
      return 'controller'
    case 'default':
      return 'API server'
    case 'policy':
      return `policy ${writer.policy} (${writer.binding})`
    case 'template':
      return `${writer.injector} template ${writer.template}`
    case 'override':
      return 'yours, over the template'
    case 'lock':
      return 'image lock'
    case 'rule':
      return `istio rule ${writer.rule}`
  }
}
