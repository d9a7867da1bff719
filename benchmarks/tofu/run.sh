#!/usr/bin/env bash
# TOFU forget10 from start to end: benchmarks/tofu/run.sh [--authors <n>] [--data <folder>]
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/setup.sh
node dist/benchmarks/tofu/prepare.js "$@"
node dist/cli/main.js up --models .lethe/models
[ -f "${LETHE_HOME:-.lethe}/credentials.json" ] || node dist/cli/main.js tenant create tofu --save >/dev/null
node dist/benchmarks/tofu/run.js erase
