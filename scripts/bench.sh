#!/usr/bin/env bash
# npm run bench: set-up, then what is measured, side by side with separate containers. Arguments go to vitest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bash scripts/setup.sh
exec bash scripts/engine.sh exec npx vitest run --project bench "$@"
