// The Go pointer type of a protobuf message for templates: fields, methods that also work on nil, String (istio-rules.md, 4.2).
import { Box, type GoField, type GoFunc, type GoType, type GoValue, STRING } from '../go/value.ts'
import type { Json } from '../model/index.ts'

export interface MessageView {
  /** `v1alpha1.ProxyConfig` */
  readonly name: string
  /** Computes the members once, when a template reads the message: most runs use few of the 150 messages. */
  readonly members: () => MessageMembers
  /** Output of String. */
  readonly text: (json: Json) => string
  /** Output of encoding/json. */
  readonly json: (json: Json) => string
}

export interface MessageMembers {
  readonly fields: readonly GoField[]
  readonly methods: readonly (readonly [string, GoFunc])[]
}

/** The type `*v1alpha1.ProxyConfig`; `elem` is the struct, whose payload is the message's proto JSON. */
export function messagePointer(view: MessageView): GoType {
  const pointer: { -readonly [K in keyof GoType]: GoType[K] } = { kind: 'pointer', name: `*${view.name}` }
  let known: IndexedMembers | undefined
  const members = () => {
    known ??= indexed(view, pointer)
    return known
  }
  pointer.method = name => members().methods.get(name)
  pointer.wrap = raw => (raw instanceof Box ? raw : pointTo(pointer, raw as Json | undefined))
  pointer.elem = {
    kind: 'struct',
    name: view.name,
    addr: pointer,
    field: name => members().byName.get(name),
    fields: () => members().fields,
    json: payload => view.json(payload as Json),
  }
  return pointer
}

interface IndexedMembers {
  readonly fields: readonly GoField[]
  readonly byName: ReadonlyMap<string, GoField>
  readonly methods: ReadonlyMap<string, GoFunc>
}

function indexed(view: MessageView, pointer: GoType): IndexedMembers {
  const { fields, methods } = view.members()
  return {
    fields,
    byName: new Map(fields.map(field => [field.name, field])),
    methods: new Map<string, GoFunc>([
      ...methods,
      ['String', getter(STRING, json => (json === undefined ? '<nil>' : view.text(json)))],
      // The method that makes a type a protoreflect.ProtoMessage.
      ['ProtoReflect', getter(pointer, json => pointTo(pointer, json))],
    ]),
  }
}

/** A pointer to the message with this proto JSON; the nil pointer for undefined. */
export function pointTo(pointer: GoType, json: Json | undefined): Box {
  return new Box(pointer, json === undefined || pointer.elem === undefined ? null : new Box(pointer.elem, json))
}

/** A method without arguments. `call` gets the message's proto JSON, undefined for a nil pointer: getters of messages work on nil. */
export function getter(result: GoType, call: (json: Json | undefined) => GoValue): GoFunc {
  return { params: [], result, call: receiver => call(payloadOf(receiver)) }
}

/** The proto JSON behind a pointer or a struct; undefined for nil. */
export function payloadOf(value: GoValue | undefined): Json | undefined {
  if (!(value instanceof Box)) return undefined
  if (value.type.kind === 'pointer') return payloadOf(value.value as GoValue)
  return value.value as Json
}
