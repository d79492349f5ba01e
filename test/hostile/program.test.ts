// Hostile manifests and configuration, through the whole program: each gives its finding, in seconds, in bounded memory.

import t from 'tap'
import { at } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { bounded } from '../support/bounded.ts'
import { example, resourceList } from '../support/rig.ts'

const CONFIG = example('istio/config.yaml')
const NAMESPACE = example('namespace.yaml')
const WEB = example('web.yaml')
const repeated = (count: number, make: (i: number) => string) => Array.from({ length: count }, (_, i) => make(i)).join('')
const nested = (open: string, close: string, count: number) => open.repeat(count) + close.repeat(count)

/** One workload, as it is or changed, with the configuration of the example, as it is or changed. */
function list({
  web = WEB,
  config = CONFIG,
  namespace = NAMESPACE,
  more = [],
  functionConfig = 'spec: {istio: {}}\n',
}: {
  web?: string
  config?: string
  namespace?: string
  more?: string[]
  functionConfig?: string
}): string {
  return resourceList([config, namespace, web, ...more], `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\n${functionConfig}`)
}

function swapped(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`no ${JSON.stringify(from)}`)
  return text.replace(from, () => to)
}

const annotated = (...annotations: string[]) => swapped(WEB, '      labels:\n', `      annotations: {${annotations.join(', ')}}\n      labels:\n`)

/** Nine times nine times nine … */
const laughs = (levels: number) => repeated(levels, i => `a${i}: &a${i} [${(i === 0 ? 'x,' : `*a${i - 1},`).repeat(9)}]\n`)
const merges = repeated(40, i => `a${i}: &a${i} ${i === 0 ? '{x: 1}' : `{<<: [${`*a${i - 1},`.repeat(9)}], k${i}: *a${i - 1}}`}\n`)
const thing = (text: string) => `apiVersion: v1\nkind: Thing\nmetadata: {name: x}\n${text}`

