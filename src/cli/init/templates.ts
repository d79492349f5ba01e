// The texts of the files that `init` writes, and of the lines that it asks the user to add to existing files.

import { visibleJson } from '../../lib/model/index.ts'
import { VERSION } from '../version.ts'

const REPOSITORY = 'https://github.com/inject-sidecars/inject-sidecars'

/**
 * The function config, for the command line, kustomize and kpt alike.
 * @param sources files and folders with the mesh's configuration and the Namespaces
 */
export function functionConfig(sources: readonly string[]): string {
  return `# The function config of inject-sidecars. All fields: ${REPOSITORY}/blob/main/docs/configuration.md
# \`inject-sidecars schema\` prints the JSON Schema, for editors.
apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata:
  name: mesh
  annotations:
    # How kustomize runs the function: kustomize build --enable-alpha-plugins --enable-exec .
    config.kubernetes.io/function: |
      exec: {path: inject-sidecars}
    config.kubernetes.io/local-config: "true"
spec:
  # Inject as Istio's webhook would.
  istio: {}
  # Files and folders with Istio's configuration, and with the Namespaces whose labels decide. They must be below the working directory.
  sources:
${sources.map(source => `  - ${visibleJson(JSON.stringify(source))}\n`).join('')}  # Facts about the cluster that the manifests do not contain. Without versions, a supported Kubernetes is assumed, which runs native sidecars.
  # cluster:
  #   kubeletVersions: [v1.34.0]
  #   namespaces:
  #     shop: {labels: {istio-injection: enabled}}
  # Fail if these workloads are not injected.
  # expect:
  # - {kind: Deployment, namespace: shop, injected: true}
`
}

export const GUARD = `# The function removes this guard. If the function did not run, the guard stays in the output, and no cluster accepts its kind.
apiVersion: inject-sidecars.dev/v1alpha1
kind: InjectionGuard
metadata:
  name: guard
`

export const ISTIO_README = `# Istio's configuration

This folder contains the configuration of Istio that is installed in the cluster. Update it after each upgrade of Istio, from the cluster:

    inject-sidecars capture > istio/istio.yaml

or without a cluster, from the chart:

    helm template istiod istio/istiod -n istio-system \\
      -s templates/configmap.yaml -s templates/istiod-injector-configmap.yaml -s templates/mutatingwebhook.yaml > istio/istio.yaml
`

/** The lines for a kustomization. */
export const KUSTOMIZATION_LINES = `resources:
- guard.yaml
transformers:
- inject-sidecars.yaml
`

const HOOKS = {
  'in-files': 'inject-sidecars-check   # or inject-sidecars, which changes the files',
  'when-built': 'inject-sidecars-lint   # kustomize injects; the files in the repository have no sidecars',
}

/**
 * The configuration of pre-commit.
 * @param injected where sidecars are injected: in the files of the repository, or in the output of kustomize
 */
export function preCommit(injected: keyof typeof HOOKS): string {
  return `repos:
- repo: ${REPOSITORY}
  rev: v${VERSION}
  hooks:
  - id: ${HOOKS[injected]}
`
}

export const OVERLAYS_PAGE = `${REPOSITORY}/blob/main/docs/kustomize.md#bases-and-overlays`
