// CEL in Kubernetes' dialect: compiles and evaluates expressions as the API server does. It knows no Kubernetes objects.

import type { FunctionDeclaration } from './function.ts'
import { AUTHORIZATION } from './library/authorization.ts'
import { CONVERSIONS } from './library/conversions.ts'
import { FORMAT } from './library/format.ts'
import { LISTS } from './library/lists.ts'
import { NAMED_FORMAT } from './library/named-format.ts'
import { NETWORK } from './library/network.ts'
import { OPERATORS } from './library/operators.ts'
import { OPTIONALS } from './library/optionals.ts'
import { QUANTITY } from './library/quantity.ts'
import { REGEX } from './library/regex.ts'
import { SEMVER } from './library/semver.ts'
import { STRINGS } from './library/strings.ts'
import { TIME } from './library/time.ts'
import { URLS } from './library/url.ts'

export { childrenOf, type Expr } from './ast.ts'
export type { StructDeclaration } from './environment.ts'
export type { Variables } from './frame.ts'
export { declare, type FunctionDeclaration } from './function.ts'
export { fromJson } from './json.ts'
export { type Authority, authorizerOf } from './library/authorization.ts'
export { isConcatenation, jsonOf, nativeOf, structOf } from './origin.ts'
export { parse } from './parser.ts'
export { COST_LIMIT, createEnvironment, type Environment, type Outcome, type Program } from './program.ts'
export type { Issue } from './source.ts'
export { durationText, timestampText } from './text.ts'
export {
  BOOL,
  type CelType,
  DYN,
  INT,
  listOf,
  mapOf,
  STRING,
  sameType,
  structType,
  TIMESTAMP,
  typeText,
} from './type.ts'
export {
  CelError,
  CelMap,
  type CelValue,
  Duration,
  isList,
  kindOf,
  Opaque,
  Optional,
  type Result,
  Struct,
  type StructMethods,
  Timestamp,
  TypeValue,
  Uint,
} from './value.ts'

/** The functions that the API server enables for every expression. */
export const KUBERNETES_FUNCTIONS: readonly FunctionDeclaration[] = [
  ...OPERATORS,
  ...CONVERSIONS,
  ...TIME,
  ...STRINGS,
  ...FORMAT,
  ...REGEX,
  ...LISTS,
  ...OPTIONALS,
  ...QUANTITY,
  ...NETWORK,
  ...URLS,
  ...SEMVER,
  ...NAMED_FORMAT,
  ...AUTHORIZATION,
]
