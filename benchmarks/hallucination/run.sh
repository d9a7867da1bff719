#!/usr/bin/env bash
# From a clone to the tables; where it was broken off it goes on:
# MODEL=<folder of a LLaVA checkpoint> benchmarks/hallucination/run.sh --coco <folder> --set chair|pope ...
# DRY=1: five made-up pictures and a tiny model of random weights, to see that it goes through.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/setup.sh
few=()
if [ -n "${DRY:-}" ]; then
  dry=.lethe/hallucination/dry
  node dist/benchmarks/hallucination/dry.js "$dry"
  MODEL=$dry/models/tiny-seeing
  few=(--set chair --coco "$dry/coco" --questions "$dry/coco/pope" --out "$dry" --window 1..2 --max-tokens 16)
fi
: "${MODEL:?expected MODEL=<folder of a LLaVA checkpoint>, or DRY=1}"
node dist/cli/main.js up --models "$(dirname "$(realpath "$MODEL")")"
[ -f "${LETHE_HOME:-.lethe}/credentials.json" ] || node dist/cli/main.js tenant create hallucination --save >/dev/null
node dist/benchmarks/hallucination/run.js --model "$(basename "$MODEL")" "${few[@]}" "$@"
