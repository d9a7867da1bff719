#!/usr/bin/env bash
# Which recipe forgets best, by successive halving on people whom results.sh does not judge by; where it
# was broken off it goes on: benchmarks/knowundo/search.sh [--steps 24,48,96] [--vary objective.gamma=1,2] ...
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/setup.sh
sets=.lethe/knowundo-search
node dist/benchmarks/knowundo/prepare.js --people "${PEOPLE:-8}" --skip "${SKIP:-8}" --out "$sets"
node dist/cli/main.js up --models .lethe/models
[ -f "${LETHE_HOME:-.lethe}/credentials.json" ] || node dist/cli/main.js tenant create knowundo --save >/dev/null
node dist/benchmarks/knowundo/search.js --sets "$sets" "$@"
