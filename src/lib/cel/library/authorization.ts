// Kubernetes' `authorizer`: checks of a user's permissions, built by chained calls (k8s.io/apiserver, pkg/cel/library, authz and cost).

import { declare, type FunctionDeclaration, type Implementation } from '../function.ts'
import { Opaque } from '../value.ts'

const AUTHORIZER = 'kubernetes.authorization.Authorizer'
const PATH = 'kubernetes.authorization.PathCheck'
const GROUP = 'kubernetes.authorization.GroupCheck'
const RESOURCE = 'kubernetes.authorization.ResourceCheck'
const DECISION = 'kubernetes.authorization.Decision'

/** Decides every check. */
export type Authority = (verb: string) => boolean

/**
 * The values of `authorizer` and of `authorizer.requestResource` where every check has the same answer.
 * @example authorizerOf(() => true)
 */
export function authorizerOf(authority: Authority): { readonly authorizer: Opaque; readonly requestResource: Opaque } {
  return { authorizer: new Opaque(AUTHORIZER, '', { payload: authority }), requestResource: new Opaque(RESOURCE, '', { payload: authority }) }
}

/** The next step of a check, with the same authority. */
function step(type: string): Implementation {
  return question => new Opaque(type, '', { payload: question instanceof Opaque ? question.payload : undefined })
}

const check: Implementation = (question, verb) => {
  const authority = question instanceof Opaque ? (question.payload as Authority | undefined) : undefined
  return new Opaque(DECISION, '', { payload: authority?.(String(verb)) === true })
}

const CHECK_COST = 350_000

export const AUTHORIZATION: readonly FunctionDeclaration[] = [
  declare('path', [[`${AUTHORIZER}.(string) -> ${PATH}`, step(PATH)]]),
  declare('group', [[`${AUTHORIZER}.(string) -> ${GROUP}`, step(GROUP)]]),
  declare('serviceAccount', [[`${AUTHORIZER}.(string, string) -> ${AUTHORIZER}`, step(AUTHORIZER)]]),
  declare('resource', [[`${GROUP}.(string) -> ${RESOURCE}`, step(RESOURCE)]]),
  ...['subresource', 'namespace', 'name', 'fieldSelector', 'labelSelector'].map(name =>
    declare(name, [[`${RESOURCE}.(string) -> ${RESOURCE}`, step(RESOURCE)]]),
  ),
  declare('check', [
    [`${PATH}.(string) -> ${DECISION}`, check, () => CHECK_COST],
    [`${RESOURCE}.(string) -> ${DECISION}`, check, () => CHECK_COST],
  ]),
  declare('allowed', [[`${DECISION}.() -> bool`, decision => decision instanceof Opaque && decision.payload === true]]),
  declare('errored', [[`${DECISION}.() -> bool`, () => false]]),
  ...['error', 'reason'].map(name => declare(name, [[`${DECISION}.() -> string`, () => '']])),
]
