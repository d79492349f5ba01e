// Preloaded into a measured process: writes its own CPU time and the peak of its resident memory to descriptor 3 when it ends.
const { existsSync, readFileSync, writeSync } = require('node:fs')

const STATUS = '/proc/self/status'

/** Linux counts the peak of a process from its exec on; what getrusage says there may be the peak of the process that started it. */
function peakKb() {
  const [, peak] = (existsSync(STATUS) && /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(STATUS, 'utf8'))) || []
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak)
}

process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  writeSync(3, JSON.stringify({ cpuMs: (user + system) / 1000, rssMb: peakKb() / 1024 }))
})
