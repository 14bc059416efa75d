#!/usr/bin/env bash
# npm test: set-up, the checks, the build, then the live tests on a real Engine. Arguments go to the live
# tests' vitest (a file name, -t TITLE).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=steps.sh
source scripts/steps.sh

start=$(date +%s%N)
bash scripts/setup.sh
check_start=$(date +%s%N)
check_code=0
bash scripts/check.sh || check_code=$?
[ "$check_code" -lt 128 ] || exit "$check_code"
printf 'set-up\t%s\t0\n' "$(((check_start - start) / 1000000))" >>"$results/steps.tsv"

step build npm run --silent build
mkdir -p "$results"
rm -f "$results/live.json" "$results/platforms.json"
reporters=(--reporter=verbose --reporter=./scripts/failures.js --reporter=json)
step_aloud live bash scripts/engine.sh exec npx vitest run --project live "${reporters[@]}" \
  --outputFile.json="$results/live.json" "$@"
# After them, not beside them: an Engine that leaves a swarm forgets the names of all its networks.
[ $# -gt 0 ] || step_aloud platforms bash scripts/engine.sh exec npx vitest run --project platforms "${reporters[@]}" \
  --outputFile.json="$results/platforms.json"
show_failed_logs >"$results/failed.log"
[ ! -s "$results/failed.log" ] || cat "$results/failed.log"
echo
printf 'suite%48s  tests\n' time
node scripts/summary.js "$results"
