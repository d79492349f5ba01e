// The closed list of diagnostic codes, each with its cause and remedy; docs/diagnostics.md is generated from it.

export interface CodeText {
  readonly cause: string
  readonly remedy: string
}

/** Every code that a Diagnostic may carry. Codes are stable: scripts match on them. */
export const CODES = {
  'yaml-syntax': { cause: 'The text is not valid YAML.', remedy: 'Mend the line that the message names.' },
  'yaml-duplicate-key': { cause: 'A mapping has the same key twice; readers disagree which one counts.', remedy: 'Keep one of the two.' },
  'resource-list-invalid': {
    cause: 'Standard input is not a KRM ResourceList.',
    remedy: 'Call the function through kustomize or kpt, or use a sub-command for plain files.',
  },
  'resource-invalid': {
    cause: 'An item is not a Kubernetes resource, or a field that injection needs has the wrong type.',
    remedy: 'Mend the field that the message names.',
  },
  'file-unreadable': { cause: 'A file that was named cannot be read.', remedy: 'Correct the path, or its permissions.' },
  'config-invalid': { cause: 'The function config breaks its schema.', remedy: 'See the field table in docs/configuration.md.' },
  'config-missing': {
    cause: 'Istio injection is asked for, but its ConfigMaps were not found.',
    remedy: 'Fetch them with the commands in the hint and add them to the resources or to `sources`.',
  },
  'injector-config-invalid': {
    cause: 'The `config`, `values` or `mesh` key of a ConfigMap cannot be read.',
    remedy: 'Fetch the ConfigMap again, or mend what the message names.',
  },
  'template-parse': { cause: 'An injection template is not a valid Go template.', remedy: 'Mend the template at the line and column named.' },
  'template-exec': { cause: 'A template failed while it was rendered for a workload.', remedy: 'Look at the action and the value named in the message.' },
  'template-unknown': { cause: 'A workload asks for a template that the injector config does not have.', remedy: 'Use one of the names in the hint.' },
  'template-output': { cause: 'A template rendered text that is not a partial Pod.', remedy: 'Render the template with `explain` and mend its YAML.' },
  'annotation-invalid': { cause: 'An annotation has a value that Istio rejects.', remedy: 'Mend the value; the message says what is allowed.' },
  'pod-invalid': {
    cause: 'The pod after injection would not decode as a Kubernetes Pod.',
    remedy: 'Mend the field that the message names, in the workload or in the template.',
  },
  'namespace-unknown': {
    cause: 'The decision depends on labels of a namespace that nobody gave.',
    remedy: 'Add the Namespace to the resources, or its labels under `cluster.namespaces`, or set `unknownNamespace`.',
  },
  internal: { cause: 'A bug in inject-sidecars.', remedy: 'Report it with the input that shows it.' },
} as const satisfies Record<string, CodeText>

export type DiagnosticCode = keyof typeof CODES
