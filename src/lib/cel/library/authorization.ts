// Kubernetes' authorizer: its functions are declared, so that expressions are checked as the API server checks them; no value to call them on exists here
// (k8s.io/apiserver, pkg/cel/library, authz).

import { declare, type FunctionDeclaration } from '../function.ts'

const AUTHORIZER = 'kubernetes.authorization.Authorizer'
const PATH = 'kubernetes.authorization.PathCheck'
const GROUP = 'kubernetes.authorization.GroupCheck'
const RESOURCE = 'kubernetes.authorization.ResourceCheck'
const DECISION = 'kubernetes.authorization.Decision'

export const AUTHORIZATION: readonly FunctionDeclaration[] = [
  declare('path', [[`${AUTHORIZER}.(string) -> ${PATH}`]]),
  declare('group', [[`${AUTHORIZER}.(string) -> ${GROUP}`]]),
  declare('serviceAccount', [[`${AUTHORIZER}.(string, string) -> ${AUTHORIZER}`]]),
  declare('resource', [[`${GROUP}.(string) -> ${RESOURCE}`]]),
  ...['subresource', 'namespace', 'name', 'fieldSelector', 'labelSelector'].map(name => declare(name, [[`${RESOURCE}.(string) -> ${RESOURCE}`]])),
  declare('check', [[`${PATH}.(string) -> ${DECISION}`], [`${RESOURCE}.(string) -> ${DECISION}`]]),
  ...['allowed', 'errored'].map(name => declare(name, [[`${DECISION}.() -> bool`]])),
  ...['error', 'reason'].map(name => declare(name, [[`${DECISION}.() -> string`]])),
]
