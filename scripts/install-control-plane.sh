#!/usr/bin/env bash
# Installs what `npm run e2e` starts: kube-apiserver and kube-controller-manager, built from the Go module k8s.io/kubernetes, and Debian's etcd.
# Prints the folder of the two binaries. They are kept for all clones of this machine: the first build takes about 10 minutes on two cores.
set -euo pipefail
VERSION=${KUBERNETES_VERSION:-v1.36.3}
FOLDER=${XDG_CACHE_HOME:-$HOME/.cache}/inject-sidecars-e2e/$VERSION
BINARIES=(kube-apiserver kube-controller-manager)

fail() {
  echo "install-control-plane: $1" >&2
  exit 1
}

if ! command -v etcd >/dev/null; then
  command -v apt-get >/dev/null || fail 'etcd is missing: install etcd 3.4 or later'
  [ "$(id -u)" = 0 ] || fail 'etcd is missing: sudo apt-get install etcd-server'
  {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends etcd-server
  } >&2 || fail 'etcd is missing, and apt-get cannot install etcd-server'
fi

complete() {
  local name
  for name in "${BINARIES[@]}"; do [ -x "$FOLDER/$name" ] || return 1; done
}

# A module of our own that requires Kubernetes. Kubernetes' go.mod points its k8s.io siblings at folders of its repository, which a module that
# requires it cannot see, so each is replaced by what is published of it: v1.36.3 goes with v0.36.3.
write_module() {
  local kubernetes siblings
  kubernetes=$(cd "$1" && go mod download -json "k8s.io/kubernetes@$VERSION" | sed -n 's/^\t"GoMod": "\(.*\)",$/\1/p')
  siblings=$(sed -n 's|^\t\(k8s.io/[a-z-]*\) => ./staging/src/.*|\t\1 => \1 v0.'"${VERSION#v1.}"'|p' "$kubernetes")
  [ -n "$siblings" ] || fail "the go.mod of k8s.io/kubernetes $VERSION names no siblings"
  cat >"$1/go.mod" <<MODULE
module control-plane

$(grep -E '^go ' "$kubernetes")

$(grep -E '^godebug ' "$kubernetes")

require k8s.io/kubernetes $VERSION

replace (
$siblings
)
MODULE
}

build() {
  command -v go >/dev/null || fail "Go is missing, which builds kube-apiserver $VERSION: https://go.dev/dl, or apt-get install golang"
  local minor=${VERSION#v1.}
  mkdir -p "$FOLDER"
  work=$(mktemp -d "$FOLDER/build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  write_module "$work"
  echo "building kube-apiserver and kube-controller-manager $VERSION" >&2
  local package=k8s.io/component-base/version
  local flags="-s -w -X $package.gitVersion=$VERSION -X $package.gitMajor=1 -X $package.gitMinor=${minor%.*}"
  (cd "$work" && nice go build -mod=mod -trimpath -ldflags "$flags" -o bin/ "${BINARIES[@]/#/k8s.io/kubernetes/cmd/}" 2> >(grep -v '^go: \(downloading\|finding\)' >&2))
  mv "$work"/bin/* "$FOLDER/"
}

complete || build
echo "$FOLDER"
