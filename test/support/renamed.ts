// Manifests that are written alike and differ in scalars.

import { isObject, type Json } from '../../src/lib/model/index.ts'
import { shapeOf } from '../../src/lib/yaml/index.ts'
import { chance, pick, type Random } from './random.ts'

/** Every scalar of a value, as text. */
export function scalarsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(scalarsIn)
  return isObject(value) ? Object.values(value).flatMap(scalarsIn) : [String(value)]
}

/** The value with other scalars, by their text. */
export function mapped(value: Json, names: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map(item => mapped(item, names))
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mapped(child, names)]))
  const name = names.get(String(value))
  return name === undefined || typeof value === 'object' ? value : typeof value === 'number' ? Number(name) || value : name
}

const WORDS = ['api', 'yes', 'web', 'c0', '12', '8081', '1.5', 'a b', "it's", 'x: y', 'registry/x:2', 'true', 'sidecar-7', '# c', 'two\nlines', ''] as const

/** Other names for some of the scalars: mostly new ones, some that are there, some the same. */
export function newNames(next: Random, scalars: readonly string[]): Map<string, string> {
  const usual = !chance(next, 30)
  const chosen = [...new Set(scalars)].filter(() => chance(next, 40))
  const fresh = (old: string) => (/^\d+$/.test(old) ? `${100 + next(900)}` : `n-${next(100_000)}`)
  return new Map(chosen.map(old => [old, usual || chance(next, 70) ? fresh(old) : pick(next, [...WORDS, ...scalars.slice(0, 5)])]))
}

/** The text with other scalars where it has holes. */
export function renamed(text: string, names: ReadonlyMap<string, string>): string {
  let [result, from] = ['', 0]
  for (const hole of shapeOf(text, '').holes) {
    const quote = /^["']/.exec(hole.text)?.[0] ?? ''
    const name = names.get(quote === '' ? hole.text : hole.text.slice(1, -1))
    if (name === undefined || /[^ -~]|['"]/.test(name)) continue
    result += `${text.slice(from, hole.start)}${quote}${name}${quote}`
    from = hole.start + hole.text.length
  }
  return result + text.slice(from)
}

/** A Deployment in one of the usual styles. */
export function usualManifest(next: Random): string {
  const [quote, dash, comment] = [pick(next, ['', '"', "'"]), pick(next, ['', '  ']), () => (chance(next, 10) ? ' # note' : '')]
  const some = (text: string) => (chance(next, 50) ? text : '')
  const item = (lines: string) => lines.replace(/^(?=.)/gm, dash)
  const container = (name: string, port: number) =>
    item(`      - name: ${name}
        image: ${quote}registry.example.com/team/${name}:1.2${quote}${comment()}
${some(`        args:
${item(`        - --port
        - "${port}"
        - serve
`)}`)}${some(`        env:
${item(`        - name: MODE
          value: ${quote}production${quote}
`)}`)}${some(`        ports:
${item(`        - containerPort: ${port}
          name: http-${name}
`)}`)}        livenessProbe:
          httpGet:
            path: ${quote}health/${name}${quote}
            port: ${port}
`)
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: storefront${comment()}
${some(`  annotations:
    team.example.com/owner: ${quote}payments${quote}
`)}spec:
  replicas: ${2 + next(3)}
  template:
    metadata:
      labels:
        app: storefront
${some('        version: v12\n')}    spec:
      serviceAccountName: ${pick(next, ['storefront', 'default'])}
      containers:
${container('storefront', 8080)}${some(container('helper', 9090))}${some(`      volumes:\n${item('      - name: cache\n        emptyDir: {}\n')}`)}`
}
