// Removes secrets from the messages of policies, and shortens the expressions in them. Expressions read environment variables and parameters, and an error of CEL quotes the value that caused it.

import { type JsonObject, secretsIn, withoutSecrets } from '../lib/model/index.ts'
import type { Admission } from '../policies/index.ts'
import { withShortExpressions } from './short-expression.ts'

/**
 * The pass with messages that contain no secret of the object or of a parameter, and no long expression.
 * @example withReadableMessages(engine.admit(policies, request, options), request.object).failures[0]?.message
 */
export function withReadableMessages(pass: Admission, object: JsonObject): Admission {
  const { outcomes, failures, fatal } = pass
  const saysSomething = fatal !== undefined || failures.length > 0 || outcomes.some(({ conditions }) => conditions.some(({ message }) => message !== undefined))
  if (!saysSomething && outcomes.every(({ mutations }) => mutations.every(({ error }) => error === undefined))) return pass
  const secrets = new Set([object, ...outcomes.flatMap(({ invocation }) => invocation.param?.value ?? [])].flatMap(value => [...secretsIn(value)]))
  const clean = (text: string) => withShortExpressions(withoutSecrets(text, secrets))
  return {
    ...pass,
    outcomes: outcomes.map(outcome => ({
      ...outcome,
      conditions: outcome.conditions.map(each => (each.message === undefined ? each : { ...each, message: clean(each.message) })),
      mutations: outcome.mutations.map(each => (each.error === undefined ? each : { ...each, error: clean(each.error) })),
    })),
    failures: failures.map(each => ({ ...each, message: clean(each.message) })),
    ...(fatal === undefined ? {} : { fatal: { ...fatal, message: clean(fatal.message) } }),
  }
}
