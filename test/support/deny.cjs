// Preloaded into the program: whatever would let its answer depend on more than its input ends the process with exit code 99. It does not throw: a `catch`
// could swallow that.

const fs = require('node:fs')
const { registerHooks } = require('node:module')
const process = require('node:process')

// What the program may load. Here already, for Node's own modules ask for much of what follows while they are loaded.
const KNOWN = ['buffer', 'crypto', 'fs', 'os', 'path', 'perf_hooks', 'process', 'timers/promises', 'url', 'util', 'zlib']
for (const name of [...KNOWN, 'assert']) require(name)

Error.stackTraceLimit = 30
const exit = process.reallyExit.bind(process)
const DENIED = 99

function deny(what) {
  fs.writeSync(2, `denied: ${what}\n${new Error('used').stack}\n`)
  exit(DENIED)
}

const denied = what => () => {
  deny(what)
}

/** The properties are there, and deadly to call, or to read if they are no functions. */
function poison(object, name, keys) {
  for (const key of keys) {
    const found = Object.getOwnPropertyDescriptor(object, key)
    const value = found === undefined ? object[key] : found.value
    const what = `${name}.${String(key)}`
    const get = () => deny(what)
    Object.defineProperty(object, key, { configurable: true, ...(typeof value === 'function' ? { value: denied(what), writable: true } : { get }) })
  }
}

/** Nothing about the object can be asked. */
function opaque(name) {
  const handler = {}
  for (const trap of ['get', 'has', 'set', 'ownKeys', 'getOwnPropertyDescriptor', 'apply', 'construct', 'deleteProperty', 'defineProperty', 'getPrototypeOf']) {
    handler[trap] = (_, key) => deny(typeof key === 'string' ? `${name}.${key}` : `${name} (${trap})`)
  }
  return new Proxy(() => {}, handler)
}

const crypto = require('node:crypto')
const os = require('node:os')
poison(
  crypto,
  'crypto',
  Object.keys(crypto).filter(key => typeof crypto[key] === 'function' && /random|rng|generate/.test(key)),
)
poison(Object.getPrototypeOf(crypto.webcrypto), 'crypto.webcrypto', ['getRandomValues', 'randomUUID', 'subtle'])
poison(
  os,
  'os',
  Object.keys(os).filter(key => typeof os[key] === 'function'),
)

// The clock, and the machine's time zone.
poison(Date.prototype, 'Date.prototype', [
  ...['getDate', 'getDay', 'getFullYear', 'getHours', 'getMinutes', 'getMonth', 'getSeconds', 'getTimezoneOffset', 'getYear', 'setDate', 'setFullYear'],
  ...['setHours', 'setMinutes', 'setMonth', 'setSeconds', 'setYear', 'toString', 'toDateString', 'toTimeString', 'toLocaleString', 'toLocaleDateString'],
  ...['toLocaleTimeString', Symbol.toPrimitive],
])
const ZONED = /^\d{4}-\d\d-\d\d$|(?:Z|[+-]\d\d:?\d\d| GMT)$/
const isLocal = text => typeof text === 'string' && !ZONED.test(text)
globalThis.Date = new Proxy(Date, {
  apply: () => deny('Date()'),
  construct: (target, args) => (args.length === 0 ? deny('new Date()') : args.length > 1 || isLocal(args[0]) ? deny(`new Date(${args})`) : new target(...args)),
  get: (target, key) =>
    key === 'now' ? deny('Date.now') : key === 'parse' ? text => (isLocal(text) ? deny(`Date.parse(${text})`) : target.parse(text)) : target[key],
})
poison(performance, 'performance', ['now', 'timeOrigin', 'mark', 'measure', 'toJSON', 'eventLoopUtilization', 'nodeTiming', 'getEntries'])
poison(process, 'process', [
  ...['hrtime', 'uptime', 'cpuUsage', 'memoryUsage', 'resourceUsage', 'pid', 'ppid', 'title', 'getuid', 'geteuid', 'getgid', 'getgroups', 'umask', 'chdir'],
  ...['kill', 'binding', 'dlopen', 'getBuiltinModule', 'loadEnvFile', 'stdin', 'stdout', 'stderr'],
])
poison(globalThis, 'globalThis', ['setTimeout', 'setInterval', 'setImmediate'])
poison(require('node:timers/promises'), 'timers/promises', ['setTimeout', 'setInterval', 'setImmediate'])

// Chance, and when memory is collected.
poison(Math, 'Math', ['random'])
for (const name of ['WeakRef', 'FinalizationRegistry']) globalThis[name] = opaque(name)

// Language and region.
Object.defineProperty(globalThis, 'Intl', { value: opaque('Intl') })
poison(String.prototype, 'String.prototype', ['localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase'])
for (const [name, { prototype }] of Object.entries({ Number, BigInt, Array, Object, TypedArray: Object.getPrototypeOf(Uint8Array) })) {
  poison(prototype, `${name}.prototype`, ['toLocaleString'])
}

// Other machines, other programs, code made at run time.
for (const name of [
  'fetch',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
  'BroadcastChannel',
  'MessageChannel',
  'navigator',
  'crypto',
  'WebAssembly',
  'eval',
]) {
  // Node makes some of these when they are first looked at, even in order to be redefined.
  delete globalThis[name]
  globalThis[name] = opaque(name)
}
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const name = found.url.startsWith('node:') ? found.url.slice('node:'.length) : undefined
    return name === undefined || KNOWN.includes(name) ? found : deny(`module ${name}`)
  },
})

// Last, because Node itself asks on the way.
Object.defineProperty(process, 'env', { value: opaque('process.env') })
