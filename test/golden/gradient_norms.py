"""Makes gradient-norms.json beside this file: the norm of the gradient of each golden folder's training rows.

    venv/bin/python gradient_norms.py     # after make.py, with the same packages

As open-unlearning has it (src/evals/metrics/mia/gradnorm.py, p = 2, batches of one): the loss of a row is the mean over
its labels, the norm the mean over `model.parameters()` that have a gradient of its 2-norm; plain, and with the folder's
adapter merged in by PEFT. Other than there the last label is counted: these rows end in no token that ends a turn.
"""

import copy
import json

import peft
import torch
from safetensors.torch import load_file

from architectures import FAMILIES
from make import HERE, load


def gradient_norm(model, row):
    # Dynamic rope keeps state.
    model = copy.deepcopy(model).requires_grad_(True)
    ids = torch.tensor([row["ids"]])
    logits = model(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False).logits
    log_probs = torch.nn.functional.log_softmax(logits, dim=-1)[:, :-1, :]
    log_probs = torch.gather(log_probs, dim=2, index=ids[:, 1:].unsqueeze(-1)).squeeze(-1)
    (-log_probs[0, row["labelStart"] - 1 :].mean()).backward()
    norms = [parameter.grad.norm(p=2) for parameter in model.parameters() if parameter.grad is not None]
    return float(torch.stack(norms).mean())


def norms_of(name):
    folder = HERE / name
    expected = json.loads((folder / "expected.json").read_text())
    model = load(FAMILIES[name]["config"], expected["seed"])
    merged = peft.PeftModel.from_pretrained(copy.deepcopy(model), folder / "adapter").merge_and_unload()
    stored = load_file(folder / "expected.safetensors")
    for found, known in [(model, "plain.logits"), (merged, "adapter.logits")]:
        with torch.no_grad():
            logits = copy.deepcopy(found)(input_ids=torch.tensor([expected["rows"]["plain"]]), use_cache=False).logits[0]
        assert (logits - stored[known]).abs().max() < 1e-3, f"{name} is not the model that make.py made"
    rows = expected["training"]["rows"]
    return [{"plain": gradient_norm(model, row), "adapted": gradient_norm(merged, row)} for row in rows]


if __name__ == "__main__":
    torch.set_num_threads(1)
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(norms_of(name))}" for name in sorted(FAMILIES))
    (HERE / "gradient-norms.json").write_text(f"{{\n{lines}\n}}\n")
