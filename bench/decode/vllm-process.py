"""vLLM in a process of its own. Arguments: a model, a folder of adapters named 0, 1, ..., how many places
for adapters it has, and the number of threads. Each line of input is a list of requests, {prompt, tokens,
adapter}; a line answers with the seconds that they took together and each one's tokens."""

import json
import os
import sys
import time

model, adapters, slots, threads = sys.argv[1:]
os.environ.update(
    HF_HUB_OFFLINE="1",
    VLLM_CPU_KVCACHE_SPACE="1",
    VLLM_CPU_OMP_THREADS_BIND="nobind",
    VLLM_ENABLE_V1_MULTIPROCESSING="0",
    VLLM_NO_USAGE_STATS="1",
    VLLM_LOGGING_LEVEL="ERROR",
    OMP_NUM_THREADS=threads,
)
# What libraries print goes to the other stream.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def main():
    from vllm import LLM, SamplingParams
    from vllm.lora.request import LoRARequest

    llm = LLM(
        model,
        skip_tokenizer_init=True,
        dtype="float32",
        enforce_eager=True,
        max_model_len=1024,
        max_num_seqs=32,
        enable_prefix_caching=False,
        enable_lora=True,
        max_loras=int(slots),
        max_lora_rank=8,
    )

    def lora(adapter):
        if adapter is None:
            return None
        return LoRARequest(str(adapter), adapter + 1, os.path.join(adapters, str(adapter)))

    def answer(requests):
        begun = time.perf_counter()
        results = llm.generate(
            [{"prompt_token_ids": request["prompt"]} for request in requests],
            [
                SamplingParams(
                    max_tokens=request["tokens"], temperature=0, ignore_eos=True, detokenize=False
                )
                for request in requests
            ],
            lora_request=[lora(request.get("adapter")) for request in requests],
            use_tqdm=False,
        )
        seconds = time.perf_counter() - begun
        return {
            "seconds": seconds,
            "tokens": [list(result.outputs[0].token_ids) for result in results],
        }

    print("{}", file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
