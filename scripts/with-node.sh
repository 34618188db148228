#!/bin/sh
# Runs a TypeScript file with the project's own Node 24, after installing the packages of the lockfile when they are missing or stale.
# Everything it says goes to stderr: `npm run --silent lab -- env` must print export lines only.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
stamp="$root/node_modules/.installed-from"
if ! cmp -s "$root/package-lock.json" "$stamp" 2>/dev/null; then
  echo "setup: installing npm packages (npm ci)" >&2
  (cd "$root" && npm ci --no-audit --no-fund >&2)
  cp "$root/package-lock.json" "$stamp"
fi
script=$1
shift
PATH="$root/node_modules/.bin:$PATH" exec "$root/node_modules/.bin/node" --disable-warning=ExperimentalWarning "$root/$script" "$@"
