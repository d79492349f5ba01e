// Floods of annotations: bounded in time, and so are the messages about them.

import t from 'tap'
import { check } from '../../src/check.ts'
import { inject } from '../../src/inject.ts'
import { example } from '../support/rig.ts'

const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
const pod = (annotations: string) => [
  { path: 'mesh.yaml', text: MESH },
  {
    path: 'a.yaml',
    text: `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: shop\n  annotations:\n${annotations}spec: {containers: [{name: a, image: a}]}\n`,
  },
]

t.test('100,000 misspelt annotations take seconds, not minutes', async t => {
  const start = process.cpuUsage()
  const { findings } = check({ files: pod(Array.from({ length: 100_000 }, (_, i) => `    sidecar.istio.io/k${i}: a\n`).join('')) })
  const { user } = process.cpuUsage(start)
  t.equal(
    findings.some(({ code }) => code === 'annotation-unknown'),
    true,
  )
  t.equal(user / 1e6 < 15, true, `${user / 1e6} s`)
})

t.test('an annotation of megabytes that cannot be read is not repeated as a whole', async t => {
  const { diagnostics } = inject({ files: pod(`    proxy.istio.io/config: '${'x'.repeat(3_000_000)}'\n`) })
  const found = diagnostics.find(({ code }) => code === 'annotation-invalid')
  t.equal(found !== undefined && found.message.length < 30_000, true, String(found?.message.length))
})
