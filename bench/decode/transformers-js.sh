#!/usr/bin/env bash
# Brings transformers.js, a peer of `npm run bench:decode`, into a folder of its own, and exports the model that all sides have for it:
# optimum and PyTorch make its ONNX file, and onnxruntime the one in 8 bits, as its own models are made.
set -euo pipefail
cd "$(dirname "$0")/../.."
peer=.lethe/bench/transformers-js
model=$peer/models/smollm2-135m
version=4.3.2
mkdir -p "$peer"
[ -f "$peer/package.json" ] || echo '{ "private": true }' > "$peer/package.json"
# Without install scripts: onnxruntime's fetches CUDA, which nothing here has.
npm install --prefix "$peer" --no-audit --no-fund --ignore-scripts --save-exact "@huggingface/transformers@$version"
[ -f "$model/onnx/model_quantized.onnx" ] && exit 0
node -e "import('./dist/bench/decode/adapted-model.js').then(({ adaptedModel }) => adaptedModel('.lethe/bench/adapted', 0))"
venv=$peer/venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0 transformers==4.57.6 optimum-onnx==0.1.0 onnx==1.23.2 onnxruntime==1.32.0
"$venv/bin/optimum-cli" export onnx --model .lethe/bench/adapted/model --task text-generation-with-past "$peer/export"
mkdir -p "$model/onnx"
cp "$peer"/export/*.json "$model/"
mv "$peer"/export/model.onnx* "$model/onnx/"
"$venv/bin/python" - "$model/onnx" <<'PY'
import sys
from onnxruntime.quantization import QuantType, quantize_dynamic
quantize_dynamic(f"{sys.argv[1]}/model.onnx", f"{sys.argv[1]}/model_quantized.onnx", weight_type=QuantType.QInt8)
PY
