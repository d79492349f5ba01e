// Writes src/lib/istio/generated/: MeshConfig, ProxyConfig and the Helm values as compact tables. Run by hand when Istio's API changes:
//   node scripts/generate-mesh-schema.ts SPEC_DIR
// SPEC_DIR (or $SPEC_DIR) holds mesh-schema.json, values-schema.json and mesh-defaults.json, made by reflection over Istio's Go packages.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { goFieldName, goTypeName } from '../src/lib/istio/proto-schema.ts'

interface Field {
  name: string
  jsonName: string
  goName: string
  goOneofWrapper?: string
  kind: string
  type?: string
  cardinality: 'singular' | 'repeated' | 'map'
  mapKey?: string
  mapValue?: string
  mapValueType?: string
  oneof?: string
  since?: string
}
interface Message {
  goType: string
  wellKnown?: boolean
  fields: Field[]
}
interface Enum {
  goType: string
  values: { name: string; number: number; since?: string }[]
}
interface Schema {
  messages: Record<string, Message>
  enums: Record<string, Enum>
}

const OUT = join(import.meta.dirname, '../src/lib/istio/generated')
const LINE = 150

function main(specDir: string | undefined): void {
  if (specDir === undefined) throw new Error('usage: node scripts/generate-mesh-schema.ts SPEC_DIR')
  const read = (name: string) => JSON.parse(readFileSync(join(specDir, name), 'utf8'))
  const mesh: Schema = read('mesh-schema.json')
  checkNames(mesh)
  mkdirSync(OUT, { recursive: true })
  const meshRoots = ['istio.mesh.v1alpha1.MeshConfig', 'istio.mesh.v1alpha1.ProxyConfig', 'istio.networking.v1beta1.ProxyConfig']
  write('mesh-schema', 'MESH_SCHEMA', 'The messages reachable from MeshConfig, ProxyConfig and the ProxyConfig resource.', table(mesh, meshRoots))
  const values: Schema = read('values-schema.json')
  write('values-schema', 'VALUES_SCHEMA', 'The messages reachable from the Helm values of istiod.', table(values, ['istio.operator.v1alpha1.Values']))
  const defaults: string = read('mesh-defaults.json').meshConfigText
  writeFileSync(join(OUT, 'mesh-defaults.ts'), `${header("Istio's built-in MeshConfig in proto JSON.")}\nexport const MESH_DEFAULTS =\n  ${quote(defaults)}\n`)
}

/** Lines `message NAME`, ` FIELD TYPE …`, `enum NAME VALUE=NUMBER …`; the reader is src/lib/istio/proto-schema.ts. */
function table(schema: Schema, roots: string[]): string[] {
  const lines: string[] = []
  const seen = new Set<string>()
  const queue = [...roots]
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (seen.has(name) || name.startsWith('google.')) continue
    seen.add(name)
    const message = schema.messages[name]
    if (message !== undefined) {
      lines.push(`${short(name)} ${message.fields.map(fieldText).join(' ')}`.trimEnd())
      queue.push(...message.fields.flatMap(field => [field.type, field.mapValueType].filter(type => type !== undefined)))
    } else {
      const values = schema.enums[name]?.values
      if (values === undefined) throw new Error(`no message or enum ${name}`)
      lines.push(`${short(name)} ${values.map(v => `${v.name}=${v.number}${v.since === undefined ? '' : `@${v.since}`}`).join(' ')}`)
    }
  }
  return lines.sort()
}

/** `name[=jsonName][/oneof]:[[] or {}]kind-or-type[@since]` */
function fieldText(field: Field): string {
  const json = field.jsonName === lowerCamel(field.name) ? '' : `=${field.jsonName}`
  const oneof = field.oneof === undefined ? '' : `/${field.oneof}`
  const since = field.since === undefined ? '' : `@${field.since}`
  const kind = field.kind === 'map' ? field.mapValue : field.kind
  const type = field.kind === 'map' ? field.mapValueType : field.type
  const prefix = { singular: '', repeated: '[]', map: '{}' }[field.cardinality]
  return `${field.name}${json}${oneof}:${prefix}${kind === 'message' || kind === 'enum' ? short(type ?? '') : kind}${since}`
}

const short = (name: string) => name.replace(/^istio\./, '').replace(/^google\.protobuf\./, '')
const lowerCamel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

/** The reader derives Go names from proto names; this proves that it may. */
function checkNames(schema: Schema): void {
  const goTypes = new Set([...Object.values(schema.messages), ...Object.values(schema.enums)].map(type => type.goType.replace('*', '')))
  const expect = (what: string, derived: string, actual: string | undefined) => {
    if (derived !== actual) throw new Error(`${what} is ${actual} in Go, not ${derived}`)
  }
  for (const [name, message] of Object.entries(schema.messages)) {
    if (message.wellKnown) continue
    const goType = goTypeName(name)
    expect(name, `*${goType}`, message.goType)
    for (const field of message.fields) {
      const goName = goFieldName(field.name)
      expect(`${name}.${field.name}`, goName, field.goName)
      const plain = `${goType}_${goName}`
      if (field.oneof !== undefined) expect(`${name}.${field.name}`, `*${plain}${goTypes.has(plain) ? '_' : ''}`, field.goOneofWrapper)
    }
  }
}

function write(file: string, constant: string, about: string, lines: string[]): void {
  const body = lines.map(line => `  ${wrapped(line)},\n`).join('')
  writeFileSync(join(OUT, `${file}.ts`), `${header(about)}\nexport const ${constant}: readonly string[] = [\n${body}]\n`)
}

function wrapped(line: string): string {
  const parts: string[] = []
  let part = ''
  for (const word of line.split(/(?<= )/)) {
    if (part.length + word.length > LINE) {
      parts.push(part)
      part = ''
    }
    part += word
  }
  return [...parts, part].map(quote).join(' +\n    ')
}

const header = (about: string) => `// ${about} Written by scripts/generate-mesh-schema.ts: do not edit.\n`
const quote = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`

main(process.argv[2] ?? process.env.SPEC_DIR)
