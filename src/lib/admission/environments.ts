// Creates the environments in which the API server compiles expressions of webhooks and policies, with a policy's variables (k8s.io/apiserver,
// pkg/admission/plugin/cel).

import {
  BOOL,
  type CelType,
  createEnvironment,
  DYN,
  type Environment,
  type Issue,
  KUBERNETES_FUNCTIONS,
  type Program,
  sameType,
  structType,
  typeText,
} from '../cel/index.ts'
import { declared, JSON_PATCHES, OBJECT, PATCH_FUNCTIONS, patchStruct, requestStruct } from './types.ts'

/** A named expression of a policy. */
export interface Definition {
  readonly name: string
  readonly expression: string
}

export type Compiled = { readonly ok: true; readonly program: Program } | { readonly ok: false; readonly text: string; readonly issues: readonly Issue[] }

/** A policy's variable: compiled, or with the error of its use. */
export type Variable = { readonly program: Program } | { readonly error: string; readonly issues: readonly Issue[] }

/** Everything that the expressions of one policy share. */
export interface PolicyEnvironments {
  readonly variables: ReadonlyMap<string, Variable>
  readonly condition: (expression: string) => Compiled
  readonly applyConfiguration: (expression: string) => Compiled
  readonly jsonPatch: (expression: string) => Compiled
  /** An expression of any type, with the patch types. */
  readonly expression: (expression: string) => Compiled
  /** An expression of any type, without variables and patch types. */
  readonly plain: (expression: string) => Compiled
}

/**
 * Creates a compiler for webhooks' conditions, with the API server's message if one does not compile.
 * @param hasAuthorizer whether conditions can name the authorizer, as they can in the API server
 * @example webhookConditions()("request.operation == 'CREATE'").ok // true
 */
export function webhookConditions(hasAuthorizer: boolean = true): (expression: string) => Compiled {
  const conditions = environment({ hasParams: false, hasAuthorizer, patches: false })
  return expression => compileAs(BOOL, conditions, expression)
}

/** Compiles the shared expressions of a policy, such as variables; those that do not compile fail only on use. */
export function policyEnvironments({
  hasParams,
  hasAuthorizer = false,
  definitions,
}: {
  readonly hasParams: boolean
  /** Whether expressions may ask what the user may do. */
  readonly hasAuthorizer?: boolean
  readonly definitions: readonly Definition[]
}): PolicyEnvironments {
  const variables = new Map<string, Variable>()
  const types = new Map<string, CelType>()
  for (const { name, expression } of definitions) {
    const compiled = environment({ hasParams, hasAuthorizer, variables: types, patches: false }).compile(expression)
    if (compiled.ok) variables.set(name, { program: compiled.program })
    else variables.set(name, { error: `composited variable "${name}" fails to compile: ${compilationError(compiled)}`, issues: compiled.issues })
    types.set(name, compiled.ok ? compiled.program.outputType : DYN)
  }
  const conditions = environment({ hasParams, hasAuthorizer, patches: false })
  const mutations = environment({ hasParams, hasAuthorizer, variables: types, patches: true })
  return {
    variables,
    condition: expression => compileAs(BOOL, conditions, expression),
    applyConfiguration: expression => compileAs(OBJECT, mutations, expression),
    jsonPatch: expression => compileAs(JSON_PATCHES, mutations, expression),
    expression: expression => compileAs(undefined, mutations, expression),
    plain: expression => compileAs(undefined, conditions, expression),
  }
}

function compilationError({ text }: { readonly text: string }): string {
  return text.startsWith('ERROR') ? `compilation failed: ${text}` : text
}

interface Options {
  readonly hasParams: boolean
  readonly hasAuthorizer: boolean
  /** The types of a policy's variables; absent where there is no `variables`. */
  readonly variables?: ReadonlyMap<string, CelType>
  readonly patches: boolean
}

const AUTHORIZER: readonly (readonly [string, CelType])[] = [
  ['authorizer', structType('kubernetes.authorization.Authorizer')],
  ['authorizer.requestResource', structType('kubernetes.authorization.ResourceCheck')],
]

const VARIABLES = 'kubernetes.variables'

function environment({ hasParams, hasAuthorizer, variables, patches }: Options): Environment {
  // A variable that follows in the policy is not known here yet.
  const struct = variables === undefined ? undefined : declared(VARIABLES, new Map(variables))
  return createEnvironment({
    variables: [
      ['object', DYN],
      ['oldObject', DYN],
      ['request', structType('kubernetes.AdmissionRequest')],
      ['namespaceObject', structType('kubernetes.Namespace')],
      ...(hasAuthorizer ? AUTHORIZER : []),
      ...(hasParams ? [['params', DYN] as const] : []),
      ...(struct === undefined ? [] : [['variables', struct.type] as const]),
    ],
    struct: name => (name === VARIABLES ? struct : (requestStruct(name) ?? (patches ? patchStruct(name) : undefined))),
    functions: patches ? [...KUBERNETES_FUNCTIONS, ...PATCH_FUNCTIONS] : KUBERNETES_FUNCTIONS,
  })
}

function compileAs(wanted: CelType | undefined, environment: Environment, expression: string): Compiled {
  return environment.compile(expression, found => {
    // The server fails on a field that JSONPatch does not have only when it looks at the type of the whole.
    if (found.name === '') return 'unexpected compilation error: missing type conversion to proto: '
    return wanted === undefined || sameType(found, wanted) ? undefined : `must evaluate to ${typeText(wanted)} but got ${typeText(found)}`
  })
}
