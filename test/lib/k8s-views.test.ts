// Kubernetes objects in templates: Go's field names, zero values, pointers and methods over plain JSON; and the way back to JSON.

import t from 'tap'
import { encodeJson } from '../../src/lib/go/json.ts'
import { Box, type GoValue, STRING_MAP, sliceOf } from '../../src/lib/go/value.ts'
import { goTypeOf, typedValue } from '../../src/lib/k8s/pod-types.ts'
import { decodeTyped } from '../../src/lib/k8s/typed.ts'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { sprigFuncs } from '../../src/lib/sprig/index.ts'
import { parseTemplate } from '../../src/lib/template/index.ts'
import { podValue } from '../support/go-values.ts'

const POD = decodeTyped('v1.Pod', {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    labels: { app: 'web' },
    creationTimestamp: '2024-02-29T12:00:00Z',
    ownerReferences: [{ kind: 'ReplicaSet', name: 'r', uid: 'u', apiVersion: 'apps/v1' }],
  },
  spec: {
    terminationGracePeriodSeconds: 30,
    securityContext: { runAsUser: 7, supplementalGroups: [1, 2] },
    containers: [
      {
        name: 'a',
        args: ['-x'],
        ports: [{ containerPort: 80, protocol: 'UDP' }],
        resources: { limits: { cpu: '1500m', memory: '1Gi' } },
        livenessProbe: { httpGet: { port: 'http' } },
        readinessProbe: { tcpSocket: { port: 8080 } },
      },
    ],
    volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }],
  },
})

function render(text: string, data: GoValue = podValue(POD)): string {
  return parseTemplate({ name: 't', text, funcs: sprigFuncs() }).execute(data)
}

t.test('a template sees a pod as Go does', async t => {
  const cases: [template: string, want: string][] = [
    ['{{.Name}} {{.ObjectMeta.Name}} {{.Kind}} {{.TypeMeta.Kind}}', 'web web Pod Pod'],
    ['{{.Labels.app}} {{.Labels.nope}} {{index .Annotations "nope"}}|', 'web <no value> |'],
    ['{{.Spec.HostNetwork}} {{.Spec.NodeName}}| {{.Spec.Priority}} {{.Spec.Tolerations}} {{.Spec.NodeSelector}}', 'false | <nil> [] map[]'],
    ['{{.Spec.TerminationGracePeriodSeconds}} {{printf "%T" .Spec.TerminationGracePeriodSeconds}}', '30 *int64'],
    ['{{.Spec.SecurityContext.SupplementalGroups}} {{index .Spec.SecurityContext.SupplementalGroups 1}}', '[1 2] 2'],
    [
      '{{with index .Spec.Containers 0}}{{range .Ports}}{{.ContainerPort}} {{.Protocol}} {{eq .Protocol "UDP"}} {{printf "%T" .Protocol}}{{end}}{{end}}',
      '80 UDP true v1.Protocol',
    ],
    [
      '{{with index .Spec.Containers 0}}{{.LivenessProbe.HTTPGet.Port}} {{.LivenessProbe.HTTPGet.Port.IntValue}} {{.ReadinessProbe.TCPSocket.Port.IntVal}}{{end}}',
      'http 0 8080',
    ],
    [
      '{{with (index .Spec.Containers 0).Resources.Limits}}{{.Cpu}} {{.Cpu.Value}} {{.Cpu.MilliValue}} {{.Memory.Value}} {{.Storage}} {{.Pods.IsZero}}{{end}}',
      '1500m 2 1500 1073741824 0 true',
    ],
    ['{{range .Spec.Volumes}}{{.EmptyDir.SizeLimit}} {{.VolumeSource.EmptyDir.SizeLimit.String}} {{.ConfigMap}}{{end}}', '1Mi 1Mi nil'],
    [
      '{{.CreationTimestamp}} {{.CreationTimestamp.Year}} {{.CreationTimestamp.Format "Jan 2"}} {{.DeletionTimestamp}}',
      '2024-02-29 12:00:00 +0000 UTC 2024 Feb 29 <nil>',
    ],
    ['{{.GetName}} {{.ObjectMeta.GetLabels}} {{.GetObjectMeta.GetName}} {{.GroupVersionKind}}', 'web map[app:web] web /v1, Kind=Pod'],
    ['{{range .OwnerReferences}}{{.}}{{end}}', '&OwnerReference{Kind:ReplicaSet,Name:r,UID:u,APIVersion:apps/v1,Controller:nil,BlockOwnerDeletion:nil,}'],
    ['{{(index .Spec.Containers 0).VolumeMounts}} {{.Spec.Affinity}}', '[] nil'],
    [
      '{{(index .Spec.Containers 0).Resources}}',
      '&ResourceRequirements{Limits:ResourceList{cpu: {{1500 -3} {<nil>} 1500m DecimalSI},memory: {{1073741824 0} {<nil>} 1Gi BinarySI},},Requests:ResourceList{},Claims:[]ResourceClaim{},}',
    ],
    ['{{.OpenAPIModelName}} {{.ObjectMeta.OpenAPIModelName}}', 'io.k8s.api.core.v1.Pod io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'],
  ]
  for (const [template, want] of cases) t.equal(render(template), want, template)
})

