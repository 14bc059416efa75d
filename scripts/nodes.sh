#!/usr/bin/env bash
# Tests that need two Engines on two hosts: private ones in network namespaces of their own. As root on Debian.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export BUNDLE_SHARED_CACHE=${BUNDLE_SHARED_CACHE:-/var/lib/bundle-shared/cache}
homes=$(mktemp -d /var/tmp/bundle-shared-nodes.XXXXXX)

on() {
  local node=$1
  shift
  BUNDLE_SHARED_HOME=$homes/$node bash scripts/engine.sh "$@"
}

clean_up() {
  code=$?
  trap - EXIT
  if on second down --purge && on first down --purge && on zeroth down --purge; then rm -rf --one-file-system "$homes"; fi
  exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

address_of() { on "$1" exec ip -4 -o address show | grep -oE '10\.213\.[0-9]+\.[0-9]+' | head -n 1; }

# An Engine gets a namespace where another one runs: the first of all has none and only makes room for the two.
pgrep -x dockerd >/dev/null || on zeroth up --private
for node in first second; do on "$node" up --private; done
FIRST_ADDRESS=$(address_of first)
SECOND_ADDRESS=$(address_of second)
SECOND_ENGINE=unix://$homes/second/engine/docker.sock
export FIRST_ADDRESS SECOND_ADDRESS SECOND_ENGINE
on first exec npx vitest run --project nodes --reporter=verbose </dev/null
