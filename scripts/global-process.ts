// Replaces node:process in the program.

export default globalThis.process
