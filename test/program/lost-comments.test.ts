// Comments that a user puts into an injected file: beside the injection they stay, inside of it they go with it, and a finding names each with its line.

import t from 'tap'
import { inject, uninject } from '../../src/index.ts'
import type { Diagnostic, SourceFile } from '../../src/lib/model/index.ts'
import { example } from '../support/rig.ts'

const OLD: readonly SourceFile[] = [
  { path: 'config.yaml', text: example('istio/config.yaml') },
  { path: 'namespace.yaml', text: example('namespace.yaml') },
]
const NEW = OLD.map(({ path, text }) => ({ path, text: text.replaceAll('1.31.0', '1.32.0') }))
const injected = (mesh: readonly SourceFile[], text: string) => inject({ files: [...mesh, { path: 'x.yaml', text }] })
const textOf = (text: string) => injected(OLD, text).files[2]?.text ?? ''
const takenOff = (text: string) => uninject({ files: [{ path: 'x.yaml', text }] })
const told = (diagnostics: readonly Diagnostic[]) => diagnostics.filter(({ code }) => code === 'not-restorable').map(({ message }) => message)

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      # the shop
      - name: web
        image: web:1
        readinessProbe:
          httpGet: {path: "/ready", port: 80} # slow
      volumes:
      # of the shop
      - name: data
        emptyDir: {}
`

/** A line of the injected text, and the lines in its place. */
const INSIDE: [name: string, line: string, inPlace: string, comment: string][] = [
  ['above a field of a container', '        args:', '        # mine\n        args:', '# mine'],
  ['behind a field', '        restartPolicy: Always', '        restartPolicy: Always # mine', '# mine'],
  ['behind an element', '      - name: istio-proxy', '      - name: istio-proxy # mine', '# mine'],
  ['below a key', '          limits:', '          limits:\n          # mine', '# mine'],
  ['less indented', '        securityContext:', '# mine\n        securityContext:', '# mine'],
  ['between the mark of an inserted volume and the volume', '      # injected', '      # injected\n      # mine', '# mine'],
  ['behind the value of a variable, which is not shown', '          value: web', '          value: web # mine', 'value: …'],
  ['behind the header of a block of lines', '          value: |', '          value: | # mine', 'value: …'],
]

t.test('a comment inside of the injection is named, with its line', async t => {
  const before = textOf(WEB)
  for (const [name, line, inPlace, comment] of INSIDE) {
    const text = before.replace(`${line}\n`, `${inPlace}\n`)
    t.not(text, before, name)
    const number = text.split('\n').findIndex(each => each.includes('# mine')) + 1
    const off = takenOff(text)
    t.equal(off.files[0]?.text, WEB, name)
    t.same(told(off.diagnostics).length, 1, name)
    t.match(told(off.diagnostics)[0], `"${comment}" (line ${number})`, name)
    const upgraded = injected(NEW, text)
    const isKept = upgraded.files[2]?.text.includes('# mine') === true
    t.equal(isKept || told(upgraded.diagnostics)[0]?.includes(`(line ${number})`) === true, true, `${name}, in an upgrade`)
    t.equal(injected(OLD, text).files[2]?.text, text, `${name}, in a run that changes nothing`)
    t.same(told(injected(OLD, text).diagnostics), [], `${name}, in a run that changes nothing`)
  }
})

t.test('what only looks like a comment is not one', async t => {
  const text = textOf(WEB).replace('          value: web\n', "          value: 'a # b'\n")
  t.same(told(takenOff(text).diagnostics), [])
})

t.test('an injection that was not edited is taken off without a word', async t => {
  t.same(takenOff(textOf(WEB)).files[0]?.text, WEB)
  t.same(told(takenOff(textOf(WEB)).diagnostics), [])
  t.same(told(injected(NEW, textOf(WEB)).diagnostics), [])
})

t.test('recorded texts find their containers behind one that a user puts before them', async t => {
  const put = (text: string) => text.replace(/( +)- name: web\n/, '$1- name: first\n$1  image: first:1\n$&')
  const off = takenOff(put(textOf(WEB)))
  t.equal(off.files[0]?.text, put(WEB))
  t.same(told(off.diagnostics), [])
})

t.test('the style of a value that cannot be restored beside a comment is named', async t => {
  const text = WEB.replace('{path: "/ready", port: 80} # slow', '\n            path: >-\n              /ready\n            port: 80\n        # >-')
  const edited = textOf(text).replace('path: /app-health/web/readyz', '$& # mine')
  t.not(edited, textOf(text))
  const off = takenOff(edited)
  t.match(off.files[0]?.text, 'path: /ready # mine')
  t.match(told(off.diagnostics), [/"path: >-"/])
})
