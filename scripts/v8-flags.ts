// Flags of V8 for the executable and the container image, which bring a Node of their own. docs/decisions/0012-speed.md has the measurements.

/** Arguments of Node 24; the Dockerfile's ENTRYPOINT repeats them. */
export const V8_FLAGS: readonly string[] = [
  // A run takes a second or less, so most functions are called too rarely to pay for V8's optimising compilers: they start later than by default (400 and 3,000 calls).
  '--invocation-count-for-maglev=3000',
  '--invocation-count-for-turbofan=30000',
  // V8's space for new objects grows less far: a run with 1,000 workloads takes a third less memory.
  '--max-semi-space-size=16',
]
