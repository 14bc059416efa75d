#!/usr/bin/env bash
# What builds and tests need: the npm packages, a Docker Engine with Compose, the base images.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash scripts/packages.sh
bash scripts/engine.sh up
