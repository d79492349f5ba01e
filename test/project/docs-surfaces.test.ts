// The pages about kustomize, kpt, Argo CD, Flux and Helm: their files are written, their commands run, and the sidecars looked for.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { clone, missing, shell, write } from '../support/clone.ts'
import { example, ROOT } from '../support/rig.ts'
import { sidecars } from '../support/tools.ts'

interface Block {
  readonly language: string
  readonly text: string
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8')
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', block = '']) => ({ language, text: block }))
}

/** Files that the pages take for granted. */
function givenFiles(): [path: string, text: string][] {
  const mesh = example('istio/config.yaml')
    .replace(/ {2}annotations:\n {4}config.kubernetes.io\/local-config: "true"\n/g, '')
    .replace(/^# .*\n/gm, '')
  const names = ['namespace.yaml', 'web.yaml', 'store.yaml']
  return [...names.map(name => [name, example(name)] as [string, string]), ['istio/istio.yaml', mesh]]
}

const pages: [page: string, folder: string, sidecars: number[]][] = [
  ['kustomize.md', 'shop', [2, 0, 0, 1]],
  ['kpt.md', 'shop', [0, 0]],
  ['argocd-flux-helm.md', '.', [1, 0, 1, 0, 1]],
]
for (const [page, folder, counts] of pages) {
  const blocks = blocksOf(page)
  const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text)

  t.test(`${page}: what it tells people to write and run works`, { skip: missing(commands.join('')) }, async t => {
    const there = clone(t.testdir({}))
    const cwd = join(there.root, folder)
    for (const [path, text] of folder === '.' ? [] : givenFiles()) write(cwd, path, text)
    for (const { language, text } of blocks) {
      const path = language === 'yaml' ? /^# (\S+)\n/.exec(text)?.[1] : undefined
      if (path !== undefined) write(cwd, path, text)
    }
    t.equal(commands.length, counts.length)
    for (const [i, command] of commands.entries()) {
      const { code, stdout, stderr } = shell(command, { ...there, root: cwd })
      t.equal(code, 0, `${command}${stderr}`)
      t.equal(sidecars(stdout), counts[i], command)
    }
    if (page !== 'kpt.md') return
    for (const place of ['web.yaml', 'store.yaml', '../rendered/web.yaml']) t.equal(sidecars(readFileSync(join(cwd, place), 'utf8')), 1, place)
    t.match(readFileSync(join(cwd, '../results/results.yaml'), 'utf8'), /^kind: FunctionResultList$/m)
  })
}
