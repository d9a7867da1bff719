"""Makes the golden folders beside this file: a tiny random checkpoint of each architecture and what it must give.

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make.py [folder ...]

Each folder holds
  config.json, model.safetensors   a checkpoint as the family's published ones are written
  config.transformers5.json        the same configuration as transformers 5 writes it
  adapter/                         a PEFT adapter on every linear layer, with random A and B
  expected.json                    token ids, generated tokens, losses, and the versions that made them
  expected.safetensors             float32, by name:
    <row>.logits                   [length, vocabulary] of the checkpoint
    <row>.hidden.<i>               [length, hidden]: the residual stream after the embedding (0) and after layer i,
                                   taken by hooks, so that the last one is before the final norm
    adapter.logits                 those of `plain` with the adapter
    lora.<tensor>                  gradient of the adapter's tensor, loss = mean over the labels of `training`
    full.<tensor>                  gradient of a weight without the adapter: at most 48 of its numbers, equally spaced
Rows: `plain`; `long`, beyond the sliding window and the original context where there are such; `batch.<i>`, run
as one batch padded on the right, real tokens kept.
"""

import copy
import json
import shutil
import sys
from pathlib import Path

import numpy
import peft
import torch
import transformers
from safetensors.torch import save_file

from architectures import FAMILIES
from baichuan_reference import BaichuanForCausalLM

HERE = Path(__file__).parent
GENERATED = 64
SAMPLE = 48
# Families whose blocks add little next to the embedding, which would make a tied model repeat its last token.
GEMMA = ("Gemma2ForCausalLM", "Gemma3ForCausalLM")
MUTED = (*GEMMA, "BloomForCausalLM")


def randomise(model, generator):
    """Matrices keep the size of activations, norms lie around their neutral value, biases matter."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            module = model.get_submodule(name.rsplit(".", 1)[0])
            if isinstance(module, torch.nn.Embedding):
                # Gemma multiplies by sqrt(hidden): larger ones would drown what the layers add.
                parameter.copy_((0.12 if type(model).__name__ in GEMMA else 0.5) * noise)
            elif parameter.dim() == 1:
                is_scale = name.endswith("weight") and type(module).__name__ not in ("Gemma2RMSNorm", "Gemma3RMSNorm")
                parameter.copy_(0.3 * noise + (1.0 if is_scale else 0.0))
            else:
                fan_in = parameter.shape[0 if type(module).__name__ == "Conv1D" else 1]
                parameter.copy_((2.0 if type(model).__name__ in MUTED else 1.3) / fan_in**0.5 * noise)


def load(config, seed):
    if config["model_type"] == "baichuan":
        model = BaichuanForCausalLM(config)
    else:
        parsed = transformers.AutoConfig.for_model(**copy.deepcopy(config))
        model = transformers.AutoModelForCausalLM.from_config(parsed, attn_implementation="eager", dtype=torch.float32)
    randomise(model, torch.Generator().manual_seed(seed))
    return model.float().eval()


def layers_of(model):
    """The blocks, whatever the family calls them: the longest module list."""
    return max((module for module in model.modules() if isinstance(module, torch.nn.ModuleList)), key=len)


def run(model, rows):
    """Logits and residual streams of rows, padded on the right to one batch. A copy runs: dynamic rope keeps state."""
    model = copy.deepcopy(model)
    length = max(len(row) for row in rows)
    ids = torch.tensor([row + [0] * (length - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in rows])
    layers, states = layers_of(model), []
    first = lambda value: value[0] if isinstance(value, tuple) else value
    layers[0].register_forward_pre_hook(
        lambda _, args, kwargs: states.append(args[0] if args else kwargs["hidden_states"]), with_kwargs=True
    )
    for layer in layers:
        layer.register_forward_hook(lambda _, args, output: states.append(first(output)))
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits
    assert len(states) == len(layers) + 1
    return [
        {"logits": logits[i, : len(row)], **{f"hidden.{at}": state[i, : len(row)] for at, state in enumerate(states)}}
        for i, row in enumerate(rows)
    ]


def generate(model, prompt):
    """Greedy tokens without a cache, and the least lead of a winner over the second."""
    ids, margin = list(prompt), float("inf")
    for _ in range(GENERATED):
        top = run(model, [ids])[0]["logits"][-1].topk(2)
        margin = min(margin, float(top.values[0] - top.values[1]))
        ids.append(int(top.indices[0]))
    return ids[len(prompt) :], margin


def gradients(model, rows, parameters):
    """Of the mean negative log-likelihood of all rows' labels, each row run alone."""
    losses, labels = 0.0, 0
    for row in rows:
        ids = torch.tensor([row["ids"]])
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False).logits[0]
        start = row["labelStart"]
        losses = losses + torch.nn.functional.cross_entropy(logits[start - 1 : -1], ids[0, start:], reduction="sum")
        labels += len(row["ids"]) - start
    loss = losses / labels
    loss.backward()
    found = {name: parameter.grad.clone() for name, parameter in parameters}
    model.zero_grad()
    return float(loss.detach()), found


