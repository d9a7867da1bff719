#!/usr/bin/env bash
# Brings what `npm run bench:train` compares: the model, KnowUnDo's rows, and PyTorch with PEFT in a folder of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
bash benchmarks/knowundo/model.sh
[ -f .lethe/knowundo/full.jsonl ] || node dist/benchmarks/knowundo/prepare.js
venv=.lethe/bench/venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet torch==2.15.0 transformers==5.23.0 peft==0.21.2
