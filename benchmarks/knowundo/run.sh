#!/usr/bin/env bash
# One recipe from start to end: benchmarks/knowundo/run.sh relearn|ga|npo [--data <folder>]
set -euo pipefail
cd "$(dirname "$0")/../.."
recipe=${1:?usage: benchmarks/knowundo/run.sh relearn|ga|npo [--data <folder>]}
shift
scripts/setup.sh
node dist/benchmarks/knowundo/prepare.js "$@"
node dist/cli/main.js up --models .lethe/models
[ -f "${LETHE_HOME:-.lethe}/credentials.json" ] || node dist/cli/main.js tenant create knowundo --save >/dev/null
node dist/benchmarks/knowundo/run.js "$recipe"
