// kpt copies comments from its input to its output by list index: what that does to a new first element, and what we do about it (src/write/marks.ts).

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { program, ROOT } from '../support/rig.ts'
import { needs, tool } from '../support/tools.ts'

const example = (name: string) => readFileSync(join(ROOT, 'examples/kpt-render', name), 'utf8')

const kptfile = (exec: string) => example('Kptfile').replace('exec: inject-sidecars', `exec: ${exec}`)

const deployment = (containers: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
        logging: enabled
    spec:
      containers:
${containers}`

const ONE = `      # pinned by team-a
      - name: web # the shop
        # from our registry
        image: registry.example.com/web:1.4.2 # pinned
        volumeMounts: # all of them
        - name: logs # written by web
          mountPath: /logs
`

const TWO = `      - name: web
        image: registry.example.com/web:1.4.2
      # of team-b
      - name: cache
        image: registry.example.com/cache:7 # newest
`

/** Puts a container first, as our function does, but without marks. */
const UNMARKED = `#!/bin/sh
exec sed 's|^\\( *\\)containers:$|&\\n\\1- name: log-shipper\\n\\1  image: x|'
`

const occurrences = (text: string, part: string) => text.split(part).length - 1

t.test('without marks, kpt puts the comments of the first container on the one that was put before it', { skip: needs('kpt') }, async t => {
  const folder = t.testdir({ Kptfile: kptfile('./unmarked.sh').replace(/\n {4}configPath.*/, ''), 'unmarked.sh': UNMARKED, 'web.yaml': deployment(ONE) })
  t.equal(tool('chmod', ['+x', join(folder, 'unmarked.sh')]).code, 0)
  const { code, stderr } = tool('kpt', ['fn', 'render', folder, '--allow-exec'], { cwd: folder })
  t.equal(code, 0, stderr)
  const text = readFileSync(join(folder, 'web.yaml'), 'utf8')
  t.match(text, '- name: log-shipper # the shop\n')
  t.equal(occurrences(text, '# pinned by team-a'), 2)
})

/** A package in `folder`, rendered again and again. */
function rendering(folder: string) {
  return (action: 'Inject' | 'Uninject' = 'Inject'): string => {
    writeFileSync(join(folder, 'sidecars.yaml'), example('sidecars.yaml').replace('spec:\n', `spec:\n  action: ${action}\n`))
    const { code, stderr } = tool('kpt', ['fn', 'render', folder, '--allow-exec'])
    if (code !== 0) throw new Error(stderr)
    return readFileSync(join(folder, 'web.yaml'), 'utf8')
  }
}

t.test('with marks every comment of the user is there once and in its place, and the injection comes off without a trace', { skip: needs('kpt') }, async t => {
  const original = deployment(ONE)
  const render = rendering(t.testdir({ Kptfile: kptfile(program()), 'web.yaml': original }))
  const injected = render()
  t.match(
    injected,
    '      # injected\n      - name: log-shipper # injected\n        # injected\n        image: registry.example.com/log-shipper:4.0 # injected\n',
  )
  t.equal(injected.includes(ONE), true)
  for (const comment of ONE.match(/# .*/g) ?? []) t.equal(occurrences(injected, `${comment}\n`), 1, comment)
  t.equal(render(), injected)
  t.equal(render('Uninject'), original)
})

t.test(
  "what remains: where a user's own element moves, kpt fills its free places with the comments of the one that stood there",
  { skip: needs('kpt') },
  async t => {
    const injected = rendering(t.testdir({ Kptfile: kptfile(program()), 'web.yaml': deployment(TWO) }))()
    // Our output has them once; kpt itself writes the second container's comments on the first one, which now stands where the second one stood.
    t.match(injected, '      # of team-b\n      - name: web\n        image: registry.example.com/web:1.4.2 # newest\n      # of team-b\n      - name: cache\n')
    t.match(injected, '      - name: log-shipper\n        image: registry.example.com/log-shipper:4.0\n')
  },
)
