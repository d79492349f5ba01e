// Budgets of several CEL expressions together, in CEL's units (k8s.io/apiserver, pkg/apis/cel).

/** Counts down what several expressions may cost together. */
export interface Budget {
  remaining: number
}

/** For all expressions of a policy's mutation, with its variables. */
export const POLICY_BUDGET = 10_000_000
/** For all match conditions of a webhook, or of a policy. */
export const CONDITIONS_BUDGET = 2_500_000
