// The type of the upgrade page's data: each workload once, and lists of workloads as lists of indexes.

export interface UpgradeData {
  readonly workloads: readonly (readonly [name: string, file: string])[]
  /** Lists of workloads, in the order of `data-list`. */
  readonly lists: readonly (readonly number[])[]
  /** Number of changes. */
  readonly groups: number
}
