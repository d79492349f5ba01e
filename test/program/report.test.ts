// Reports in each format, golden texts; and what hostile names and messages may not do in them.

import t from 'tap'
import { FORMATS, type Format, type Report } from '../../src/cli/report/index.ts'
import type { Diagnostic } from '../../src/lib/model/index.ts'

const UNKNOWN: Diagnostic = {
  code: 'template-unknown',
  severity: 'error',
  message: 'template "grpc-agnet" is not in the injector config',
  hint: 'known templates: gateway, sidecar',
  resource: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' },
  field: ['spec', 'template', 'metadata', 'annotations', 'inject.istio.io/templates'],
  at: { file: 'apps/my web.yaml', line: 14, column: 36, lineText: '        inject.istio.io/templates: grpc-agnet', length: 10 },
}
const FROM_ITEM: Diagnostic = {
  code: 'annotation-unknown',
  severity: 'warning',
  message: 'annotation sidecar.istio.io/x means nothing to Istio',
  resource: { apiVersion: 'v1', kind: 'Pod', name: 'p' },
  at: { file: '<stdin>', line: 3, column: 1 },
  file: { path: 'pods/p.yaml', index: 1 },
}
const ASSUMED: Diagnostic = { code: 'webhooks-assumed', severity: 'info', message: 'the webhook of the chart is assumed', hint: 'kubectl get it' }
const REPORT: Report = {
  command: 'check',
  findings: [UNKNOWN, FROM_ITEM, ASSUMED],
  files: [
    { path: 'apps/my web.yaml', changed: true },
    { path: 'istio.yaml', changed: false },
  ],
}
const NOTHING: Report = { command: 'check', findings: [], files: [{ path: 'a.yaml', changed: false }] }

