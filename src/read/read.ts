// Reads the input of a run: the manifests with their positions, the function config, and the configuration in manifests and `sources`.

import { INJECTOR_CONFIG_MAP } from '../lib/istio/names.ts'
import {
  append,
  attempt,
  type Diagnostic,
  type FunctionConfig,
  InjectError,
  type InjectInput,
  isObject,
  type JsonObject,
  type Resource,
  type SourceFile,
  type Workload,
} from '../lib/model/index.ts'
import { type Document, holdsSomething, parseDocuments } from '../lib/yaml/index.ts'
import { admissionObjects } from './admission-objects.ts'
import { findConfiguration } from './configuration.ts'
import { readFunctionConfig } from './function-config.ts'
import { readImageLocks } from './image-lock.ts'
import { type Injectors, readInjectors } from './injectors.ts'
import { documentsOf } from './manifest-text.ts'
import { type NamespaceAnnotations, namespaceAnnotations } from './namespace-annotations.ts'
import { findPolicies, type PolicySources, withParameters } from './policies.ts'
import { readResourceList } from './resource-list.ts'
import { resourceOf, resourcesIn } from './resources.ts'
import { mayMatter } from './skip.ts'
import { workloadsIn } from './workloads.ts'

export interface ReadResult {
  /** The texts of the input, in order. */
  readonly files: readonly SourceFile[]
  /** The documents in the order of the input, without texts that are not YAML or cannot affect injection. */
  readonly documents: readonly Document[]
  readonly resources: readonly Resource[]
  readonly workloads: readonly Workload[]
  readonly config: FunctionConfig
  /** The injectors; empty without a workload, because they are then not needed. */
  readonly injectors: Injectors
  /** The Namespace objects. */
  readonly namespaces: readonly Resource[]
  readonly namespaceAnnotations: NamespaceAnnotations
  /** Objects that the API server's own admission of pods reads: ServiceAccounts, PriorityClasses, RuntimeClasses, LimitRanges. */
  readonly admissionObjects: readonly JsonObject[]
  /** The digest or reference for each image of injected containers; empty without an image lock. */
  readonly imageLock: ReadonlyMap<string, string>
  /** The kubelet versions of the target cluster; empty if unknown. */
  readonly kubeletVersions: readonly string[]
  /** MutatingAdmissionPolicies with bindings and parameters; absent if there are none. */
  readonly policies?: PolicySources
  readonly diagnostics: readonly Diagnostic[]
  /** Whether a document of the input can affect injection, given its text; others are not read. Absent for a ResourceList. */
  readonly matters?: Matters
}

type Matters = (text: string) => boolean

/**
 * Reads the input. Every text and item is read, even if others have errors, which are in the diagnostics. Manifests that cannot affect injection are not parsed.
 * @throws InjectError only if standard input is not a ResourceList; all other errors are in the diagnostics
 * @example read({ files: [{ path: 'web.yaml', text }] }).resources[0]?.ref.kind // 'Deployment'
 */
