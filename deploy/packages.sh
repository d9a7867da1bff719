#!/usr/bin/env bash
# Copies the packages of production, as npm ci has installed them here, without what never runs there: deploy/packages.sh <folder>
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 1 ] || { echo 'usage: deploy/packages.sh <folder>' >&2; exit 2; }
mkdir -p "$1"
case $(node -p process.arch) in x64) other=arm64 ;; *) other=x64 ;; esac
unused=(
  # onnxruntime for other machines, for browsers, and for TensorRT, which is no device of ours
  node_modules/onnxruntime-node/bin/napi-v6/{darwin,win32,linux/$other} node_modules/onnxruntime-web
  libonnxruntime_providers_tensorrt.so
  # transformers.js for browsers, and those of its builds that import does not take
  'node_modules/@huggingface/transformers/dist/ort-*' 'transformers.web*' transformers.js 'transformers*.min.*' transformers.node.cjs
  # what @nestjs/swagger needs to read TypeScript and to show pages, not to write the API's document
  node_modules/typescript node_modules/@typescript node_modules/swagger-ui-dist
  # what editors and debuggers read
  '*.map' '*.d.ts' '*.d.mts' '*.d.cts' node_modules/{openai,rxjs,zod}/src
)
npm ls --omit=dev --all --parseable --silent | sed -n "s|^$PWD/||p" | grep -v '/node_modules/' | sort |
  tar -c "${unused[@]/#/--exclude=}" -T - | tar -x -C "$1"
