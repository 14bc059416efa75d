#!/usr/bin/env bash
# npm run check: everything that needs no Docker, in parallel. Prints the logs of what failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=steps.sh
source scripts/steps.sh
export PATH=$PWD/node_modules/.bin:$PATH FORCE_COLOR=0

# What has a clock, an environment or chance cannot be under the stages that decide and render.
purity() {
  ! grep -rnE '\b(process\.|Date\b|Math\.random|performance\.)' src/plan src/render --include='*.ts'
}

python_tests() {
  [ -n "$(find test/runtime -name 'test_*.py' -print -quit 2>/dev/null)" ] || { echo 'Ran 0 tests'; return 0; }
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=runtime python3 -W error::ResourceWarning -m unittest discover -s test/runtime -t test/runtime
}

shell_scripts() {
  local script
  for script in scripts/*.sh scripts/engine/*.sh .ci/run; do bash -n "$script" || return 1; done
  if command -v shellcheck >/dev/null; then shellcheck scripts/*.sh .ci/run; fi
}

mkdir -p "$results"
rm -rf "${results:?}"/*

# The longest goes first; the short ones follow one another beside it.
step unit vitest run --project unit --coverage --reporter=default --reporter=json --outputFile.json="$results/unit.json" &
unit=$!
(
  step types tsc --noEmit -p . &
  types=$!
  step format-and-lint biome ci --colors=off .
  step python-lint node scripts/ruff.js
  step directions depcruise --config .dependency-cruiser.cjs --output-type err-long src
  step purity purity
  step unused knip --no-progress --no-config-hints
  step python-unit python_tests
  step shell shell_scripts
  wait "$types"
) &
others=$!
trap 'kill "$unit" "$others" 2>/dev/null || true; exit 130' INT TERM
wait "$unit" "$others"

show_failed_logs
grep -hE '^(Statements|Branches|Functions|Lines) ' "$results/unit.log" || true
node scripts/summary.js "$results"
