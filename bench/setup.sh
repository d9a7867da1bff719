#!/usr/bin/env bash
# Brings what `npm run bench:train` compares: KnowUnDo's rows, the model, and PyTorch with PEFT in a folder of their own.
# Options are those of benchmarks/knowundo/prepare.ts, such as --data <folder>.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
# Before the gigabytes of PyTorch: it says where data is missing.
if [ ! -f .lethe/knowundo/full.jsonl ] || [ ! -f .lethe/models/smollm2-135m-instruct/model.gguf ]; then
  node dist/benchmarks/knowundo/prepare.js "$@"
fi
venv=.lethe/bench/venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet torch==2.15.0 transformers==5.23.0 peft==0.21.2
