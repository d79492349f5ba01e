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
  'file-skipped': {
    cause: 'A file or folder holds no manifests, though it looks as if it might: a Helm chart, a template, a text that is no Kubernetes resource.',
    remedy: 'Nothing to do; or render it first and inject the result.',
  },
  'manifest-partial': {
    cause: 'A manifest is only a part of one, as of a kustomize patch: it has no pod template, no containers or no images. It is left alone.',
    remedy: 'Nothing to do for a patch; otherwise complete the manifest.',
  },
  'manifest-encrypted': {
    cause: 'A workload is encrypted by SOPS, whose checksum covers the whole file: after any change it cannot be decrypted any more.',
    remedy: 'Inject what is decrypted, or encrypt with `mac_only_encrypted: true`.',
  },
  'placeholder-unresolved': {
    cause: 'A field of a pod that injection needs holds a placeholder such as `${VAR}`, which is replaced later.',
    remedy: 'Substitute first (`flux envsubst`, `kustomize build`), and inject the result.',
  },
  'kustomize-source': {
    cause: 'A workload is injected in place, and a kustomization changes it afterwards, so that what is built may differ from what the webhook makes.',
    remedy: 'Let kustomize inject what it has built, with the transformer in the hint (docs/kustomize.md).',
  },
  'file-unwritable': { cause: 'A file cannot be replaced by its new version.', remedy: 'Make the file and its folder writable.' },
  'file-changed': { cause: 'Another program changed the file after it was read and before it was written.', remedy: 'Run the command again.' },
  'output-failed': { cause: 'Standard output cannot be written, as on a full disk.', remedy: 'Make room, and run it again.' },
  'config-invalid': { cause: 'The function config breaks its schema.', remedy: 'See the field table in docs/configuration.md.' },
  'config-empty': { cause: 'The function config names nothing to inject.', remedy: 'Add `istio: {}` or `injectors` to its spec.' },
  'config-missing': {
    cause: 'Istio injection is asked for, but its ConfigMaps were not found.',
    remedy: 'Fetch them with the commands in the hint and add them to the resources or to `sources`.',
  },
  'mesh-config-missing': {
    cause: 'The injector configuration of a revision is there, its mesh config is not.',
    remedy: 'Add the ConfigMap `istio[-REV]` if your mesh has settings of its own.',
  },
  'webhooks-assumed': {
    cause: 'No MutatingWebhookConfiguration is given for a revision.',
    remedy: 'Add the installed one if its selectors were changed.',
  },
  'kubelet-assumed': {
    cause: "Native sidecars are decided by the nodes' kubelet versions, and none is given.",
    remedy: 'Set `cluster.kubeletVersions`, or `istio.nativeSidecars` to Enabled or Disabled.',
  },
  'injector-config-invalid': {
    cause: 'The `config`, `values` or `mesh` key of a ConfigMap cannot be read.',
    remedy: 'Fetch the ConfigMap again, or mend what the message names.',
  },
  'proxy-config-unused': {
    cause: 'A ProxyConfig has a selector without labels, which Istio takes for one that no workload matches.',
    remedy: 'Leave its `selector` out, or give it `matchLabels`.',
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
  'already-injected': {
    cause: 'The pod was injected before by something that left no record; what a template and the workload both set is then taken from the template.',
    remedy: 'Take the injection off with `uninject`, then inject again.',
  },
  'owner-unknown': {
    cause: 'A Pod with a generated name and no controller has no workload name: its canonical name comes out empty.',
    remedy: 'Give the Pod a name, or the label service.istio.io/canonical-name.',
  },
  'native-sidecar-unclear': {
    cause: 'The annotation sidecar.istio.io/nativeSidecar is neither "true" nor "false": the template reads it as true, the injector ignores it.',
    remedy: 'Set it to "true" or "false".',
  },
  'cluster-nodes-unknown': {
    cause: 'The webhook path names another cluster than the values, whose nodes istiod may not know; native sidecars are then taken to be off, as istiod does.',
    remedy: 'Set `istio.nativeSidecars` to Enabled or Disabled.',
  },
  'networks-invalid': {
    cause: "The annotation k8s.v1.cni.cncf.io/networks was an empty JSON list; with Istio's network added it is no JSON any more.",
    remedy: 'Remove the annotation.',
  },
  'env-value-twice': {
    cause: 'A variable of a container has a value in the workload and a reference in the template, or the other way round; Kubernetes refuses such a pod.',
    remedy: 'Remove the variable from the workload.',
  },
  'ids-left-over': {
    cause: "On OpenShift, a container gets the user or group of the workload's own istio-proxy, whose place it takes: Istio's webhook does not remove them.",
    remedy: 'Leave runAsUser and runAsGroup out of the istio-proxy container, or put it behind the others.',
  },
  'proxy-user-shared': {
    cause: "A container of the application runs as the proxy's user, so that its traffic is not redirected to the proxy.",
    remedy: 'Give the container another `runAsUser`.',
  },
  'port-reserved': {
    cause: 'A container of the application declares a port that the proxy listens on; one of them cannot start.',
    remedy: 'Let the application listen on another port.',
  },
  'windows-pod': {
    cause: 'A pod for Windows nodes gets containers for Linux, and never starts.',
    remedy: 'Keep the pod out of the injection by the label `sidecar.istio.io/inject: "false"`.',
  },
  'volume-sources': {
    cause: 'A volume has several sources, mostly one of the user and one of a template; Kubernetes refuses such a pod.',
    remedy: 'Rename the volume, or set the source that is not wanted to null in a template of your own.',
  },
  'port-collision': {
    cause: 'A container has one port number under two protocols, and merging with a template keeps only one of them.',
    remedy: 'Use a template that leaves this container alone.',
  },
  'proxy-user-unused': {
    cause: "The workload's own istio-proxy container sets a user or group, but nothing was injected that could exempt this user's traffic.",
    remedy: 'Check the traffic rules of the CNI plugin, or remove runAsUser and runAsGroup.',
  },
  'probe-port-unknown': {
    cause: 'A probe uses a port name that its container does not declare; rewritten to the agent it fails always.',
    remedy: 'Declare the port, or use its number.',
  },
  'prometheus-without-proxy': {
    cause: 'The Prometheus annotations now name the port of an agent that was not injected.',
    remedy: 'Set the annotation prometheus.istio.io/merge-metrics to "false".',
  },
  'scrape-targets-ignored': {
    cause: 'An entry of the annotation prometheus.istio.io/scrape-targets has no port; Istio then ignores the whole annotation.',
    remedy: 'Write every entry as PORT or PORT:PATH.',
  },
  'policy-invalid': {
    cause: 'The injection policy of an injector config is neither enabled nor disabled, so that nothing is injected.',
    remedy: 'Set `policy` in the ConfigMap to enabled or disabled.',
  },
  'inject-label-empty': {
    cause: 'The label sidecar.istio.io/inject is there but empty, which hides the annotation of the same name.',
    remedy: 'Remove the label, or give it the value.',
  },
  'inject-value-invalid': {
    cause: 'The label or annotation sidecar.istio.io/inject is neither "true" nor "false", so Istio goes by its policy.',
    remedy: 'Write "true" or "false".',
  },
  'selector-invalid': {
    cause: 'A selector of an injector config or a webhook is one that Kubernetes rejects; the injector passes over it.',
    remedy: 'Mend what the message names.',
  },
  'webhook-failed': {
    cause: 'The API server would refuse the pod, because a webhook could not be matched: a bad selector, or a match condition that fails.',
    remedy: 'Mend the selector or the expression that the message names.',
  },
  'webhook-conflict': {
    cause: 'More than one Istio webhook claims a pod, which would inject it twice; this happens when an upgrade leaves an old webhook behind.',
    remedy: 'Remove one of the webhooks, or choose the revisions with `istio.revisions`.',
  },
  'revision-missing': {
    cause: 'A webhook claims a pod for a revision whose ConfigMap was not found.',
    remedy: 'Add the ConfigMap of that revision, or remove the webhook.',
  },
  'revision-unknown': {
    cause: 'A label asks for a revision that no webhook serves, so that nothing is injected.',
    remedy: 'Use one of the revisions in the hint, or add its webhook and ConfigMap.',
  },
  'revision-excluded': {
    cause: 'A webhook claims a pod for a revision that `istio.revisions` leaves out.',
    remedy: 'Add the revision to `istio.revisions` if the pod is to be injected here.',
  },
  'annotation-unknown': {
    cause: 'An annotation has a name in one of the prefixes that belong to Istio, but Istio does not read it.',
    remedy: 'Use the name in the hint, or remove it.',
  },
  'label-unknown': {
    cause: 'A label looks like one of those by which Istio decides about injection, but is none: misspelt, or with a value that means nothing.',
    remedy: 'Use the name or value in the hint, or remove it.',
  },
  'namespace-contradiction': {
    cause: 'A Namespace of the input and `cluster.namespaces` of the function config say different things about one namespace.',
    remedy: 'Remove one of the two, or set `override: true` there so that the function config holds.',
  },
  'istio-version-unsupported': {
    cause: 'The configuration is that of an Istio that is older or newer than the versions whose rules are known.',
    remedy: 'Compare with the cluster by `inject-sidecars verify`, or set `istio.compatibility`.',
  },
  'annotation-misplaced': {
    cause: 'A label or annotation for the injector stands where the injector does not look.',
    remedy: 'Move it to the labels or annotations of the pod template, as the hint says.',
  },
  'image-auto': {
    cause: 'A container still has `image: auto`, which only an injector replaces.',
    remedy: 'Let the pod be injected with a template that has this container, or name an image.',
  },
  'job-never-completes': {
    cause: 'An injected container of a Job runs on when the work is done, so that the Job never completes.',
    remedy: 'Make it a native sidecar.',
  },
  'labels-contradict': {
    cause: 'Two labels or annotations say different things about injection, and one of them has no effect.',
    remedy: 'Remove the one that has no effect.',
  },
  'cni-no-redirection': {
    cause: 'A pod carries a proxy but also says `sidecar.istio.io/inject: "false"`, for which istio-cni leaves out the redirection.',
    remedy: 'Remove the label or annotation; to keep a live webhook away, label the namespace.',
  },
  'injected-twice': {
    cause: 'Several entries of one webhook configuration match a pod, so that its injector is called several times.',
    remedy: 'Make the selectors of the entries exclude each other.',
  },
  'kind-unknown': {
    cause: 'A resource of a kind that is not known plainly holds a pod template, in which nothing is injected.',
    remedy: 'Add the kind to `workloads` in the function config, as the hint says.',
  },
  'kind-unsupported': {
    cause: 'A resource of a kind whose own admission refuses what injection adds: its pods are injected when they are created, or never.',
    remedy: 'Keep the live webhook for its namespace.',
  },
  'expectation-violated': {
    cause: 'An assertion of `expect` in the function config does not hold.',
    remedy: 'Mend the workload, its namespace or the configuration so that it holds, or change the assertion.',
  },
  'image-lock-invalid': {
    cause: 'An ImageLock has an entry that is no digest.',
    remedy: 'Write the lock with `inject-sidecars images --lock LIST`, or mend the entry that the message names.',
  },
  'image-unpinned': {
    cause: 'There is an image lock, and an injected container has an image that it does not name.',
    remedy: 'Add the digest of the image to the lock: `inject-sidecars images --lock LIST`.',
  },
  'injection-missing': {
    cause: 'A workload is to be injected and is not.',
    remedy: 'Inject it with `inject-sidecars inject -w`; for sources that are injected when they are rendered, call `check --sources`.',
  },
  'injection-outdated': {
    cause: 'The injection in a workload is not what the configuration makes now, or nothing injects the workload any more.',
    remedy:
      'Inject it again with `inject-sidecars inject -w`; a file that kustomize or Helm rendered: render it again. The message names the fields that change.',
  },
  'injection-present': {
    cause: 'A workload is injected, and `uninject --check` asks that none is.',
    remedy: 'Take the injection off with `inject-sidecars uninject -w`.',
  },
  'guard-present': {
    cause: 'The guard resource is in rendered output, which means that the function never ran on it.',
    remedy: 'Build with `--enable-alpha-plugins --enable-exec`, and let the function remove the guard.',
  },
  explained: { cause: 'The function config asks with `explain: true` why each workload is injected or not.', remedy: 'Nothing to do.' },
  'admission-policy-invalid': {
    cause: 'The API server would refuse a MutatingAdmissionPolicy or its binding.',
    remedy: "Mend the field or expression that the message names; the words are the API server's.",
  },
  'admission-policy-denied': {
    cause: 'A MutatingAdmissionPolicy fails on the workload, so that the API server would refuse it.',
    remedy: 'Mend the expression that the message names, the workload, or the parameter that it reads.',
  },
  'admission-policy-unknown': {
    cause: 'What a MutatingAdmissionPolicy does depends on something that no file says, such as who applies the manifests.',
    remedy: 'Say it in the function config (`cluster.request`, `cluster.namespaces`), or leave it out of the expression.',
  },
  'admission-policy-param-missing': {
    cause: 'The parameter of a binding is not among the resources.',
    remedy: 'Add it to the resources or to `sources`, or set `unknownParams: Skip`.',
  },
  'admission-policy-order': {
    cause: 'Two MutatingAdmissionPolicies write the same field, and the API server applies policies in no fixed order.',
    remedy: 'Let only one of them write the field, or put both mutations into one policy.',
  },
  'admission-policy-unbound': {
    cause: 'A MutatingAdmissionPolicy without a binding, or a binding without its policy, does nothing.',
    remedy: 'Add the MutatingAdmissionPolicyBinding, or correct its `policyName`.',
  },
  'admission-policy-unused': {
    cause: 'A MutatingAdmissionPolicy matches no workload of the input.',
    remedy: 'Look at its matchConstraints, at those of its bindings and at its match conditions with `explain --trace`.',
  },
  'admission-policy-atomic': {
    cause: 'An ApplyConfiguration writes a list, map or struct that is atomic, which every API server refuses.',
    remedy: 'Write the field with a JSONPatch.',
  },
  'admission-policy-missing-parent': {
    cause: 'A JSONPatch writes below a field that a workload need not have, and fails where it is missing.',
    remedy: 'Add the parent first where it is not there, or guard the patch with a match condition.',
  },
  'admission-policy-not-idempotent': {
    cause: 'A MutatingAdmissionPolicy changes again what it has changed.',
    remedy: 'Let it look first whether its change is there already.',
  },
  'admission-policy-cost': {
    cause: "An expression comes near the API server's cost limit, and fails on larger objects.",
    remedy: 'Walk over fewer items, or split the expression into several mutations.',
  },
  'namespace-unknown': {
    cause: 'The decision depends on labels of a namespace, and neither a Namespace object nor the function config gives them.',
    remedy: 'Add the Namespace to the resources, or its labels under `cluster.namespaces`, or set `unknownNamespace`.',
  },
  'cluster-unreachable': {
    cause: 'A cluster that `capture` or `verify` was to read cannot be reached.',
    remedy: 'Check the kubeconfig, the context and the network with `kubectl get --raw /version`.',
  },
  'pods-invalid': {
    cause: 'What is given to `verify --pods` is not a list of pods in JSON.',
    remedy: 'Give it what `kubectl get pods -A -o json` prints.',
  },
  'cluster-timeout': {
    cause: 'A cluster did not answer `capture` or `verify` in time.',
    remedy: 'Allow more time with `--timeout`; look for a webhook that does not answer.',
  },
  'cluster-credentials': {
    cause: 'A cluster does not accept who `capture` or `verify` says you are, e.g. because the token has expired.',
    remedy: 'Log in again.',
  },
  'cluster-denied': {
    cause: 'A cluster does not give you the right to what `capture` or `verify` asked for.',
    remedy: 'Ask for the rights that docs/cluster.md lists.',
  },
  'cluster-refused': {
    cause: 'A cluster refuses the pod that `verify` creates in a dry run: it is not valid, or admission does not allow it.',
    remedy: 'Mend what the message names; a real creation would be refused in the same way.',
  },
  'cluster-failed': {
    cause: 'A cluster could not answer `capture` or `verify`, e.g. because a webhook failed or too much is asked of it.',
    remedy: 'Look at what the message names, and try again.',
  },
  'report-invalid': {
    cause: 'A file that `report` is to merge is no JSON report, or breaks its schema, or was made by a later version.',
    remedy: 'Give what `inject-sidecars report -o json` has printed; the schema is fn-config/report.schema.json.',
  },
  'injector-conflict': {
    cause: 'Two injectors write different values to the same field of a pod.',
    remedy: 'Let only one of them write it, or keep one of them off the pod by its selectors.',
  },
  'record-invalid': {
    cause: 'The annotation inject-sidecars.dev/record, which says how to take the injection off, was cut off, edited, or written by a later version.',
    remedy: 'Restore it from Git, or take the injection off with `inject-sidecars uninject --from-status`.',
  },
  'record-forged': {
    cause: 'The annotation inject-sidecars.dev/record, or sidecar.istio.io/status, would change or remove what no injection can have changed or added.',
    remedy: 'Restore the annotation from Git. If you know that it is right, run `inject-sidecars uninject --trust-record` and inject again.',
  },
  'record-trusted': {
    cause:
      'Something goes because the record says in words that injection added it, and nothing else in the manifest shows that; or because of `--trust-record`.',
    remedy: 'Compare the parts that the message names with what you wrote.',
  },
  'not-restorable': {
    cause: 'The text of a manifest is such that taking the injection off brings back the same values, but not every line as it was written.',
    remedy: 'Compare the text with the one in Git, or simplify what the message shows: an anchor, an alias, a comment.',
  },
  'record-missing': {
    cause:
      'A workload is injected, but has no record of it: `istioctl kube-inject` or a live webhook did it, it was injected in a stream or by kustomize, or the annotation was removed.',
    remedy: 'Take the injection off with `inject-sidecars uninject --from-status`, or restore the annotation from Git.',
  },
  'injected-field-edited': {
    cause: 'A field that injection had written was edited afterwards.',
    remedy: 'Put the change where Istio honours it: an annotation, or a container istio-proxy of your own with `image: auto`.',
  },
  'removal-uncertain': {
    cause: 'Without a record it is not certain who wrote a part of a workload, the injection or a person.',
    remedy: 'Compare the part that the message names with what you wrote, and put it back or remove it.',
  },
  'patch-impossible': {
    cause: 'No patch can be written for a workload, because kustomize could not tell it from others.',
    remedy: 'Give the workload a name, or inject it in place.',
  },
  'probe-not-restored': {
    cause: 'Injection replaced a probe and kept no copy of it, so that `uninject` cannot put it back.',
    remedy: 'Write the probe again.',
  },
  internal: { cause: 'A bug in inject-sidecars.', remedy: 'Report it with the input that shows it.' },
} as const satisfies Record<string, CodeText>

export type DiagnosticCode = keyof typeof CODES
