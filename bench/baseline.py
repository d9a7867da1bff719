"""The baseline of `npm run bench:train`: a LoRA step as a user of PyTorch, transformers and PEFT writes it.

Reads its task from the JSON file named on the command line, says when it is ready, then trains the batch whose
number stands on each line of its input: one JSON object per line in answer. What is usual on a CPU is used: sdpa,
the fused AdamW, padding to the longest row of a batch, no gradient checkpointing; torch.compile on request.
"""
import json
import resource
import sys
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

with open(sys.argv[1]) as file:
    task = json.load(file)
say = lambda message: print(json.dumps(message), flush=True)

torch.set_num_threads(task["threads"])
torch.manual_seed(0)
begun = time.perf_counter()
model = AutoModelForCausalLM.from_pretrained(task["folder"], dtype=torch.float32, attn_implementation="sdpa")
loaded = time.perf_counter()
lora = LoraConfig(
    r=task["rank"],
    lora_alpha=task["alpha"],
    lora_dropout=0.0,
    target_modules=task["targetModules"],
    task_type="CAUSAL_LM",
)
model = get_peft_model(model, lora)
model.train()
parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = torch.optim.AdamW(parameters, lr=task["learningRate"], weight_decay=0.0, fused=True)
forward = torch.compile(model, dynamic=True) if task["compile"] else model
say({"loadSeconds": loaded - begun, "startSeconds": time.perf_counter() - loaded})


def collate(rows):
    """Padded on the right to the longest row; labels are the answer's tokens, -100 elsewhere."""
    length = max(len(row["ids"]) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    mask = torch.zeros(len(rows), length, dtype=torch.long)
    labels = torch.full((len(rows), length), -100)
    for i, row in enumerate(rows):
        end, start = len(row["ids"]), row["labelStart"]
        ids[i, :end] = torch.tensor(row["ids"])
        mask[i, :end] = 1
        labels[i, start:end] = ids[i, start:end]
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


for line in sys.stdin:
    begun = time.perf_counter()
    cpu = time.process_time()
    loss = forward(**collate(task["batches"][int(line)]), use_cache=False).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    say({
        "seconds": time.perf_counter() - begun,
        "cpuSeconds": time.process_time() - cpu,
        "loss": loss.item(),
        "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    })