def sample(tensor):
    """At most SAMPLE numbers at equal distances: [i * n // count for i in range(count)]."""
    flat = tensor.flatten()
    count = min(SAMPLE, flat.numel())
    return flat[torch.arange(count) * flat.numel() // count]


def write_config(folder, config):
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    if config["model_type"] == "baichuan":
        return  # not in transformers
    parsed = transformers.AutoConfig.for_model(**copy.deepcopy(config))
    (folder / "config.transformers5.json").write_text(parsed.to_json_string())


def make(name, seed):
    family = FAMILIES[name]
    config, folder = family["config"], HERE / name
    numbers = numpy.random.default_rng(seed)
    ids = lambda count: [int(id) for id in numbers.integers(0, config["vocab_size"], count)]
    rows = {"plain": ids(11), "long": ids(family.get("long", 30))}
    batch = [ids(5), ids(13), ids(1)]
    training = [{"ids": ids(12), "labelStart": 4}, {"ids": ids(9), "labelStart": 1}]
    model = load(config, seed)
    tokens, margin = generate(model, rows["plain"])
    if margin < 5e-3 or len(set(tokens)) < 6:
        return make(name, seed + 100)  # a near tie, or a model that repeats itself: the next seed

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    tensors = {}
    for row, values in rows.items():
        tensors |= {f"{row}.{key}": value for key, value in run(model, [values])[0].items()}
    for i, result in enumerate(run(model, batch)):
        tensors |= {f"batch.{i}.{key}": value for key, value in result.items()}

    full_loss, full = gradients(model, training, list(model.named_parameters()))
    tensors |= {f"full.{family['stored'](key)}": sample(value) for key, value in full.items()}
    weights = {family["stored"](key): value for key, value in model.state_dict().items() if key in dict(model.named_parameters())}
    weights |= family.get("extra", lambda _: {})(config)
    save_file({key: value.contiguous() for key, value in weights.items()}, folder / "model.safetensors", {"format": "pt"})
    write_config(folder, config)

    lora = peft.LoraConfig(r=2, lora_alpha=3, target_modules=family["linears"], fan_in_fan_out=config["model_type"] == "gpt2")
    adapted = peft.get_peft_model(copy.deepcopy(model), lora).eval()
    noise = torch.Generator().manual_seed(seed + 1)
    trained = [(key, value) for key, value in adapted.named_parameters() if "lora_" in key]
    with torch.no_grad():
        for key, value in trained:
            value.copy_(torch.randn(value.shape, generator=noise) * (0.5 if "lora_B" in key else 1.5 / value.shape[1] ** 0.5))
    adapted.save_pretrained(folder / "adapter")
    (folder / "adapter" / "README.md").unlink(missing_ok=True)
    settings = folder / "adapter" / "adapter_config.json"
    saved = json.loads(settings.read_text())
    settings.write_text(json.dumps(saved | {"target_modules": sorted(saved["target_modules"])}, indent=2) + "\n")
    tensors["adapter.logits"] = run(adapted.base_model.model, [rows["plain"]])[0]["logits"]
    lora_loss, low = gradients(adapted, training, trained)
    tensors |= {f"lora.{key.replace('.default.', '.')}": value for key, value in low.items()}

    save_file({key: value.float().contiguous() for key, value in tensors.items()}, folder / "expected.safetensors")
    expected = {
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
        "seed": seed,
        "rows": rows,
        "batch": batch,
        "training": {"rows": training, "loraLoss": lora_loss, "fullLoss": full_loss},
        "generated": {"prompt": "plain", "tokens": tokens, "leastMargin": margin},
    }
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    spread = float(tensors["plain.logits"].std())
    print(f"{name:24} {size // 1024:4} KB, logits' deviation {spread:.2f}, least margin {margin:.4f}, tokens {len(set(tokens))}")
    assert size <= 300 * 1024, f"{name} is larger than 300 KB"


if __name__ == "__main__":
    torch.set_num_threads(1)
    known = list(FAMILIES)
    for name in sys.argv[1:] or known:
        # A folder is made again from the seed that it was made from.
        before = HERE / name / "expected.json"
        make(name, json.loads(before.read_text())["seed"] if before.exists() else 1 + known.index(name))
