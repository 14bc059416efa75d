#!/usr/bin/env bash
# What builds and tests need: the npm packages, a Docker Engine with Compose, the base images.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo 'setup: installing the npm packages' >&2
  npm ci --ignore-scripts --no-progress --loglevel=error
  touch node_modules/.package-lock.json
fi
bash scripts/engine.sh up
