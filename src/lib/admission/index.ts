// CEL as the API server offers it to webhooks and policies: its environments, variables and budgets.

export {
  type Compiled,
  compileWebhookCondition,
  type Definition,
  type PolicyEnvironments,
  policyEnvironments,
  type Variable,
} from './environments.ts'
export { type AdmissionInput, type Budget, CONDITIONS_BUDGET, type Evaluated, evaluate, OUT_OF_BUDGET, POLICY_BUDGET } from './evaluate.ts'
