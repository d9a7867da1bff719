#!/usr/bin/env bash
# Load by others' generators on a server that runs: guidellm and, where bench/decode/vllm.sh has brought it, vLLM's own.
#   LETHE_API_KEY=... bench/clients/load.sh http://127.0.0.1:8787 [model] [folder of its tokenizer]
set -euo pipefail
cd "$(dirname "$0")/../.."
url=$1 model=${2:-lethe-tiny} tokenizer=${3:-models/lethe-tiny}
prompt=128 answer=32 streams=8 requests=64
export HF_HUB_OFFLINE=1 OPENAI_API_KEY=$LETHE_API_KEY
report=$(mktemp --suffix .json)
trap 'rm -f "$report"' EXIT

.lethe/bench/clients/bin/guidellm run \
  --backend "kind=openai_http,target=$url,model=$model,api_key=$LETHE_API_KEY,request_format=/v1/chat/completions" \
  --profile "kind=concurrent,streams=$streams" --constraint "kind=max_requests,count=$requests" \
  --tokenizer "kind=huggingface_auto,model=$tokenizer" \
  --data "kind=synthetic_text,prompt_tokens=$prompt,output_tokens=$answer" \
  --output "kind=json,path=$report" --disable-console
.lethe/bench/clients/bin/python bench/clients/guidellm_figures.py "$report"

vllm=.lethe/bench/vllm/bin/vllm
[ -x "$vllm" ] || exit 0
"$vllm" bench serve --backend openai-chat --base-url "$url" --endpoint /v1/chat/completions \
  --model "$model" --tokenizer "$tokenizer" --dataset-name random --random-input-len "$prompt" \
  --random-output-len "$answer" --num-prompts "$requests" --max-concurrency "$streams" \
  --ignore-eos --disable-tqdm 2>/dev/null | grep -E '^(Successful|Failed|Request throughput|Output token|Median|P99)'
