// Signals, and standard streams that are closed, missing, full or no stream at all: the exit code says what happened, nobody sees a stack trace, no file is cut.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import process from 'node:process'
import t from 'tap'
import { example, program, resourceList } from '../support/rig.ts'

const PROGRAM = program()
const SHOP = [example('istio/config.yaml'), example('namespace.yaml'), example('web.yaml'), example('store.yaml')]
const INPUT = resourceList(SHOP)

/** The test runner loads itself into every node that it can reach through this variable, and then catches the signals itself. */
const COMMAND = ['-u', 'NODE_OPTIONS', process.execPath, PROGRAM]

/** How a shell reports it in $?. */
const shellCode = ({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }) => code ?? 128 + constants.signals[signal ?? 'SIGKILL']

interface Ended {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** Sends the signal when `after` has been done, and waits for the end. */
async function interrupted(signal: NodeJS.Signals, input: string, after: (child: ReturnType<typeof spawn>) => Promise<unknown>): Promise<Ended> {
  const child = spawn('env', COMMAND, { stdio: 'pipe' })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  child.stdin.on('error', () => {})
  child.stdin.write(input)
  await after(child)
  child.kill(signal)
  const [code, by] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { exit: shellCode({ code, signal: by }), stdout, stderr }
}

const moment = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

t.test('SIGINT, SIGTERM and SIGHUP end the run at once, with the exit code that shells expect, while it waits for input', async t => {
  for (const [signal, exit] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    t.same(await interrupted(signal, INPUT.slice(0, 3000), () => moment(300)), { exit, stdout: '', stderr: '' }, signal)
  }
})

t.test('SIGINT while it works, and while nobody takes its output', async t => {
  const bigger = resourceList([...SHOP, ...Array.from({ length: 3000 }, (_, i) => example('store.yaml').replace('  name: store\n', `  name: store-${i}\n`))])
  const working = await interrupted('SIGINT', bigger, async child => {
    child.stdin?.end()
    await moment(250)
  })
  t.same([working.exit, working.stderr], [130, ''])

  const child = spawn('env', COMMAND, { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(bigger)
  child.stdout.pause()
  await once(child.stdout, 'readable')
  child.kill('SIGINT')
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  t.equal(shellCode({ code, signal }), 130)
  child.stdout.destroy()
})

t.test('a standard input that cannot be read is an error with a reason', async t => {
  const folder = openSync(t.testdir({}), 'r')
  const asFolder = spawnSync(process.execPath, [PROGRAM], { stdio: [folder, 'pipe', 'pipe'], encoding: 'utf8' })
  closeSync(folder)
  t.match(asFolder, { status: 1, stdout: '', stderr: /^error\[file-unreadable\]: standard input: is a folder\n$/ })

  const writable = spawnSync('bash', ['-c', `'${process.execPath}' '${PROGRAM}' 0>/dev/null`], { encoding: 'utf8' })
  t.match(writable, { status: 1, stdout: '', stderr: /^error\[file-unreadable\]: standard input: is not open for it\n$/ })
})

t.test('the exit code says so when errors cannot be told, because standard error is closed or full', async t => {
  for (const stderr of ['2>&-', '2>/dev/full']) {
    const { status, stdout } = spawnSync('bash', ['-c', `printf 'a: [' | '${process.execPath}' '${PROGRAM}' ${stderr}`], { encoding: 'utf8' })
    t.same([status, stdout], [1, ''], stderr)
  }
})
