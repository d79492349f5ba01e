#!/usr/bin/env bash
# Installs the tools that the end-to-end tests run and that a machine may lack: kustomize and Helm (by Go) and pre-commit (by pip) below
# .cache/, podman, strip and Chromium (by apt). HELM_4=1 installs Helm 4 too, beside Helm 3.
# kpt comes from no package registry: where it is missing, its tests are skipped with a line that says so.
set -euo pipefail
cd "$(dirname "$0")/.."
# 5.8.3 needs Go 1.27.
KUSTOMIZE=v5.8.2
HELM=v3.22.0
HELM_4_VERSION=v4.3.2
PRE_COMMIT=4.7.0
if [ ! -x .cache/bin/kustomize ]; then
  GOBIN="$PWD/.cache/bin" go install "sigs.k8s.io/kustomize/kustomize/v5@$KUSTOMIZE"
fi
if [ ! -x .cache/bin/helm ]; then
  GOBIN="$PWD/.cache/bin" go install "helm.sh/helm/v3/cmd/helm@$HELM"
fi
if [ -n "${HELM_4:-}" ] && [ ! -x .cache/bin/helm4 ]; then
  GOBIN="$PWD/.cache/helm4" go install "helm.sh/helm/v4/cmd/helm@$HELM_4_VERSION"
  mv .cache/helm4/helm .cache/bin/helm4
fi
if command -v apt-get >/dev/null && ! { command -v podman && command -v strip; } >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends podman buildah runc busybox-static binutils >/dev/null
fi
if command -v apt-get >/dev/null && ! command -v chromium >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
fi
if [ ! -x .cache/venv/bin/pre-commit ]; then
  python3 -m venv .cache/venv
  .cache/venv/bin/pip install --quiet "pre-commit==$PRE_COMMIT"
fi
