// Templates of own sidecars that can be policies, each with a construct of its own, and those that cannot.

/** Values that the templates share. */
export const VALUES =
  '{image: "registry.example.com/agent:1", tag: "2.1", port: 9090, debug: true, off: false, empty: "", args: [a, "b c", "3"], labels: {team: shop, tier: "1"}, resources: {requests: {cpu: 10m, memory: 32Mi}}, nested: {list: [{name: ONE, value: "1"}, {name: TWO, value: "2"}]}}'

const container = (more: string) => `spec:\n  containers:\n  - name: agent\n    image: {{ .Values.image }}\n${more}`
const own = (more: string) => `spec:\n  containers:\n  {{- range .Spec.Containers }}\n  - name: {{ .Name }}\n${more}\n  {{- end }}\n`

export const EXPRESSIBLE: readonly (readonly [name: string, template: string])[] = [
  ['constant', 'spec:\n  containers:\n  - name: agent\n    image: agent:1\n'],
  ['value', container('')],
  ['native sidecar', 'spec:\n  initContainers:\n  - name: agent\n    image: {{ .Values.image }}\n    restartPolicy: Always\n'],
  ['two containers', 'spec:\n  containers:\n  - {name: a1, image: a}\n  - {name: a2, image: b}\n'],
  [
    'containers before and behind',
    'spec:\n  containers:\n  - {name: a1, image: a}\n  {{- range .Spec.Containers }}\n  - name: {{ .Name }}\n  {{- end }}\n  - {name: a2, image: b}\n',
  ],
  ['arguments', container('    args: [--verbose, "--port={{ .Values.port }}"]\n')],
  ['command and arguments of values', container('    command: [run]\n    args:\n    {{- range .Values.args }}\n    - {{ . | quote }}\n    {{- end }}\n')],
  ['toYaml', container('    resources:\n      {{ toYaml .Values.resources | indent 6 }}\n')],
  ['nindent', container('    resources: {{- toYaml .Values.resources | nindent 6 }}\n')],
  [
    'if of a value',
    container('{{- if .Values.debug }}\n    env: [{name: DEBUG, value: "1"}]\n{{- else }}\n    env: [{name: DEBUG, value: "0"}]\n{{- end }}\n'),
  ],
  ['with of a value', container('{{- with .Values.nested }}\n    env: {{- toYaml .list | nindent 4 }}\n{{- end }}\n')],
  ['range over values with keys', 'metadata:\n  labels:\n  {{- range $k, $v := .Values.labels }}\n    {{ $k }}: {{ $v | quote }}\n  {{- end }}\n'],
  ['label with index', container('    env:\n    - name: APP\n      value: {{ index .ObjectMeta.Labels "app" | quote }}\n')],
  ['label with index and default', container('    env:\n    - name: V\n      value: {{ index .ObjectMeta.Labels "version" | default "none" | quote }}\n')],
  ['label as a field', container('    env:\n    - name: APP\n      value: {{ .ObjectMeta.Labels.app }}\n')],
  ['annotation', container('    env:\n    - name: NOTE\n      value: {{ index .ObjectMeta.Annotations "example.com/note" | quote }}\n')],
  ['namespace', container('    env:\n    - {name: NS, value: "{{ .ObjectMeta.Namespace }}/{{ .DeploymentMeta.Namespace }}"}\n')],
  [
    'printf',
    container(
      '    env:\n    - name: ID\n      value: {{ printf "%s.%s:%d%%" (index .ObjectMeta.Labels "app") .ObjectMeta.Namespace (len .Spec.Containers) | quote }}\n',
    ),
  ],
  ['if of a label', container('{{- if index .ObjectMeta.Labels "version" }}\n    env:\n    - {name: VERSIONED, value: "yes"}\n{{- end }}\n')],
  ['if eq', container('{{- if eq (index .ObjectMeta.Labels "logging") "enabled" }}\n    env:\n    - {name: LOG, value: "on"}\n{{- end }}\n')],
  ['if ne', container('{{- if ne (index .ObjectMeta.Labels "logging") "enabled" }}\n    env:\n    - {name: LOG, value: "off"}\n{{- end }}\n')],
  [
    'if and or not',
    container(
      '{{- if and (not .Spec.HostNetwork) (or (index .ObjectMeta.Labels "version") (index .ObjectMeta.Labels "logging")) }}\n    env:\n    - {name: A, value: "1"}\n{{- else if .Spec.HostNetwork }}\n    env:\n    - {name: B, value: "1"}\n{{- end }}\n',
    ),
  ],
  [
    'if around containers',
    'spec:\n  containers:\n{{- if index .ObjectMeta.Labels "version" }}\n  - {name: agent, image: a}\n{{- end }}\n  - {name: other, image: b}\n',
  ],
  ['if around all', '{{- if index .ObjectMeta.Labels "logging" }}\nspec:\n  containers:\n  - {name: agent, image: a}\n{{- end }}\n'],
  ['two images', 'spec:\n  containers:\n  - name: agent\n    image: "agent:{{ if .Spec.HostNetwork }}host{{ else }}{{ .Values.tag }}{{ end }}"\n'],
  ['with of a label', container('{{- with index .ObjectMeta.Labels "version" }}\n    env:\n    - {name: VERSION, value: {{ . | quote }}}\n{{- end }}\n')],
  [
    'variables',
    '{{- $app := index .ObjectMeta.Labels "app" -}}\n{{- $image := printf "%s-%s" .Values.image .Values.tag -}}\nspec:\n  containers:\n  - name: agent\n    image: {{ $image }}\n    env:\n    - {name: APP, value: {{ $app | quote }}}\n',
  ],
  [
    'assignment in a branch',
    '{{- $level := "info" -}}\n{{- if index .ObjectMeta.Labels "version" }}{{ $level = "debug" }}{{ end -}}\nspec:\n  containers:\n  - name: agent\n    image: a\n    env:\n    - {name: LEVEL, value: {{ $level }}}\n',
  ],
  [
    'define and template',
    '{{- define "env" }}\n    env:\n    - {name: APP, value: {{ index .ObjectMeta.Labels "app" | quote }}}\n{{- end }}\nspec:\n  containers:\n  - name: agent\n    image: a\n    {{- template "env" . }}\n',
  ],
  ['environment for all', own('    env:\n    - {name: PROXY, value: "http://proxy:3128"}')],
  ['three variables for all', own('    env:\n    - {name: MODE, value: "1"}\n    - {name: B, value: "2"}\n    - {name: FROM, value: "3"}')],
  ['container name in a value', own('    env:\n    - {name: CONTAINER, value: {{ .Name | quote }}}')],
  ['a condition on the container', own('    {{- if eq .Name "app" }}\n    env:\n    - {name: MAIN, value: "1"}\n    {{- end }}')],
  [
    'new container before some',
    'spec:\n  containers:\n  - {name: agent, image: a}\n  {{- range .Spec.Containers }}\n  {{- if hasPrefix "app" .Name }}\n  - name: {{ .Name }}\n    env:\n    - {name: SIDE, value: "1"}\n  {{- end }}\n  {{- end }}\n',
  ],
  ['arguments for all', own('    args: [--name, {{ .Name | quote }}]')],
  [
    'init containers',
    'spec:\n  initContainers:\n  - {name: first, image: a}\n  {{- range .Spec.InitContainers }}\n  - name: {{ .Name }}\n    env:\n    - {name: A, value: b}\n  {{- end }}\n',
  ],
  [
    'mounts for all and a volume',
    `${own('    volumeMounts:\n    - {name: logs, mountPath: /var/log/app}')}  - name: agent\n    image: a\n    volumeMounts:\n    - {name: logs, mountPath: /logs, readOnly: true}\n  volumes:\n  - name: logs\n    emptyDir: {}\n`,
  ],
  [
    'volumes with lists',
    'spec:\n  volumes:\n  - name: info2\n    downwardAPI:\n      items:\n      - {path: labels, fieldRef: {fieldPath: metadata.labels}}\n  - name: token2\n    projected:\n      sources:\n      - serviceAccountToken: {path: token, audience: vault, expirationSeconds: 600}\n  - name: config2\n    configMap: {name: c, items: [{key: a, path: b}]}\n',
  ],
  [
    'valueFrom',
    container(
      '    env:\n    - name: POD_NAME\n      valueFrom: {fieldRef: {fieldPath: metadata.name}}\n    - name: LIMIT\n      valueFrom: {resourceFieldRef: {containerName: agent, resource: limits.cpu}}\n    - name: SECRET\n      valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}\n',
    ),
  ],
  [
    'probes and ports',
    container(
      '    ports:\n    - {name: metrics, containerPort: {{ .Values.port }}}\n    readinessProbe:\n      httpGet: {path: /ready, port: metrics, httpHeaders: [{name: A, value: b}]}\n      periodSeconds: 5\n    livenessProbe:\n      exec: {command: [check, live]}\n',
    ),
  ],
  [
    'security context',
    container(
      '    securityContext:\n      runAsUser: 1337\n      readOnlyRootFilesystem: true\n      capabilities: {drop: [ALL], add: [NET_ADMIN]}\n      seccompProfile: {type: RuntimeDefault}\n',
    ),
  ],
  ['lifecycle', container('    lifecycle:\n      preStop:\n        exec: {command: [sh, -c, "sleep 5"]}\n')],
  ['pod fields', 'spec:\n  terminationGracePeriodSeconds: 45\n  shareProcessNamespace: true\n  securityContext: {fsGroup: 2000, supplementalGroups: [1, 2]}\n'],
  ['tolerations', 'spec:\n  tolerations:\n  - {key: sidecars, operator: Exists, effect: NoSchedule}\n'],
  ['node selector', 'spec:\n  nodeSelector: {pool: sidecars, "example.com/a": "b"}\n'],
  ['pull secret', 'spec:\n  imagePullSecrets:\n  - name: agents\n'],
  [
    'labels and annotations',
    'metadata:\n  labels: {agent: "{{ .Values.tag }}"}\n  annotations:\n    example.com/agent: {{ index .ObjectMeta.Labels "app" | upper | quote }}\n    "example.com/n": "{{ len .Spec.Containers }}"\n',
  ],
  [
    'a block of text',
    container('    env:\n    - name: CONFIG\n      value: |\n        a: {{ .Values.tag }}\n        b: "{{ index .ObjectMeta.Labels "app" }}"\n'),
  ],
  [
    'functions of texts',
    container(
      '    env:\n    - name: A\n      value: {{ index .ObjectMeta.Labels "app" | replace "-" "_" | upper | quote }}\n    - name: B\n      value: {{ ternary "with" "without" (contains "app" (index .ObjectMeta.Labels "app")) }}\n    - name: C\n      value: {{ coalesce (index .ObjectMeta.Labels "nothing") (index .ObjectMeta.Labels "app") "none" | squote }}\n',
    ),
  ],
  ['comparisons of numbers', container('{{- if gt (len .Spec.Containers) 1 }}\n    env:\n    - {name: MANY, value: "1"}\n{{- end }}\n')],
  [
    'list arguments under conditions',
    container(
      '    args:\n    - --a\n{{- if index .ObjectMeta.Labels "version" }}\n    - --version={{ index .ObjectMeta.Labels "version" }}\n{{- end }}\n    - --b\n',
    ),
  ],
  ['an argument for each container', container('    args:\n    {{- range .Spec.Containers }}\n    - --watch={{ .Name }}\n    {{- end }}\n')],
  ['host aliases', 'spec:\n  hostAliases:\n  - {ip: 10.9.9.9, hostnames: [mesh, proxy]}\n'],
  ['dns', 'spec:\n  dnsConfig:\n    options:\n    - {name: ndots, value: "1"}\n'],
]

