// Go's package sync, the part for values that are made once.

/**
 * Go's sync.OnceValue: a function that calls `make` at its first call and returns that value from then on.
 * @example const zone = onceValue(() => readZone('UTC')) // nothing is read until zone() is called
 */
export function onceValue<Value>(make: () => Value): () => Value {
  let cached: { readonly value: Value } | undefined
  return () => {
    cached ??= { value: make() }
    return cached.value
  }
}
