// Istio's template functions on texts, lists of ports and maps of strings (istio-rules.md, 5).
import { sprintf } from '../lib/go/fmt.ts'
import { encodeJson } from '../lib/go/json.ts'
import { checkText } from '../lib/go/limits.ts'
import { toLower, trimSpace } from '../lib/go/strings.ts'
import { PROXY } from '../lib/istio/names.ts'
import { goTypeOf } from '../lib/k8s/pod-types.ts'
import type { GoFunc, GoType, GoValue } from '../lib/template/index.ts'
import { ANY, BOOL, GoError, INT, STRING, STRING_MAP, STRINGS, sliceOf } from '../lib/template/index.ts'
import { field, integerField, items, newStringMap, pure, stringMap, textField } from './go-values.ts'
import { appendMultusNetwork } from './multus.ts'

const OBJECT_META: GoType = goTypeOf('v1.ObjectMeta')
export const CONTAINERS: GoType = sliceOf(goTypeOf('v1.Container'))

/** The functions by name, all pure; `env` is not here because it depends on the configuration. */
export const TEXT_FUNCTIONS: readonly (readonly [string, GoFunc])[] = pure([
  ['isset', { params: [STRING_MAP, STRING], result: BOOL, shallow: true, entryOf: [], call: (map, key) => stringMap(map).has(text(key)) }],
  ['excludeInboundPort', { params: [ANY, STRING], result: STRING, call: (port, list) => excludeInboundPort(port ?? null, text(list)) }],
  ['includeInboundPorts', { params: [CONTAINERS], result: STRING, call: containers => ports(items(containers)) }],
  ['applicationPorts', { params: [CONTAINERS], result: STRING, call: containers => ports(items(containers).filter(c => textField(c, 'Name') !== PROXY)) }],
  ['kubevirtInterfaces', { params: [STRING], result: STRING, call: list => text(list) }],
  ['excludeInterfaces', { params: [STRING], result: STRING, call: list => text(list) }],
  ['annotation', { params: [OBJECT_META, STRING, ANY], result: STRING, entryOf: ['Annotations'], call: annotation }],
  [
    'valueOrDefault',
    { params: [ANY, ANY], result: ANY, call: (value, other) => (value === null || value === undefined || value === '' ? (other ?? null) : value) },
  ],
  ['toJSON', { params: [STRING_MAP], result: STRING, call: map => encodeJson(newStringMap(stringMap(map))) }],
  ['indent', { params: [INT, STRING], result: STRING, call: (count, value) => indent(Number(count), text(value)) }],
  ['directory', { params: [STRING], result: STRING, call: path => text(path).slice(0, text(path).lastIndexOf('/') + 1) }],
  ['contains', { params: [STRING, STRING], result: BOOL, call: (needle, haystack) => text(haystack).includes(text(needle)) }],
  ['toLower', { params: [STRING], result: STRING, call: value => toLower(text(value)) }],
  ['appendMultusNetwork', { params: [STRING, STRING], result: STRING, call: (list, network) => appendMultusNetwork(text(list), text(network)) }],
  ['omit', { params: [STRING_MAP, STRINGS], variadic: true, result: STRING_MAP, call: omit }],
  ['strdict', { params: [STRINGS], variadic: true, result: STRING_MAP, call: strdict }],
  ['mergeMaps', { params: [sliceOf(STRING_MAP)], variadic: true, result: STRING_MAP, call: mergeMaps }],
  ['toJsonMap', { params: [sliceOf(STRING_MAP)], variadic: true, result: STRING, call: (...maps) => encodeJson(mergeMaps(...maps)) }],
])

/** The value if it is a text, else ''. */
export function text(value: GoValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** Adds a port to a list of ports, unless the list contains the same text. */
function excludeInboundPort(port: GoValue, list: string): string {
  const added = trimSpace(sprintf('%v', port))
  const listed = list.split(',')
  if (added === '' || added === '0' || listed.includes(added)) return list
  return [...listed.map(trimSpace).filter(entry => entry !== ''), added].join(',')
}

/** The containers' ports that can carry TCP. */
function ports(containers: readonly GoValue[]): string {
  const all = containers.flatMap(container => items(field(container, 'Ports')))
  const tcp = all.filter(port => !['UDP', 'SCTP'].includes(textField(port, 'Protocol')))
  return tcp.map(port => integerField(port, 'ContainerPort')).join(',')
}

function annotation(meta: GoValue | undefined, name: GoValue | undefined, otherwise: GoValue | undefined): string {
  return stringMap(field(meta, 'Annotations')).get(text(name)) ?? sprintf('%v', otherwise ?? null)
}

/** Indents all lines but the first, unlike Sprig's function. */
function indent(count: number, value: string): string {
  if (count < 0) throw new GoError('strings: negative Repeat count')
  const lines = value.split('\n')
  if (lines.length === 1) return value
  checkText(value.length + count * (lines.length - 1))
  return lines.join(`\n${' '.repeat(count)}`)
}

function omit(map: GoValue | undefined, ...names: GoValue[]): GoValue {
  return newStringMap([...stringMap(map)].filter(([name]) => !names.includes(name)))
}

/** A map from pairs of texts; the last one may lack its value. */
function strdict(...texts: GoValue[]): GoValue {
  const map = new Map<string, string>()
  for (let i = 0; i < texts.length; i += 2) map.set(text(texts[i]), text(texts[i + 1]))
  return newStringMap(map)
}

function mergeMaps(...maps: GoValue[]): GoValue {
  return newStringMap(maps.length === 0 ? null : maps.flatMap(map => [...stringMap(map)]))
}
