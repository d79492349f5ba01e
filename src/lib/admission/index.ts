// CEL as the API server offers it to webhooks and policies: its environments, variables and budgets.

export { CONDITIONS_BUDGET, POLICY_BUDGET } from './budget.ts'
export {
  type Compiled,
  type Definition,
  type PolicyEnvironments,
  policyEnvironments,
  webhookConditions,
} from './environments.ts'
export { type AdmissionInput, type Evaluated, evaluate, OUT_OF_BUDGET, UNKNOWN_AUTHORIZER } from './evaluate.ts'
