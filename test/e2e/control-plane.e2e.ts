// No server outlives the process that started it, however that ends.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'

const PROGRAM = `
import { startControlPlane } from '${join(import.meta.dirname, 'control-plane.ts')}'
const { server } = await startControlPlane()
console.log(server)
setInterval(() => {}, 1000)
`

for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT'] as const) {
  t.test(`the servers end with a process that ends by ${signal}`, async t => {
    const { NODE_OPTIONS: _, ...env } = process.env
    const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const [server] = await once(child.stdout, 'data')
    const port = String(server).trim().split(':').at(-1) ?? ''
    t.equal(serversOn(port).length, 1)
    child.kill(signal)
    await once(child, 'exit')
    for (let attempt = 0; attempt < 50 && serversOn(port).length > 0; attempt++) await sleep(100)
    t.same(serversOn(port), [])
  })
}

/** The API servers of this machine that listen on the port. */
function serversOn(port: string): string[] {
  return readdirSync('/proc').filter(id => /^\d+$/.test(id) && commandOf(id).includes(`--secure-port=${port}`))
}

function commandOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8')
  } catch {
    // It has ended.
    return ''
  }
}
