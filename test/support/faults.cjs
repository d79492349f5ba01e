// Preloaded into the program: lets one call to the file system fail, counted from the first temporary file on, or ends the process before it.
// FAULT is `NUMBER CODE` or `NUMBER kill`; FAULT_LOG names a file that gets the name of every counted call.

const fs = require('node:fs')
const process = require('node:process')

const [number = '', what = ''] = (process.env.FAULT ?? '').split(' ')
const log = process.env.FAULT_LOG
const { appendFileSync } = fs
let count = 0
let isWriting = false
let isLogging = false

const CALLS = [
  'openSync',
  'writeSync',
  'fsyncSync',
  'fstatSync',
  'fchmodSync',
  'fchownSync',
  'closeSync',
  'renameSync',
  'unlinkSync',
  'linkSync',
  'readFileSync',
  'statSync',
  'realpathSync',
  'accessSync',
]

for (const name of CALLS) {
  const real = fs[name]
  fs[name] = Object.assign((...args) => {
    if (isLogging || ((name === 'writeSync' || name === 'fstatSync') && (args[0] === 1 || args[0] === 2))) return real(...args)
    isWriting ||= name === 'openSync' && /\.inject-sidecars\.\d/.test(String(args[0]))
    if (!isWriting) return real(...args)
    count++
    if (log !== undefined) {
      isLogging = true
      appendFileSync(log, `${name}\n`)
      isLogging = false
    }
    if (count !== Number(number)) return real(...args)
    if (what === 'kill') process.kill(process.pid, 'SIGKILL')
    // The file is closed, whatever closing reports.
    if (name === 'closeSync') real(...args)
    throw Object.assign(new Error(`${what}: injected, ${name}`), { code: what, syscall: name })
  }, real)
}