t.test('what Go refuses is refused in its words', async t => {
  const cases: [template: string, reason: string][] = [
    ['{{.constructor}}', "can't evaluate field constructor in type *v1.Pod"],
    ['{{.__proto__}}', "can't evaluate field __proto__ in type *v1.Pod"],
    ['{{.Spec.hostNetwork}}', "can't evaluate field hostNetwork in type v1.PodSpec"],
    ['{{.Spec.Affinity.NodeAffinity}}', 'nil pointer evaluating *v1.Affinity.NodeAffinity'],
    ['{{.DeletionTimestamp.Unix}}', 'invalid memory address'],
    ['{{range $k, $v := (index .Spec.Containers 0).Resources.Limits}}{{$v.String}}{{end}}', "can't evaluate field String in type resource.Quantity"],
  ]
  for (const [template, reason] of cases)
    t.match(
      messageOf(() => render(template)),
      new RegExp(reason.replace(/[*.]/g, '\\$&')),
      template,
    )
})

function messageOf(run: () => unknown): string {
  try {
    run()
    return 'no error'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

t.test('the zero value of every type can be read', async t => {
  const empty = podValue({})
  t.equal(render('{{.Name}}|{{.Labels}}|{{.Spec.Containers}}|{{.CreationTimestamp.IsZero}}|{{.Status.Phase}}', empty), '|map[]|[]|true|')
  t.equal(render('{{.Port}} {{.Port.IntVal}}', typedValue('v1.HTTPGetAction', {})), '0 0')
  t.equal(render('{{.Divisor.IsZero}} {{.Divisor.String}}', typedValue('v1.ResourceFieldSelector', undefined)), 'true 0')
})

t.test('types are found by name and always the same', async t => {
  t.equal(goTypeOf('v1.ObjectMeta'), goTypeOf('v1.ObjectMeta'))
  t.equal(goTypeOf('v1.PodSpec').field?.('Containers')?.type.name, sliceOf(goTypeOf('v1.Container')).name)
  t.equal(goTypeOf('v1.ObjectMeta').field?.('Labels')?.type, STRING_MAP)
  t.equal(goTypeOf('v1.Pod').field?.('nope'), undefined)
  t.throws(() => goTypeOf('v1.Nope').fields?.())
})

t.test('values go back to JSON as encoding/json prints them', async t => {
  const cases: [name: string, value: GoValue, want: string][] = [
    ['a pod', podValue({ spec: { containers: [] } }), '{"metadata":{},"spec":{"containers":[]},"status":{}}'],
    ['a container without its zero values', typedValue('v1.Container', { stdin: false, image: 'b', name: 'a' }), '{"name":"a","image":"b","resources":{}}'],
    ['a nil pointer', fieldOf('v1.PodSpec', {}, 'Affinity'), 'null'],
    ['a list of structs', fieldOf('v1.PodSpec', { containers: [{ name: 'a' }] }, 'Containers'), '[{"name":"a","resources":{}}]'],
    ['a nil list', fieldOf('v1.PodSpec', {}, 'Tolerations'), 'null'],
    ['a map in key order', fieldOf('v1.ObjectMeta', { labels: { b: '', a: '<' } }, 'Labels'), '{"a":"\\u003c","b":""}'],
    ['quantities', fieldOf('v1.ResourceRequirements', { limits: { cpu: '1000m' } }, 'Limits'), '{"cpu":"1"}'],
    ['a port', fieldOf('v1.HTTPGetAction', { port: 'http' }, 'Port'), '"http"'],
    ['a named string', fieldOf('v1.ContainerPort', { protocol: 'TCP' }, 'Protocol'), '"TCP"'],
    ['integers', fieldOf('v1.PodSecurityContext', { supplementalGroups: [1, 2] }, 'SupplementalGroups'), '[1,2]'],
    ['the zero time', fieldOf('v1.ObjectMeta', {}, 'CreationTimestamp'), 'null'],
  ]
  for (const [name, value, want] of cases) t.equal(encodeJson(value), want, name)
})

function fieldOf(struct: string, json: JsonObject, name: string): GoValue {
  const value = typedValue(struct, json)
  const field = goTypeOf(struct).field?.(name)
  return value instanceof Box ? (field?.get(value.value) ?? null) : null
}
