#!/usr/bin/env bash
# npm run check: everything that needs no Docker, in parallel. Prints the logs of what failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=steps.sh
source scripts/steps.sh
bash scripts/packages.sh
export PATH=$PWD/node_modules/.bin:$PATH NO_COLOR=1
unset FORCE_COLOR

# What has a clock, an environment or chance cannot be under the stages that decide and render.
purity() {
  local forbidden='\bprocess\.(env|argv|cwd|hrtime|platform|pid)\b|\bnew Date\b|\bDate\.|Math\.random|performance\.now|randomUUID|randomBytes'
  ! grep -rnE "$forbidden" src/plan src/render --include='*.ts'
}

# Longer files do two things.
sizes() {
  ! find src runtime assembly scripts -type f ! -name '*.pyc' -exec awk 'END { if (FNR > 250) print FILENAME ": " FNR " lines, 250 at most" }' {} \; | grep .
}

# test/NAME holds the unit tests of NAME/.
python_tests() {
  local folder code=0
  for folder in assembly runtime; do
    [ -n "$(find "test/$folder" -name 'test_*.py' -print -quit 2>/dev/null)" ] || continue
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$folder timeout 400 \
      python3 -m unittest discover --start-directory "test/$folder" --top-level-directory "test/$folder" || code=1
  done
  return "$code"
}

shell_scripts() {
  local script
  for script in scripts/*.sh scripts/engine/*.sh .ci/run; do bash -n "$script" || return 1; done
  if command -v shellcheck >/dev/null; then shellcheck scripts/*.sh .ci/run; fi
}

mkdir -p "$results"
rm -rf "${results:?}"/*

# The longest goes first; the short ones follow one another beside it.
# In one realm per thread, which halves the time: the units share no state.
step unit vitest run --project unit --pool=threads --no-isolate --coverage --reporter=default --reporter=json --outputFile.json="$results/unit.json" &
unit=$!
(
  step types tsc --noEmit -p . &
  types=$!
  step format-and-lint biome ci --colors=off .
  step python-lint node scripts/ruff.js
  step directions depcruise --config .dependency-cruiser.cjs --output-type err-long src
  step purity purity
  step sizes sizes
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