export function read(input: InjectInput): ReadResult {
  const diagnostics: Diagnostic[] = []
  const found = input.resourceList === undefined ? readManifests(input, diagnostics) : readList(input.resourceList, diagnostics)
  const { documents, resources, outcome } = found
  const matters = found.matters === undefined ? {} : { matters: found.matters }
  append(diagnostics, outcome.diagnostics)
  const asked = outcome.config ?? NOTHING_TO_INJECT
  const config = configFor(input, asked)
  // Taking injections off needs no configuration.
  if (config.action !== 'Inject') return withoutConfiguration(input, { documents, resources, config, diagnostics, ...matters })
  const sources = config.sources.flatMap(path => attempt(diagnostics, () => readSourceFiles(path, input, diagnostics)) ?? [])
  const layers = [resources, sources, config.resources]
  const { sources: configuration, diagnostics: conflicts } = findConfiguration(layers, config.istio)
  append(diagnostics, conflicts)
  const { namespaces } = configuration
  const policies = withParameters(findPolicies(layers), layers, kinds => parametersIn(input.files ?? [], found.matters, kinds))
  const { workloads, diagnostics: malformed } = workloadsIn(resources, config, { allowsParts: input.resourceList === undefined })
  // Where a text with the configuration cannot be read, that it is missing would be untrue.
  const isUnread = filesOf(input).some(
    ({ path, text }) => diagnostics.some(({ severity, at }) => severity === 'error' && at?.file === path) && text.includes(INJECTOR_CONFIG_MAP),
  )
  const injectors = workloads.length === 0 ? NO_INJECTORS : readInjectors(configuration, config, { isUnread })
  const locks = readImageLocks(layers)
  append(diagnostics, locks.diagnostics)
  append(diagnostics, malformed)
  append(diagnostics, injectors.diagnostics)
  return {
    files: filesOf(input),
    documents,
    resources,
    workloads,
    config,
    injectors,
    namespaces,
    namespaceAnnotations: namespaceAnnotations(namespaces, config),
    admissionObjects: admissionObjects(layers, config),
    imageLock: locks.images,
    kubeletVersions: config.cluster.kubeletVersions ?? configuration.kubeletVersions,
    ...(policies === undefined ? {} : { policies }),
    diagnostics,
    ...matters,
  }
}

/** The function config with the settings of the caller. */
function configFor({ action, namespace, assumedNamespace }: InjectInput, asked: FunctionConfig): FunctionConfig {
  const { cluster } = asked
  const given = namespace ?? (cluster.isNamespaceAssumed ? assumedNamespace : undefined)
  return {
    ...asked,
    ...(action === undefined ? {} : { action }),
    ...(given === undefined ? {} : { cluster: { ...cluster, defaultNamespace: given, isNamespaceAssumed: false } }),
  }
}

/** Reads parameters in manifests that were skipped because they affect nothing else. Errors in them are reported if a policy needs them. */
function parametersIn(files: readonly SourceFile[], matters: Matters | undefined, kinds: readonly string[]): readonly Resource[] {
  if (matters === undefined) return []
  const asked = new RegExp(`(?<![\\w])(?:${kinds.map(kind => kind.replace(/[^\w]/g, '\\$&')).join('|')})(?![\\w])`)
  const isParameter: Matters = text => !matters(text) && asked.test(text)
  const unsaid: Diagnostic[] = []
  return files.flatMap(file => (attempt(unsaid, () => parseDocuments(file, isParameter)) ?? []).flatMap(document => manifestsIn(document, unsaid)))
}

function filesOf({ resourceList, files = [] }: InjectInput): readonly SourceFile[] {
  return resourceList === undefined ? files : [resourceList]
}

/** The result for removing injections, for which neither configuration nor errors in pod templates matter. */
function withoutConfiguration(input: InjectInput, found: Pick<ReadResult, 'documents' | 'resources' | 'config' | 'diagnostics' | 'matters'>): ReadResult {
  const { workloads } = workloadsIn(found.resources, found.config)
  const nothing = {
    injectors: NO_INJECTORS,
    namespaces: [],
    namespaceAnnotations: namespaceAnnotations([], found.config),
    admissionObjects: [],
    imageLock: new Map(),
    kubeletVersions: [],
  }
  return { ...found, ...nothing, files: filesOf(input), workloads }
}

const NO_INJECTORS: Injectors = { all: new Map(), istio: new Map(), webhooks: [], unreadable: new Set(), proxyConfigs: [], diagnostics: [] }

/** Replaces a function config that cannot be read: the run ends with an error, but other errors are still found. */
const NOTHING_TO_INJECT: FunctionConfig = {
  cluster: { defaultNamespace: 'default', namespaces: new Map() },
  injectors: [],
  sources: [],
  exclude: [],
  resources: [],
  workloads: [],
  unknownNamespace: 'Fail',
  emulateDefaults: true,
  record: 'Auto',
  unknownParams: 'Fail',
  expect: [],
  allow: [],
  explain: false,
  action: 'Inject',
}