const GOLDEN: Record<Exclude<Format, 'html'>, string> = {
  text: `apps/my web.yaml:14:36: error[template-unknown]: template "grpc-agnet" is not in the injector config
   14 |         inject.istio.io/templates: grpc-agnet
      |                                    ^^^^^^^^^^
      = Deployment shop/web, hint: known templates: gateway, sidecar
pods/p.yaml (document 2): warning[annotation-unknown]: annotation sidecar.istio.io/x means nothing to Istio
      = Pod p
apps/my web.yaml
`,
  json: `{
  "command": "check",
  "version": "0.1.0",
  "findings": [
    {
      "severity": "error",
      "code": "template-unknown",
      "message": "template \\"grpc-agnet\\" is not in the injector config",
      "hint": "known templates: gateway, sidecar",
      "resource": {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": "web",
        "namespace": "shop"
      },
      "field": "spec.template.metadata.annotations[\\"inject.istio.io/templates\\"]",
      "file": "apps/my web.yaml",
      "line": 14,
      "column": 36
    },
    {
      "severity": "warning",
      "code": "annotation-unknown",
      "message": "annotation sidecar.istio.io/x means nothing to Istio",
      "resource": {
        "apiVersion": "v1",
        "kind": "Pod",
        "name": "p"
      },
      "file": "pods/p.yaml",
      "document": 1
    },
    {
      "severity": "info",
      "code": "webhooks-assumed",
      "message": "the webhook of the chart is assumed",
      "hint": "kubectl get it"
    }
  ],
  "files": [
    {
      "path": "apps/my web.yaml",
      "changed": true
    },
    {
      "path": "istio.yaml",
      "changed": false
    }
  ]
}
`,
  sarif: `{
  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "tool": {
        "driver": {
          "name": "inject-sidecars",
          "version": "0.1.0",
          "rules": [
            {
              "id": "annotation-unknown",
              "shortDescription": {
                "text": "An annotation has one of Istio's prefixes, but Istio has no annotation of that name."
              },
              "help": {
                "text": "Use the name in the hint, or remove the annotation."
              },
              "helpUri": "https://github.com/inject-sidecars/inject-sidecars/blob/main/docs/diagnostics.md#annotation-unknown"
            },
            {
              "id": "template-unknown",
              "shortDescription": {
                "text": "A workload asks for a template that the injector config does not have."
              },
              "help": {
                "text": "Use one of the templates in the hint."
              },
              "helpUri": "https://github.com/inject-sidecars/inject-sidecars/blob/main/docs/diagnostics.md#template-unknown"
            },
            {
              "id": "webhooks-assumed",
              "shortDescription": {
                "text": "There is no MutatingWebhookConfiguration for a revision; the one of Istio's chart is assumed."
              },
              "help": {
                "text": "Add the installed MutatingWebhookConfiguration if its selectors differ from those of the chart."
              },
              "helpUri": "https://github.com/inject-sidecars/inject-sidecars/blob/main/docs/diagnostics.md#webhooks-assumed"
            }
          ]
        }
      },
      "columnKind": "utf16CodeUnits",
      "results": [
        {
          "ruleId": "template-unknown",
          "ruleIndex": 1,
          "level": "error",
          "message": {
            "text": "template \\"grpc-agnet\\" is not in the injector config\\nknown templates: gateway, sidecar"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "apps/my%20web.yaml"
                },
                "region": {
                  "startLine": 14,
                  "startColumn": 36,
                  "endColumn": 46
                }
              },
              "logicalLocations": [
                {
                  "fullyQualifiedName": "Deployment shop/web",
                  "kind": "resource"
                }
              ]
            }
          ]
        },
        {
          "ruleId": "annotation-unknown",
          "ruleIndex": 0,
          "level": "warning",
          "message": {
            "text": "annotation sidecar.istio.io/x means nothing to Istio"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "pods/p.yaml"
                }
              },
              "logicalLocations": [
                {
                  "fullyQualifiedName": "Pod p",
                  "kind": "resource"
                }
              ]
            }
          ]
        },
        {
          "ruleId": "webhooks-assumed",
          "ruleIndex": 2,
          "level": "note",
          "message": {
            "text": "the webhook of the chart is assumed\\nkubectl get it"
          }
        }
      ]
    }
  ]
}
`,
  junit: `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" errors="0">
  <testsuite name="inject-sidecars check" tests="3" failures="1" errors="0" skipped="0">
    <testcase classname="apps/my web.yaml" name="template-unknown: Deployment shop/web">
      <failure type="template-unknown" message="template &quot;grpc-agnet&quot; is not in the injector config">apps/my web.yaml:14:36
template &quot;grpc-agnet&quot; is not in the injector config
known templates: gateway, sidecar</failure>
    </testcase>
    <testcase classname="pods/p.yaml" name="annotation-unknown: Pod p">
      <system-out>warning: pods/p.yaml
annotation sidecar.istio.io/x means nothing to Istio</system-out>
    </testcase>
    <testcase classname="istio.yaml" name="check"/>
  </testsuite>
</testsuites>
`,
  github: `::error file=apps/my web.yaml,line=14,col=36,endColumn=46,title=template-unknown::Deployment shop/web: template "grpc-agnet" is not in the injector config%0Aknown templates: gateway, sidecar
::warning file=pods/p.yaml,title=annotation-unknown::Pod p: annotation sidecar.istio.io/x means nothing to Istio
`,
  gitlab: `[
  {
    "description": "Deployment shop/web: template \\"grpc-agnet\\" is not in the injector config\\nknown templates: gateway, sidecar",
    "check_name": "template-unknown",
    "fingerprint": "7a1e674d3e6b8d36f001a29713d1116e82750c47c993ec90c32c9a59864d64a6",
    "severity": "critical",
    "location": {
      "path": "apps/my web.yaml",
      "lines": {
        "begin": 14
      }
    }
  },
  {
    "description": "Pod p: annotation sidecar.istio.io/x means nothing to Istio",
    "check_name": "annotation-unknown",
    "fingerprint": "df2d86c002efb853386d01af54e6b55089d79f4f6d311c670b65b103d5677f8c",
    "severity": "minor",
    "location": {
      "path": "pods/p.yaml",
      "lines": {
        "begin": 1
      }
    }
  }
]
`,
  markdown: `## inject-sidecars check

|  | Code | Where | What |
| --- | --- | --- | --- |
| error | \`template-unknown\` | \`apps/my web.yaml:14\`<br>Deployment shop/web | template "grpc-agnet" is not in the injector config<br>_known templates: gateway, sidecar_ |
| warning | \`annotation-unknown\` | \`pods/p.yaml\`<br>Pod p | annotation sidecar.istio.io/x means nothing to Istio |

- \`apps/my web.yaml\`
`,
}

for (const [format, golden] of Object.entries(GOLDEN)) {
  t.test(`${format}: an error in a file, a warning about an item, an info`, async t => {
    t.equal(FORMATS[format as Format](REPORT), golden)
  })
}