export const REFUSED: readonly (readonly [name: string, template: string, message: RegExp, line: number])[] = [
  ['null', 'spec:\n  hostname: null\n', /spec\.hostname is null/, 2],
  ['a directive', 'spec:\n  containers:\n  - $patch: delete\n    name: app\n', /the directive \$patch/, 1],
  ['an unknown field', 'spec:\n  colour: red\n', /the API has no field spec\.colour/, 2],
  ['a number for a text', 'spec:\n  hostname: 5\n', /spec\.hostname is 5, which is not a string/, 2],
  [
    'a name that depends on the pod',
    'spec:\n  containers:\n  - name: {{ index .ObjectMeta.Labels "app" }}\n    image: a\n',
    /a name of new containers that depends on the pod/,
    2,
  ],
  ['a key that depends on the pod', 'metadata:\n  labels:\n    {{ index .ObjectMeta.Labels "app" }}: a\n', /a key of its output depends on the pod/, 1],
  [
    'range over labels',
    'metadata:\n  annotations:\n  {{- range $k, $v := .ObjectMeta.Labels }}\n    {{ $k }}: {{ $v }}\n  {{- end }}\n',
    /`range` over \.ObjectMeta\.Labels/,
    3,
  ],
  ['range over volumes', 'spec:\n  volumes:\n  {{- range .Spec.Volumes }}\n  - name: {{ .Name }}\n  {{- end }}\n', /`range` over \.Spec\.Volumes/, 3],
  [
    'index of a range',
    'spec:\n  containers:\n  {{- range $i, $c := .Spec.Containers }}\n  - name: {{ $c.Name }}\n    env: [{name: I, value: "{{ $i }}"}]\n  {{- end }}\n',
    /with its index/,
    3,
  ],
  ['the workload', 'spec:\n  hostname: {{ .DeploymentMeta.Name }}\n', /the field \.DeploymentMeta\.Name/, 2],
  ['toYaml of the pod', 'spec:\n  containers:\n  - name: agent\n    image: a\n    env: {{ toJson .ObjectMeta.Labels }}\n', /the function `toJson`/, 5],
  ['sha256', 'metadata:\n  annotations:\n    a: {{ index .ObjectMeta.Labels "app" | sha256sum }}\n', /the function `sha256sum`/, 3],
  ['a range that prints no items', 'spec:\n  hostname: "{{ range .Spec.Containers }}{{ .Name }}{{ end }}"\n', /does not print whole items of a list/, 1],
  [
    'two ranges over one list',
    'spec:\n  containers:\n{{- range .Spec.Containers }}\n  - name: {{ .Name }}\n{{- end }}\n{{- range .Spec.Containers }}\n  - name: {{ .Name }}\n{{- end }}\n',
    /two items for each of the pod's own containers/,
    1,
  ],
  [
    'a condition on a container about the pod',
    'spec:\n{{- range .Spec.Containers }}\n{{- if eq .Name "app" }}\n  hostNetwork: true\n{{- end }}\n{{- end }}\n',
    /./,
    1,
  ],
  [
    'a list that may be empty, which removes all',
    'spec:\n  containers:\n  {{- range .Spec.Containers }}\n  {{- if ne .Name "app" }}\n  - name: {{ .Name }}\n    env:\n    - {name: SIDE, value: "1"}\n  {{- end }}\n  {{- end }}\n',
    /a condition on a container .* that decides about more than this container/,
    1,
  ],
  ['hasKey', 'spec:\n  hostname: {{ if hasKey .ObjectMeta.Labels "a" }}a{{ else }}b{{ end }}\n', /the function `hasKey`/, 2],
  ['a failing value', 'spec:\n  hostname: {{ fail "no" }}\n', /no/, 2],
  ['a missing value', 'spec:\n  hostname: {{ .Values.image.tag }}\n', /can't evaluate field tag/, 2],
]

/** A function config with one injector. */
export function configFor(template: string, name = 'agent'): string {
  const text = template
    .split('\n')
    .map(line => (line === '' ? '' : `          ${line}`))
    .join('\n')
  return `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata:
  name: ${name}
spec:
  injectors:
  - name: ${name}
    webhooks: [{}]
    values: ${VALUES}
    config:
      templates:
        sidecar: |
${text}`
}
