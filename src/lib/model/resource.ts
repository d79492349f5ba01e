// Resources and workloads as they flow from read to write.

import type { Position, ResourceRef } from './diagnostic.ts'
import type { FieldPath, JsonObject } from './json.ts'

/** A text to read: a file, or standard input under the name `<stdin>`. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  /** False where reading found nothing that can matter to injection: its text is then not kept, and read again when it is used. */
  readonly canMatter?: false
}

/** Positions of the nodes of a parsed text. */
export interface SourceMap {
  /** The text, where it is one of a file as a whole. */
  readonly file?: SourceFile
  /** The position of the node at `path`; of the nearest enclosing node when there is none. */
  positionOf(path: FieldPath): Position
}

/** One Kubernetes object inside a document: the whole document, or an element of a List or ResourceList. */
export interface Resource {
  readonly ref: ResourceRef
  readonly value: JsonObject
  /** The document that holds it, and the path from the document's root to the object. */
  readonly source: SourceMap
  readonly path: FieldPath
  /** From the path and index annotations of an item, for KRM results. */
  readonly file?: { readonly path: string; readonly index?: number }
}

/** A pod template (or a Pod itself): what injection changes. */
export interface PodTemplate extends JsonObject {
  metadata: JsonObject
  spec: JsonObject
}

/** A resource that holds a pod template. */
export interface Workload {
  readonly resource: Resource
  /** From the resource's root to the pod template: [] for a Pod, ['spec', 'template'] for a Deployment. */
  readonly podPath: FieldPath
  /** Namespace after defaulting. */
  readonly namespace: string
}
