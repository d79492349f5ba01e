// Cost budgets that several CEL expressions share, in CEL's units (k8s.io/apiserver, pkg/apis/cel).

/** The remaining cost that several expressions share. */
export interface Budget {
  remaining: number
}

/** The budget for all expressions of a policy's mutation, with its variables. */
export const POLICY_BUDGET = 10_000_000
/** The budget for all match conditions of a webhook, or of a policy. */
export const CONDITIONS_BUDGET = 2_500_000
