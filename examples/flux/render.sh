#!/bin/sh
# Renders every kustomization in a folder, with sidecars, and commits the changes. Usage: render.sh APPS RENDERED
set -eu
apps=$1 rendered=$2
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT

for app in "$apps"/*/; do
  name=$(basename "$app")
  mkdir "$new/$name"
  kustomize build --enable-alpha-plugins --enable-exec "$app" > "$new/$name/$name.yaml"
  if grep -q '^kind: InjectionGuard' "$new/$name/$name.yaml"; then
    echo "$app: the function did not run; is it among the transformers?" >&2
    exit 1
  fi
done

# All or nothing: after an error above, nothing is changed.
rm -rf "$rendered"
cp -R "$new" "$rendered"
git add --all "$rendered"
git diff --cached --quiet -- "$rendered" || git commit --quiet --message "render: $apps" -- "$rendered"
