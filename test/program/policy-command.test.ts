// `inject-sidecars policy` as people run it: what it prints, what it says, and with which exit code it ends.

import { join } from 'node:path'
import t from 'tap'
import { stringAt } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { configFor } from '../support/policy-templates.ts'
import { ROOT, run } from '../support/rig.ts'

t.test('it prints a policy and a binding for the injector of the working directory', async t => {
  const { code, stdout, stderr } = run(['policy'], { cwd: join(ROOT, 'examples/log-shipper') })
  t.same([code, stderr], [0, ''])
  const objects = parseDocuments({ path: 'policy.yaml', text: stdout }).map(({ value }) => value ?? null)
  t.same(
    objects.map(value => [stringAt(value, ['kind']), stringAt(value, ['metadata', 'name'])]),
    [
      ['MutatingAdmissionPolicy', 'log-shipper'],
      ['MutatingAdmissionPolicyBinding', 'log-shipper'],
    ],
  )
  t.equal(run(['policy'], { cwd: join(ROOT, 'examples/log-shipper') }).stdout, stdout, 'the same input gives the same bytes')
})

t.test('what cannot be expressed is shown in the file, and nothing is printed', async t => {
  const folder = t.testdir({ 'own.yaml': configFor('spec:\n  hostname: {{ .DeploymentMeta.Name }}\n') })
  const { code, stdout, stderr } = run(['policy', 'own.yaml'], { cwd: folder })
  t.same([code, stdout], [1, ''])
  t.match(stderr, /^own\.yaml:14:\d+: error\[policy-export-refused\]: a MutatingAdmissionPolicy cannot express it: the field \.DeploymentMeta\.Name/)
  t.match(stderr, 'hostname: {{ .DeploymentMeta.Name }}')
})

t.test('an injector that is not there is an error that names those that are, and a function config that is wrong is bad usage', async t => {
  const folder = t.testdir({ 'own.yaml': configFor('spec:\n  hostname: a\n'), 'wrong.yaml': configFor('spec: {}\n').replace('webhooks', 'webhoks') })
  const missing = run(['policy', 'own.yaml', '--injector', 'other'], { cwd: folder })
  t.same([missing.code === 0, missing.stdout], [false, ''])
  t.match(missing.stderr, /has no injector "other", hint: its injectors: agent|has no injector "other"/)
  t.match(missing.stderr, 'its injectors: agent')
  const wrong = run(['policy', 'wrong.yaml'], { cwd: folder })
  t.same([wrong.code, wrong.stdout], [3, ''])
})
