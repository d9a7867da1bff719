"""Makes the reference numbers of this folder: every objective's loss and gradient, by reference.py.

Run here: python make.py.
"""
import json
import platform

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

import reference
from reference import R, ALPHA, SEED, adapter, base, cases, config, full, log_probs, moved, retain, rows, weights_of

probabilities = torch.cat([log_probs(weights_of({k: v.double() for k, v in adapter.items()}), r) for r in rows["forget"]]).exp()
print("p(label):", [round(p, 5) for p in probabilities.tolist()])

gradients, losses = {}, {}


def record(kind, name, loss_of, tensors, every=1):
    leaves = {k: v.double().requires_grad_() for k, v in tensors.items()}
    loss = loss_of(weights_of(leaves))
    grads = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    # One vector, tensors in the order of their names; zero where the loss does not depend on a tensor.
    by_name = {key: torch.zeros_like(leaf) if grad is None else grad for (key, leaf), grad in zip(leaves.items(), grads)}
    gradients[f"{kind}/{name}"] = torch.cat([by_name[key].flatten() for key in sorted(by_name)]).float()[::every].contiguous()
    losses.setdefault(kind, {})[name] = loss.item()


for name, (_, _, loss_of) in cases.items():
    record("forget", name, loss_of, adapter)
for name, loss_of in retain.items():
    record("retain", name, loss_of, adapter)
for name, loss_of in full.items():
    record("full", name, loss_of, moved, every=5)

# Heads of another kind: Gemma 2's logits are capped, so that nothing is linear in the hidden state; Phi's head has a bias.
# The checkpoints are those of ../gemma2 and ../phi.
for family in ["gemma2", "phi"]:
    model = AutoModelForCausalLM.from_pretrained(f"../{family}", attn_implementation="eager", dtype=torch.float64).eval()
    reference.model, reference.config = model, model.config
    reference.wide = {name: weight.detach() for name, weight in model.named_parameters()}
    settings = json.load(open(f"../{family}/adapter/adapter_config.json"))
    reference.R, reference.ALPHA = settings["r"], settings["lora_alpha"]
    trained = load_file(f"../{family}/adapter/adapter_model.safetensors")
    for name in ["npo", "undial", "ceu", "pdu"]:
        record(family, name, cases[name][2], trained, every=3)
    record(family, "klr", retain["klr"], trained, every=3)

save_file({k: v.contiguous() for k, v in base.items()}, "model.safetensors", {"format": "pt"})
save_file(adapter, "adapter.safetensors", {"format": "pt"})
save_file(gradients, "gradients.safetensors", {"format": "pt"})
json.dump({**config.to_diff_dict(), "model_type": "llama", "rope_theta": 10000.0}, open("config.json", "w"), indent=1, sort_keys=True)
json.dump(
    {
        "made with": {"torch": torch.__version__, "transformers": transformers.__version__, "python": platform.python_version()},
        "lora": {"r": R, "alpha": ALPHA, "seed": SEED},
        "rows": rows,
        "cases": {name: {"objective": objective, "options": options} for name, (objective, options, _) in cases.items()},
        "losses": losses,
    },
    open("golden.json", "w"),
)
print(json.dumps(losses, indent=1))
