// The images that injection adds, and the lock that pins them.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { example, resourceList, run } from '../support/rig.ts'

const PROXY = 'registry.example.com/mesh/proxy:1.31.0'
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`
const SHOP = { apps: { 'web.yaml': example('web.yaml'), 'ns.yaml': example('namespace.yaml') }, istio: { 'istio.yaml': example('istio/config.yaml') } }

const lock = (entry: string) =>
  `apiVersion: inject-sidecars.dev/v1alpha1\nkind: ImageLock\nmetadata:\n  name: images\n  annotations:\n    config.kubernetes.io/local-config: "true"\nimages:\n  ${entry}\n`

t.test("each image is listed with the template and line that names it; the user's own are not", async t => {
  const cwd = t.testdir(SHOP)
  const { code, stdout, stderr } = run(['images', '.'], { cwd })
  t.equal(code, 0, stderr)
  t.match(stdout, new RegExp(`^${PROXY}\n  in Deployment shop/web\n  from istio template sidecar:\\d+, spec\\.initContainers\\.0\\.image\n$`))
  t.match(JSON.parse(run(['images', '-o', 'json', '.'], { cwd }).stdout), { images: [{ image: PROXY, pinned: false, workloads: ['Deployment shop/web'] }] })
})

t.test('a lock is printed from a list, and injection applies it: to the injected image only', async t => {
  const cwd = t.testdir({ ...SHOP, 'digests.txt': `# by hand\n${PROXY}@${DIGEST}\nother:1@${DIGEST}\n` })
  const printed = run(['images', '--lock', 'digests.txt', '.'], { cwd })
  t.equal(printed.code, 0, printed.stderr)
  t.match(printed.stdout, `images:\n  ${PROXY}: ${DIGEST}\n`)
  t.notMatch(printed.stdout, 'other:1')
  writeFileSync(join(cwd, 'inject-sidecars.lock'), printed.stdout)
  t.equal(run(['inject', '-w', 'apps', 'istio'], { cwd }).code, 0)
  const text = readFileSync(join(cwd, 'apps/web.yaml'), 'utf8')
  t.match(text, `image: ${PROXY}@${DIGEST}\n`)
  t.equal(text.split(DIGEST).length, 2)
  // Again, and off: as without a lock.
  t.match(run(['inject', '--check', 'apps', 'istio'], { cwd }), { code: 0, stdout: '' })
  t.equal(run(['uninject', '-w', 'apps'], { cwd }).code, 0)
  t.equal(readFileSync(join(cwd, 'apps/web.yaml'), 'utf8'), example('web.yaml'))
})

t.test('a reference in a mirror takes the place of the image', async t => {
  const cwd = t.testdir({ ...SHOP, 'inject-sidecars.lock': lock(`${PROXY}: mirror.example.com/proxy@${DIGEST}`) })
  t.match(run(['inject', 'apps', 'istio'], { cwd }).stdout, `image: mirror.example.com/proxy@${DIGEST}\n`)
})

t.test('the function takes a lock among the items', async t => {
  const { code, stdout, stderr } = run([], {
    input: resourceList([example('namespace.yaml'), example('istio/config.yaml'), example('web.yaml'), lock(`${PROXY}: ${DIGEST}`)]),
  })
  t.equal(code, 0, stderr)
  t.match(stdout, `image: ${PROXY}@${DIGEST}\n`)
})

t.test('what a lock does not name is a warning; an entry that is no digest is an error with its line', async t => {
  const open = t.testdir({ ...SHOP, 'inject-sidecars.lock': lock(`other:1: ${DIGEST}`) })
  t.match(run(['check', '--sources', 'apps', 'istio'], { cwd: open }).stdout, /image-unpinned/)
  const wrong = t.testdir({ ...SHOP, 'inject-sidecars.lock': lock(`${PROXY}: latest`) })
  t.match(run(['inject', '--check', 'apps', 'istio'], { cwd: wrong }), {
    code: 1,
    stderr: /^inject-sidecars\.lock:8:\d+: error\[image-lock-invalid\]: "latest" is neither/,
  })
})

t.test('an image without a digest in the list is told, and left out of the lock', async t => {
  const cwd = t.testdir({ ...SHOP, 'digests.txt': '' })
  const { code, stdout, stderr } = run(['images', '--lock', 'digests.txt', '.'], { cwd })
  t.equal(code, 0)
  t.match(stdout, /^images: \{\}$/m)
  t.match(stderr, `warning[image-unpinned]: the list has no digest for "${PROXY}"`)
})

t.test('the bill of materials names each image by purl', async t => {
  const cwd = t.testdir({ ...SHOP, 'inject-sidecars.lock': lock(`${PROXY}: ${DIGEST}`) })
  const { components } = JSON.parse(run(['images', '-o', 'cyclonedx', '.'], { cwd }).stdout)
  t.match(components, [
    {
      type: 'container',
      name: 'proxy',
      version: '1.31.0',
      purl: `pkg:oci/proxy@${encodeURIComponent(DIGEST)}?repository_url=registry.example.com%2Fmesh%2Fproxy&tag=1.31.0`,
      hashes: [{ alg: 'SHA-256', content: DIGEST.slice(7) }],
    },
  ])
})