t.test('a report of nothing', async t => {
  t.equal(FORMATS.text(NOTHING), '')
  t.equal(FORMATS.github(NOTHING), '')
  t.same(JSON.parse(FORMATS.json(NOTHING)), { command: 'check', version: '0.1.0', findings: [], files: [{ path: 'a.yaml', changed: false }] })
  t.same(JSON.parse(FORMATS.sarif(NOTHING)).runs[0].results, [])
  t.match(FORMATS.junit(NOTHING), /tests="1" failures="0"[\s\S]*<testcase classname="a\.yaml" name="check"\/>/)
  t.equal(FORMATS.markdown(NOTHING), '## inject-sidecars check\n\nNothing found.\n')
})

const EVIL = 'a\r\n::error::b % "c" <d>&e ]]> \u0000\u001b[31m\u2028 | `x` \ud800 \ufffe 😀'
const HOSTILE: Report = {
  command: 'check',
  findings: [
    {
      code: 'yaml-syntax',
      severity: 'error',
      message: EVIL,
      hint: EVIL,
      resource: { apiVersion: 'v1', kind: EVIL, name: EVIL },
      at: { file: `dir,x:1/${EVIL}`, line: 1, column: 1 },
    },
  ],
  files: [{ path: EVIL, changed: true }],
}

t.test('github: whatever a message holds, it stays one command, and a property ends where it should', async t => {
  const text = FORMATS.github(HOSTILE)
  t.equal(text.split('\n').length, 2)
  t.equal(/\r/.test(text), false)
  t.match(text, /^::error file=dir%2Cx%3A1\/a%0D%0A\\u003a%3Aerror%3A%3Ab %25 /)
})

t.test('gitlab: equal findings have fingerprints of their own, and no text steers who shows it', async t => {
  const issues = JSON.parse(FORMATS.gitlab({ ...REPORT, findings: [UNKNOWN, UNKNOWN, FROM_ITEM] }))
  t.equal(new Set(issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size, 3)
  t.same(JSON.parse(FORMATS.gitlab(NOTHING)), [])
  t.equal(/[\u0000-\u0009\u000b-\u001f\u2028]/.test(FORMATS.gitlab(HOSTILE)), false)
})

t.test('junit: control characters and lone surrogates, which XML cannot hold, are written out', async t => {
  const text = FORMATS.junit(HOSTILE)
  t.equal(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe]/.test(text), false)
  t.equal(text.isWellFormed(), true)
  t.match(text, /\\u0000\\u001b\[31m/)
  t.match(text, /\\ud800 \\ufffe 😀/)
  const tags = [...text.matchAll(/<(\/?)([\w-]+)[^<>]*?(\/?)>/g)].map(([, end, name, empty]) => `${end}${name}${empty}`)
  t.same(tags, ['testsuites', 'testsuite', 'testcase', 'failure', '/failure', '/testcase', 'testcase/', '/testsuite', '/testsuites'])
  t.equal(text.replace(/^<\?.*\?>/, '').match(/&(?!amp;|lt;|gt;|quot;|#10;|#13;)/), null)
})

t.test('markdown: a message makes no markup and no further cell', async t => {
  // What is in a code span is text.
  const row = (FORMATS.markdown(HOSTILE).split('\n')[4] ?? '').replace(/``.*?``/, '')
  t.equal(row.replaceAll('\\|', '').split('|').length, 6)
  t.equal(/<(?!br>)/.test(row), false)
  t.match(row, /&lt;d&gt;&amp;e/)
})

t.test('sarif and json stay JSON, and the path of a file an escaped URI', async t => {
  const [result] = JSON.parse(FORMATS.sarif(HOSTILE)).runs[0].results
  t.equal(result.message.text, `${EVIL}\n${EVIL}`)
  t.match(result.locations[0].physicalLocation.artifactLocation.uri, /^dir%2Cx%3A1\/a%0D%0A%3A%3Aerror/)
  t.equal(JSON.parse(FORMATS.json(HOSTILE)).findings[0].message, EVIL)
  const absolute = { ...UNKNOWN, at: { file: '/tmp/a b.yaml', line: 1, column: 1 } }
  t.equal(
    JSON.parse(FORMATS.sarif({ ...REPORT, findings: [absolute] })).runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri,
    'file:///tmp/a%20b.yaml',
  )
})

t.test('text: what could steer the terminal is written out', async t => {
  t.equal(/[\u0000-\u0008\u000b-\u001f\u2028]/.test(FORMATS.text({ ...HOSTILE, files: [] })), false)
})
