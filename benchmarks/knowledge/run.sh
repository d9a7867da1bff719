#!/usr/bin/env bash
# From a clone to the tables; where it was broken off it goes on:
# MODEL=<folder of a model> benchmarks/knowledge/run.sh [--set cmekg|do] [--rows 1000] ...
# DRY=1: few entities, questions and rows with the built-in model, to see that it goes through.
set -euo pipefail
cd "$(dirname "$0")/../.."
set=cmekg
for ((i = 1; i < $#; i++)); do [ "${!i}" = --set ] && n=$((i + 1)) && set=${!n}; done
few=() short=()
if [ -n "${DRY:-}" ]; then
  few=(--entities 60 --questions 12 --rows 40)
  short=(--rows 12 --epochs 1 --limit 4 --max-tokens 16)
fi
scripts/setup.sh
node dist/benchmarks/knowledge/prepare.js --set "$set" "${few[@]}"
if [ -n "${MODEL:-}" ]; then
  node dist/cli/main.js up --models "$(dirname "$(realpath "$MODEL")")"
else
  node dist/cli/main.js up
fi
[ -f "${LETHE_HOME:-.lethe}/credentials.json" ] || node dist/cli/main.js tenant create knowledge --save >/dev/null
node dist/benchmarks/knowledge/run.js --model "$(basename "${MODEL:-lethe-tiny}")" "${short[@]}" "$@"
