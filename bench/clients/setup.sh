#!/usr/bin/env bash
# Brings lm-evaluation-harness, and what its own backend runs a model with, into a folder of their own.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=.lethe/bench/clients
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet -r bench/clients/requirements.txt
