#!/usr/bin/env bash
# npm run soak: the tests of a bundle's life, and of what reaches its programs, in full, one file after the other (three
# hours; SOAK_MINUTES shortens the longest), then the pages that are written from what they measured. Arguments go to
# vitest instead of the folders.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bash scripts/setup.sh
code=0
[ $# -gt 0 ] || set -- test/live/life test/live/round-trips test/live/compose/hostile-files.test.ts test/live/compose/generated.test.ts \
  test/live/isolation.test.ts test/live/corpus/run.test.ts test/live/rungs/{background,prediction,smoke}.test.ts
SOAK=1 bash scripts/engine.sh exec npx vitest run --project live --maxWorkers 1 "$@" || code=$?
UPDATE_FIXTURES=1 npx vitest run --project unit test/unit/life-page.test.ts
exit "$code"
