#!/usr/bin/env bash
# Brings the peers of `npm run bench:decode` into folders of their own: node-llama-cpp with its prebuilt CPU library, transformers.js, and vLLM.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=3.22.1
peer=.lethe/bench/llama
binary=@node-llama-cpp/$(node -p '`${process.platform.replace("darwin", "mac").replace("win32", "win")}-${process.arch}${process.platform === "darwin" && process.arch === "arm64" ? "-metal" : ""}`')
mkdir -p "$peer"
[ -f "$peer/package.json" ] || echo '{ "private": true }' > "$peer/package.json"
# Without the optional packages: they are gigabytes of CUDA.
if ! NODE_LLAMA_CPP_SKIP_DOWNLOAD=true npm install --prefix "$peer" --no-audit --no-fund --omit=optional --save-exact "node-llama-cpp@$version" "$binary@$version"; then
  echo "error: the package registry does not give node-llama-cpp@$version and $binary@$version, without which there is nothing to compare with" >&2
  exit 1
fi
# Peers that can be done without: the command names them where they are missing.
bench/decode/transformers-js.sh || echo "transformers.js could not be installed: bench:decode leaves its ratios out" >&2
bench/decode/vllm.sh || echo "vLLM could not be installed: bench:decode leaves its ratios out" >&2
