// The data of the upgrade page: each workload once, and the lists of workloads as numbers of them.

export interface UpgradeData {
  readonly workloads: readonly (readonly [name: string, file: string])[]
  /** In the order of `data-list`. */
  readonly lists: readonly (readonly number[])[]
  /** Number of changes. */
  readonly groups: number
}