interface Manifests {
  readonly documents: readonly Document[]
  readonly resources: readonly Resource[]
  /** The result of reading the function config. */
  readonly outcome: ReturnType<typeof readFunctionConfig>
  readonly matters?: Matters
}

function readList(file: SourceFile, diagnostics: Diagnostic[]): Manifests {
  const documents = parseDocuments(file, holdsSomething)
  const list = readResourceList(documents)
  append(
    diagnostics,
    documents.flatMap(document => document.diagnostics),
  )
  append(diagnostics, list.diagnostics)
  return { documents, resources: list.resources, outcome: readFunctionConfig(list.functionConfig) }
}

function readManifests({ files = [], functionConfig }: InjectInput, diagnostics: Diagnostic[]): Manifests {
  const wrong: Diagnostic[] = []
  const outcome = readFunctionConfig(attempt(wrong, () => functionConfigIn(functionConfig)))
  const further = outcome.config?.workloads ?? []
  const matters = mayMatter(further)
  const documents = files.flatMap(file => {
    if (file.canMatter === false) return []
    const found = documentsOf(file, { further, matters })
    append(diagnostics, found.diagnostics)
    return found.documents
  })
  const resources = documents.flatMap(document => manifestsIn(document, diagnostics))
  append(diagnostics, wrong)
  return { documents, resources, outcome, matters }
}

/** Whether a manifest can affect a run with this function config, given its text. */
export function mattersTo(functionConfig: SourceFile | undefined): Matters {
  return mayMatter(configIn(functionConfig)?.workloads ?? [])
}

/** The `exclude` patterns of a function config; none if it cannot be read, which is reported when it is used. */
export function excludedBy(functionConfig: SourceFile | undefined): readonly string[] {
  return configIn(functionConfig)?.exclude ?? []
}

function configIn(functionConfig: SourceFile | undefined): FunctionConfig | undefined {
  try {
    return readFunctionConfig(functionConfigIn(functionConfig)).config
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    return undefined
  }
}

/** The resources of a document, one or those of a List. */
function manifestsIn(document: Document, diagnostics: Diagnostic[]): readonly Resource[] {
  const { value } = document
  if (!isObject(value) || typeof value.kind !== 'string' || value.apiVersion === undefined) return []
  append(diagnostics, document.diagnostics)
  if (value.kind === 'ResourceList') diagnostics.push(misplacedList(document))
  const found = resourcesIn(value, { source: document, path: [] })
  append(diagnostics, found.diagnostics)
  return found.resources
}

function misplacedList(document: Document): Diagnostic {
  return {
    code: 'resource-list-invalid',
    severity: 'error',
    message: 'a ResourceList is input of the KRM function, not a manifest file',
    hint: 'run `inject-sidecars` without arguments, with the ResourceList on standard input',
    at: document.positionOf(['kind']),
  }
}

function readSourceFiles(path: string, { readSource }: InjectInput, diagnostics: Diagnostic[]): readonly Resource[] {
  if (readSource === undefined)
    throw new InjectError({ code: 'config-invalid', message: `\`sources\` names ${JSON.stringify(path)}, but there are no files here` })
  return readSource(path).flatMap(file => {
    const found = documentsOf(file, { further: [] })
    append(diagnostics, found.diagnostics)
    return found.documents.flatMap(document => manifestsIn(document, diagnostics))
  })
}

function functionConfigIn(file: SourceFile | undefined): Resource | undefined {
  if (file === undefined) return undefined
  const [document, ...others] = parseDocuments(file).filter(({ value }) => value !== null)
  const value = document?.value
  if (document !== undefined && others.length === 0 && isObject(value)) return resourceOf(value, { source: document, path: [] })
  throw new InjectError({ code: 'config-invalid', message: `${file.path} must hold one function config`, at: { file: file.path, line: 1, column: 1 } })
}
