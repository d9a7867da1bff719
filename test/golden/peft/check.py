"""Loads what export.ts wrote in PEFT and transformers: largest difference of the logits from ours, 1e-4 allowed.

  python test/golden/peft/check.py FOLDER
"""
import json
import sys
import warnings
from pathlib import Path

import torch
import transformers
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
warnings.filterwarnings("ignore", message="Could not find a config file")
TOLERANCE = 1e-4


def open_model(path):
    return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32, attn_implementation="eager").eval()


def open_case(folder, case):
    if case["kind"] == "model":
        if (folder / "model" / "tokenizer.json").exists():
            AutoTokenizer.from_pretrained(folder / "model")
        return open_model(folder / "model")
    base = open_model(case["base"])
    if case["kind"] == "weights":
        missing, unexpected = base.load_state_dict(load_file(folder / "adapter" / "model.safetensors"), strict=False)
        assert not unexpected and all(name == "lm_head.weight" for name in missing), (missing, unexpected)
        return base
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        model = PeftModel.from_pretrained(base, folder / "adapter").eval()
    missing = [str(w.message) for w in heard if "missing" in str(w.message).lower() or "unexpected" in str(w.message).lower()]
    assert not missing, missing
    return model


@torch.no_grad()
def difference(folder):
    case = json.loads((folder / "case.json").read_text())
    model = open_case(folder, case)
    worst = 0.0
    for prompt, expected in zip(case["prompts"], case["logits"]):
        logits = model(torch.tensor([prompt])).logits[0, -1]
        worst = max(worst, (logits - torch.tensor(expected)).abs().max().item())
    return case["kind"], worst


def main(root):
    results = [(path.parent.name, *difference(path.parent)) for path in sorted(root.glob("*/case.json"))]
    for name, kind, worst in results:
        print(f"{name:24} {kind:8} {worst:.1e}")
    failed = [name for name, _, worst in results if worst > TOLERANCE]
    print(f"{len(results)} cases, {len(failed)} beyond {TOLERANCE}: torch {torch.__version__}, transformers {transformers.__version__}")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
