// What is written about a diagnostic code.

export interface CodeText {
  readonly cause: string
  readonly remedy: string
}
