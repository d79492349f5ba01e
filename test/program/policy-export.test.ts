// Own sidecars as MutatingAdmissionPolicies: for the examples and a table of templates, the policies make the pods that rendering makes.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { changedPaths, InjectError, isObject, type JsonObject } from '../../src/lib/model/index.ts'
import { generateWorkloads } from '../e2e/workloads.ts'
import { admittedPod, comparable, policiesOf, renderedPod, storedPod } from '../support/policy-export.ts'
import { configFor, EXPRESSIBLE, REFUSED } from '../support/policy-templates.ts'
import { ROOT } from '../support/rig.ts'

const NAMESPACE: JsonObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { telemetry: 'otel' } } }

/** Pods of every form, by the workloads' templates. */
const PODS: readonly JsonObject[] = generateWorkloads(60).map(({ value, podPath }, i) => {
  const template = podPath.reduce<JsonObject>((inner, step) => (isObject(inner[step]) ? inner[step] : {}), value)
  const metadata = isObject(template.metadata) ? template.metadata : {}
  const labels = isObject(metadata.labels) ? metadata.labels : {}
  const more = i % 3 === 0 ? { telemetry: 'on', 'secrets.example.com/role': 'reader', logging: 'enabled' } : {}
  const annotations = { ...(isObject(metadata.annotations) ? metadata.annotations : {}), 'sql.example.com/instance': `p:r:${i}` }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, annotations, name: `pod-${i}`, namespace: 'shop', labels: { ...labels, ...more } },
    spec: template.spec ?? {},
  }
})

/** How a pod of the policies differs from the rendered one; undefined where rendering fails. */
function difference(pod: JsonObject, functionConfig: string, objects: readonly JsonObject[]): readonly string[] | undefined {
  const rendered = renderedPod(pod, functionConfig, NAMESPACE)
  if (typeof rendered === 'string') return undefined
  const admitted = admittedPod(pod, objects, NAMESPACE)
  if (typeof admitted === 'string') return [admitted]
  const [ours, theirs] = [comparable(storedPod(rendered)), comparable(admitted)]
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return []
  const paths = changedPaths(ours, theirs)
  return paths.length > 0 ? paths : ['the order of a list']
}

const examples = ['log-shipper', 'otel-collector', 'vault-agent', 'cloud-sql-proxy', 'istio-and-log-shipper'].map(name => {
  const text = readFileSync(join(ROOT, 'examples', name, 'inject-sidecars.yaml'), 'utf8')
  return [
    `the example ${name}`,
    text
      .replace(/^ {2}istio:.*\n/m, '')
      .replace(/^ {2}sources:.*\n/m, '')
      .replace(/^ {2}expect:\n(?: {2}- .*\n)+/m, ''),
  ] as const
})

for (const [name, config] of [...examples, ...EXPRESSIBLE.map(([name, template]) => [name, configFor(template)] as const)]) {
  t.test(`the policies make the pods that rendering makes: ${name}`, async t => {
    const objects = policiesOf(config)
    t.equal(objects.length, 2)
    const differences = PODS.map(pod => [pod, difference(pod, config, objects)] as const)
    t.same(
      differences
        .flatMap(([{ metadata }, paths]) => (paths === undefined || paths.length === 0 ? [] : [[isObject(metadata) ? metadata.name : '', paths]]))
        .slice(0, 3),
      [],
    )
    t.equal(differences.filter(([, paths]) => paths !== undefined).length > 20, true, 'rendering works')
    t.equal(
      differences.some(([pod]) => JSON.stringify(admittedPod(pod, objects, NAMESPACE)) !== JSON.stringify(admittedPod(pod, [], NAMESPACE))),
      true,
      'something is changed',
    )
  })
}

for (const [name, template, message, line] of REFUSED) {
  t.test(`what a policy cannot express is refused with its construct and line: ${name}`, async t => {
    try {
      policiesOf(configFor(template))
      t.equal('exported', 'refused')
    } catch (error) {
      if (!(error instanceof InjectError)) throw error
      t.equal(error.diagnostic.code, 'policy-export-refused')
      t.match(error.message, message)
      t.equal((error.diagnostic.at?.line ?? 0) - 12, line, error.message)
    }
  })
}
