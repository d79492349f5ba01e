// The text about a diagnostic code.

export interface CodeText {
  readonly cause: string
  readonly remedy: string
}
