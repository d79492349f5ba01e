#!/usr/bin/env bash
# Makes the commit that a release tag points to: main plus the built bundle, on no branch. See docs/decisions/0002-release-tags.md.
# Usage: scripts/release-tag.sh v1.2.3
set -euo pipefail
tag=${1:?usage: scripts/release-tag.sh vX.Y.Z}
cd "$(git rev-parse --show-toplevel)"
[ -z "$(git status --porcelain)" ] || { echo 'commit or stash your changes first' >&2; exit 1; }
[ "v$(node -p 'require("./package.json").version')" = "$tag" ] || { echo "package.json has another version than $tag" >&2; exit 1; }
npm run --silent build
index=$(mktemp -u)
GIT_INDEX_FILE=$index git read-tree HEAD
GIT_INDEX_FILE=$index git add --force dist
tree=$(GIT_INDEX_FILE=$index git write-tree)
rm -f "$index"
commit=$(git commit-tree "$tree" -p HEAD -m "release: $tag, with the built bundle")
git tag -a -m "$tag" "$tag" "$commit"
echo "$tag is $commit"
