#!/usr/bin/env bash
# Forgetting under attack, from a clone to the tables; where it was broken off it goes on:
# benchmarks/knowundo/results.sh [--seeds 0,1,2] [--recipes relearn,erase] [--audit full|quick] ...
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/setup.sh
node dist/benchmarks/knowundo/prepare.js --people "${PEOPLE:-8}"
node dist/cli/main.js up --models .lethe/models
[ -f "${LETHE_HOME:-.lethe}/credentials.json" ] || node dist/cli/main.js tenant create knowundo --save >/dev/null
node dist/benchmarks/knowundo/results.js "$@"
