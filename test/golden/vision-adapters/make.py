"""Makes the folders and expected.safetensors beside this file: adapters that change how the models in ../vision see, by PEFT.

    python -m venv venv && venv/bin/pip install -r ../requirements.txt && venv/bin/python make.py

By folder of ../vision:
  <folder>/connector, <folder>/tower   PEFT's files of an adapter on the connector and of one on tower and connector, both on the text, too
  <folder>.<adapter>.features          of picture 0
  <folder>.<adapter>.logits            of the row `image`
  <folder>.<adapter>.gradient.<tensor> from the mean cross-entropy of the tokens after the last picture of the row `two`; tensors have
                                       PEFT's names
expected.json: those losses, by adapter.
"""

import copy
import json
import sys
from pathlib import Path

import peft
import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import load_file, save_file

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "vision"))
from make import FAMILIES, PLACEHOLDER, features, inputs, load, run  # noqa: E402

# Modules by the ends of their names, as PEFT takes them.
CONNECTORS = {
    "llava": ["linear_1", "linear_2"],
    "llava-next": ["linear_1", "multi_modal_projector.linear_2"],
    "smolvlm": ["modality_projection.proj"],
    "qwen2-5-vl": ["merger.mlp.0", "merger.mlp.2"],
}
TOWERS = {
    "llava": ["k_proj", "out_proj", "fc1"],
    "llava-next": ["k_proj", "fc2"],
    "smolvlm": ["k_proj", "fc1"],
    "qwen2-5-vl": ["attn.qkv", "gate_proj"],
}
# Ends that no tower has.
TEXTS = {"qwen2-5-vl": ["o_proj", "q_proj"]}


def adapted(model, targets, seed):
    lora = peft.LoraConfig(r=2, lora_alpha=3, target_modules=targets)
    result = peft.get_peft_model(copy.deepcopy(model), lora).eval()
    noise = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for key, value in result.named_parameters():
            if "lora_" in key:
                value.copy_(torch.randn(value.shape, generator=noise) * (0.3 if "lora_B" in key else 1.0 / value.shape[1] ** 0.5))
    return result


def gradients(model, ids, pixels, sizes):
    row = torch.tensor([ids])
    inner = model.base_model.model
    given = inputs(inner, pixels, sizes, row)
    logits = inner(input_ids=row, attention_mask=torch.ones_like(row), use_cache=False, **given).logits[0]
    start = len(ids) - ids[::-1].index(PLACEHOLDER)
    loss = F.cross_entropy(logits[start - 1:-1], row[0, start:])
    loss.backward()
    named = {key.replace(".default", ""): value.grad for key, value in model.named_parameters() if value.grad is not None}
    return float(loss.detach()), named


tensors, losses = {}, {"connector": {}, "tower": {}}
for seed, name in enumerate(CONNECTORS):
    folder = HERE.parent / "vision" / name
    known = json.loads((folder / "expected.json").read_text())
    model = load(json.loads((folder / "config.json").read_text()), known["seed"])
    family = FAMILIES[name]
    sizes = family.get("sizes", family.get("grids", [(0, 0)] * 2))
    pictures = load_file(folder / "expected.safetensors")
    pixels = [pictures["pixels.0"], pictures["pixels.1"]]
    both = CONNECTORS[name] + TEXTS.get(name, ["o_proj", "down_proj"])
    for kind, targets in [("connector", both), ("tower", both + TOWERS[name])]:
        one = adapted(model, targets, seed)
        one.save_pretrained(HERE / name / kind)
        (HERE / name / kind / "README.md").unlink(missing_ok=True)
        tensors[f"{name}.{kind}.features"] = features(one.base_model.model, pixels[0], sizes[0])[0]
        tensors[f"{name}.{kind}.logits"] = run(one.base_model.model, known["rows"]["image"], pixels[:1], sizes)["logits"]
        if kind == "tower" and name in TEXTS:  # not trained
            continue
        losses[kind][name], found = gradients(one, known["rows"]["two"], pixels, sizes)
        tensors |= {f"{name}.{kind}.gradient.{key}": value for key, value in found.items()}

versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
save_file({name: value.float().contiguous() for name, value in tensors.items()}, HERE / "expected.safetensors")
(HERE / "expected.json").write_text(json.dumps({"versions": versions, "losses": losses}) + "\n")
