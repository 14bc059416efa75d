#!/usr/bin/env bash
# Installs the locked npm packages where they are missing or older than the lock file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo 'packages: installing the npm packages' >&2
  # Not `npm ci`: it refuses a lock file without the optional packages of every other platform, which not
  # every registry has. This installs the locked versions too, and leaves the lock file as it is.
  npm install --no-save --ignore-scripts --no-progress --loglevel=error
  touch node_modules/.package-lock.json
fi