const REFUSED: [name: string, input: string | Buffer, stderr: RegExp][] = [
  ['an alias bomb', list({ more: [thing(laughs(12))] }), /error\[yaml-syntax\]: document contains excessive aliasing/],
  ['an alias bomb of merge keys', list({ more: [thing(merges)] }), /error\[yaml-syntax\]: document contains excessive aliasing/],
  [
    'an alias bomb in the configuration',
    list({ config: swapped(CONFIG, '    policy:', `${laughs(12).replace(/^/gm, '    ')}policy:`) }),
    /injector-config-invalid\]: config: .*excessive aliasing/,
  ],
  [
    'an alias bomb in an annotation',
    list({ web: annotated(`proxy.istio.io/config: ${JSON.stringify(laughs(12))}`) }),
    /annotation-invalid\]: .*'proxy\.istio\.io\/config': .*excessive aliasing/s,
  ],
  [
    'an alias bomb in the mesh config',
    list({ config: swapped(CONFIG, '      concurrency: 2\n', laughs(12).replace(/^(?=.)/gm, '      ')) }),
    /injector-config-invalid\]: mesh: .*excessive aliasing/,
  ],
  ['an alias bomb in the function config', list({ functionConfig: `spec: {}\n${laughs(12)}` }), /error\[yaml-syntax\]: document contains excessive aliasing/],
  ['an anchor that holds itself', list({ more: [thing('a: &a [*a]\n')] }), /error\[yaml-syntax\]: anchor 'a' value contains itself/],
  ...([101, 10_000, 1_000_000] as const).flatMap((depth): [string, string, RegExp][] => [
    [`lists ${depth} deep`, list({ more: [thing(`spec: ${nested('[', ']', depth)}\n`)] }), /error\[yaml-syntax\]: exceeded max depth of 100/],
    [`mappings ${depth} deep`, list({ more: [thing(`spec: ${nested('{a: ', '}', depth)}\n`)] }), /error\[yaml-syntax\]: exceeded max depth of 100/],
    [`JSON ${depth} deep`, `{"kind": "ResourceList", "items": [${nested('{"a":[', ']}', depth / 2 + 1)}]}`, /error\[yaml-syntax\]: exceeded max depth of 100/],
    [`dashes ${depth} deep`, list({ more: [thing(`spec:\n${'- '.repeat(depth)}x\n`)] }), /error\[yaml-syntax\]: exceeded max depth of 100/],
    [`lists ${depth} deep, never closed`, list({ more: [thing(`spec: ${'['.repeat(depth)}\n`)] }), /error\[yaml-syntax\]: exceeded max depth of 100/],
  ]),
  ...(
    [
      [
        'an annotation',
        list({ web: annotated(`proxy.istio.io/config: ${JSON.stringify(nested('[', ']', 10_000))}`) }),
        /annotation-invalid\]: .*exceeded max depth of 100/s,
      ],
      [
        'overrides',
        list({ web: annotated(`proxy.istio.io/overrides: ${JSON.stringify(nested('[', ']', 10_000))}`) }),
        /annotation-invalid\]: .*proxy\.istio\.io\/overrides cannot be read/,
      ],
      [
        'the mesh config',
        list({ config: swapped(CONFIG, 'concurrency: 2', `x: ${nested('[', ']', 10_000)}`) }),
        /injector-config-invalid\]: mesh: .*exceeded max depth of 100/,
      ],
      [
        'the injector config',
        list({ config: swapped(CONFIG, 'policy: enabled', `x: ${nested('[', ']', 10_000)}`) }),
        /injector-config-invalid\]: config: .*exceeded max depth of 100/,
      ],
      ['the function config', list({ functionConfig: `spec: ${nested('[', ']', 10_000)}\n` }), /error\[yaml-syntax\]: exceeded max depth of 100/],
    ] as const
  ).map(([place, input, stderr]): [string, string, RegExp] => [`lists 10,000 deep in ${place}`, input, stderr]),
  ['lines 3,000 deep', list({ more: [thing(repeated(3000, i => `${' '.repeat(i)}a:\n`))] }), /error\[yaml-syntax\]: exceeded max depth of 100/],
  [
    'values 10,000 deep',
    list({ config: swapped(CONFIG, '"logLevel"', `"x": ${nested('[', ']', 10_000)}, "logLevel"`) }),
    /injector-config-invalid\]: values: .*exceeded max depth of 100/,
  ],
  [
    'a configuration of four megabytes in one template',
    list({ config: swapped(CONFIG, '        metadata:\n', `        # ${'x'.repeat(1 << 22)}\n        metadata:\n`) }),
    /template-parse\]: .*template has more than 4194304 characters/,
  ],
  [
    'a key of a megabyte in a label, which Kubernetes refuses',
    list({ web: swapped(WEB, '        app: web #', `        ${'k'.repeat(1 << 20)}: x\n        app: web #`) }),
    /yaml-syntax\]: mapping values are not allowed in this context/,
  ],
  [
    'a key of a megabyte in the resource, which Kubernetes refuses',
    list({ web: swapped(WEB, 'spec:\n  replicas', `${'k'.repeat(1 << 20)}: x\nspec:\n  replicas`) }),
    /yaml-syntax\]: could not find expected ':'/,
  ],
  [
    'a pair of surrogates as escapes, which Kubernetes refuses',
    list({ web: swapped(WEB, 'app: web #', 'app: "\\ud83d\\ude00" #') }),
    /yaml-syntax\]: found invalid Unicode character escape code/,
  ],
  ['line ends of YAML 1.1 in a word', list({ web: swapped(WEB, 'app: web #', 'app: w\u2028\u2029\u0085eb #') }), /yaml-syntax\]: could not find expected ':'/],
  [
    'bytes that are no UTF-8',
    Buffer.concat([Buffer.from(list({})), Buffer.from([0x78, 0xff, 0xfe])]),
    /<stdin>:\d+:2: error\[yaml-syntax\]: line \d+ is not valid UTF-8/,
  ],
  ['half a surrogate pair as bytes', Buffer.from('613a20eda0800a', 'hex'), /error\[yaml-syntax\]: line 1 is not valid UTF-8/],
  ['an overlong form', Buffer.from('613a20c0800a', 'hex'), /error\[yaml-syntax\]: line 1 is not valid UTF-8/],
  ['UTF-16', Buffer.from('\ufeffa: b\n', 'utf16le'), /error\[yaml-syntax\]: line 1 is not valid UTF-8/],
  ['NUL', list({ web: swapped(WEB, 'app: web #', 'app: w\0eb #') }), /error\[yaml-syntax\]: control characters are not allowed/],
  [
    'half a surrogate pair as an escape',
    list({ web: swapped(WEB, 'app: web #', 'app: "\\ud800" #') }),
    /error\[yaml-syntax\]: found invalid Unicode character escape code/,
  ],
  [
    'half a surrogate pair in JSON',
    '{"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": [{"kind": "\\udc00"}]}',
    /error\[yaml-syntax\]: found invalid Unicode/,
  ],
  [
    'a quantity with a hundred thousand digits',
    list({ web: swapped(WEB, 'cpu: 2000m', `cpu: ${'9'.repeat(100_000)}`) }),
    /error\[pod-invalid\]: quantities must match the regular expression/,
  ],
  [
    'a quantity with two hundred thousand digits in an annotation',
    list({ web: annotated(`sidecar.istio.io/proxyCPU: "${'9'.repeat(200_000)}"`) }),
    /error\[annotation-invalid\]: .*'sidecar\.istio\.io\/proxyCPU': quantities must match/s,
  ],
  ['an infinite quantity', list({ web: swapped(WEB, 'cpu: 2000m', 'cpu: .inf') }), /error\[pod-invalid\]: quantities must match/],
  [
    'a port beyond int32',
    list({ web: swapped(WEB, 'containerPort: 8080', 'containerPort: 99999999999') }),
    /error\[pod-invalid\]: json: cannot unmarshal number 99999999999/,
  ],
  [
    'a port beyond all',
    list({ web: swapped(WEB, 'containerPort: 8080', `containerPort: 1e${'9'.repeat(1000)}`) }),
    /error\[pod-invalid\]: json: cannot unmarshal/,
  ],
  ...(['99999999999s', '-1s', '1e10s', `${'9'.repeat(100_000)}s`, '9223372036854775808ns', 'NaN'] as const).flatMap((duration): [string, string, RegExp][] => [
    [
      `a duration of ${duration.slice(0, 20)} in the mesh config`,
      list({ config: swapped(CONFIG, 'concurrency: 2', `drainDuration: ${duration}`) }),
      /error\[injector-config-invalid\]: mesh: .*(?:time: (?:invalid duration "|unknown unit "e")|duration must be greater than 1ms)/s,
    ],
    [
      `a duration of ${duration.slice(0, 20)} in an annotation`,
      list({ web: annotated(`proxy.istio.io/config: "drainDuration: ${duration}"`) }),
      /error\[annotation-invalid\]: .*(?:time: (?:invalid duration |unknown unit "e")|duration must be greater than 1ms)/s,
    ],
  ]),
  [
    'a number beyond int32 in the mesh config',
    list({ config: swapped(CONFIG, 'concurrency: 2', 'concurrency: 1e30') }),
    /error\[injector-config-invalid\]: mesh: .*cannot unmarshal number 1e\+30 into Go value of type int32/,
  ],
  [
    'a name that turns the direction of writing',
    list({ web: annotated('inject.istio.io/templates: "\\e[31m\\x9b\\u202e\\u2066x"') }),
    /template "\\u001b\[31m\\u009b\\u202e\\u2066x" not found/,
  ],
]

for (const [name, input, stderr] of REFUSED) {
  t.test(`refused: ${name}`, async t => {
    const { code, stdout, stderr: said } = bounded([], { input })
    t.equal(code, 1)
    t.match(said, stderr)
    if (stdout !== '') t.equal(stdout.startsWith(String(input)), true, 'the items come back as they were')
  })
}

const M = 'k'.repeat(1 << 20)
const TAKEN: [name: string, input: string][] = [
  ['a label of a megabyte that templates read', list({ web: swapped(WEB, 'app: web #', `app: ${M} #`) })],
  ['an annotation of a megabyte', list({ web: annotated(`x: ${M}`) })],
  ['a variable of a megabyte', list({ web: swapped(WEB, '        resources:', `        env:\n        - name: ${M}\n        resources:`) })],
  ['three levels of an alias bomb', list({ more: [thing(laughs(3))] })],
  ['NUL as an escape', list({ web: swapped(WEB, 'app: web #', 'app: "w\\0eb" #') })],
  ['a character beyond U+FFFF as an escape', list({ web: swapped(WEB, 'app: web #', 'app: "\\U0001f600" #') })],
  ['line ends of YAML 1.1 in a text', list({ web: swapped(WEB, 'app: web #', 'app: "w\u2028\u2029\u0085eb" #') })],
  ['a byte order mark in the middle', list({ web: swapped(WEB, 'app: web #', 'app: w\ufeffeb #') })],
  ['a quantity that Kubernetes rounds', list({ web: swapped(WEB, 'cpu: 2000m', 'cpu: 1e999999999') })],
  ['values of four megabytes', list({ config: swapped(CONFIG, '"logLevel"', `"x": "${M.repeat(4)}", "logLevel"`) })],
  ['values of a hundred thousand keys', list({ config: swapped(CONFIG, '"logLevel"', `${repeated(100_000, i => `"k${i}": ${i}, `)}"logLevel"`) })],
  ['a mesh config of four megabytes', list({ config: swapped(CONFIG, '    rootNamespace:', `    # ${M.repeat(4)}\n    rootNamespace:`) })],
  [
    'thirty thousand templates that nobody asks for',
    list({ config: swapped(CONFIG, '      gateway: |', `${repeated(30_000, i => `      t${i}: "{{ . }}"\n`)}      gateway: |`) }),
  ],
  [
    'thirty thousand aliases',
    list({ config: swapped(CONFIG, '      proxy: [sidecar]', `${repeated(30_000, i => `      t${i}: [sidecar]\n`)}      proxy: [sidecar]`) }),
  ],
  [
    'fifty thousand selectors',
    list({
      config: swapped(CONFIG, '    policy: enabled\n', `    policy: enabled\n    neverInjectSelector:\n${'    - matchLabels: {a: b}\n'.repeat(50_000)}`),
    }),
  ],
]

for (const [name, input] of TAKEN) {
  t.test(`taken: ${name}`, async t => {
    const { code, stdout, stderr } = bounded([], { input })
    t.equal(code, 0, stderr.slice(0, 500))
    t.match(stdout, /sidecar\.istio\.io\/status"?:/)
    t.equal(bounded([], { input: stdout }).stdout, stdout, 'a second run changes nothing')
  })
}

const HEAD = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n'
const inContainers = (text: string) => list({ web: swapped(WEB, '      - name: web\n', `${text}      - name: web\n`) })
const shared = (count: number) =>
  resourceList([
    CONFIG,
    NAMESPACE,
    ...Array.from({ length: count }, (_, i) => swapped(WEB, '      labels:\n        app: web #', `      labels: *l #`).replace('web', `w${i}`)),
  ])

const MANY: [name: string, input: string, code: number][] = [
  ['a million empty items', `${HEAD}${'- {}\n'.repeat(1_000_000)}`, 0],
  ['a million items that are null', `${HEAD}${'- null\n'.repeat(1_000_000)}`, 0],
  ['a million items that are numbers', `${HEAD}${'- 5\n'.repeat(1_000_000)}`, 1],
  ['a hundred thousand ConfigMaps', `${HEAD}${repeated(100_000, i => `- {apiVersion: v1, kind: ConfigMap, metadata: {name: c${i}}}\n`)}`, 0],
  ['a hundred thousand Namespaces', list({ more: Array.from({ length: 50_000 }, (_, i) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: n${i}}\n`) }), 0],
  ['two hundred thousand times the same key', `${HEAD}- a:\n${'    k: x\n'.repeat(200_000)}`, 0],
  ['a hundred thousand anchors', `${HEAD}- a:\n${'  - &a x\n  - *a\n'.repeat(100_000)}`, 0],
  ['five hundred workloads that share an anchor', shared(500).replace('items:', 'x: &l {app: web}\nitems:'), 0],
  ['eight thousand containers', inContainers(repeated(8000, i => `      - {name: c${i}, image: x, livenessProbe: {httpGet: {path: /, port: 80}}}\n`)), 0],
  ['eight thousand containers of one name', inContainers('      - {name: c, image: x}\n'.repeat(8000)), 0],
  ['eight thousand volumes', list({ web: swapped(WEB, '      volumes:\n', `      volumes:\n${repeated(8000, i => `      - name: c${i}\n`)}`) }), 0],
  ['eight thousand annotations that Istio does not know', list({ web: annotated(...Array.from({ length: 8000 }, (_, i) => `sidecar.istio.io/x${i}: x`)) }), 0],
  [
    'eight thousand variables of a proxy of the user',
    inContainers(`      - name: istio-proxy\n        image: auto\n        env:\n${repeated(8000, i => `        - {name: a${i}, value: x}\n`)}`),
    0,
  ],
  ['a string that is never closed', `${HEAD}- a: "${'x\n'.repeat(500_000)}`, 1],
  ['a million brackets that close nothing', `${HEAD}- a: ${']'.repeat(1_000_000)}\n`, 1],
  [
    'JSON on one line, with something to say about each item',
    JSON.stringify({ apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items: Array.from({ length: 20_000 }, () => 5) }),
    1,
  ],
]

for (const [name, input, code] of MANY) {
  t.test(`many: ${name}`, async t => {
    const { code: exit, stdout, stderr } = bounded([], { input, memory: 512 })
    t.equal(exit, code, stderr.slice(0, 500))
    if (stdout === '') return
    const items = (text: string) => at(parseDocuments({ path: 'text', text })[0]?.value, ['items'])
    const [before, after] = [items(input), items(stdout)]
    t.equal(Array.isArray(before) && Array.isArray(after) && before.length === after.length, true)
  })
}

t.test('findings are told one by one up to a limit, then counted', async t => {
  const { stderr } = bounded([], { input: `${HEAD}${'- 5\n'.repeat(5000)}` })
  t.equal(stderr.match(/error\[resource-invalid\]/g)?.length, 1001)
  t.match(stderr, /a number where a Kubernetes resource should be; and 3999 more like this\n/)
})
