"""Makes expected.safetensors and expected.json beside this file: gradients of the models in ../vision, by torch.

    python -m venv venv && venv/bin/pip install -r ../requirements-vision.txt && venv/bin/python make.py

By folder of ../vision:
  <folder>.text.<tensor>    of the mean cross-entropy of the tokens after the last picture of the row `two`, the tower frozen
  <folder>.tower.<tensor>   of the mean of two cross-entropies of labels that do not exclude each other, on both pictures' tiles: by the
                            log of the sum of exponentials over a tile's features of what the connector reads, and by the mean of all
                            tokens after the tower's last norm
  <folder>.labels.<tensor>  the heads that say the labels, random; their gradients are among those of the tower
Tensors have the names that we give them. expected.json: the losses, and which labels each tile has.
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import load_file, save_file

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "vision"))
from make import PLACEHOLDER, load, inputs  # noqa: E402

NAMES = ["llava", "llava-siglip", "llava-mistral", "smolvlm"]
LABELS = 5
TEXT = ["model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight"]


def ours(name):
    """Our name of a tensor in memory."""
    for old, new in [("model.language_model.", "model."), ("model.text_model.", "model."), ("model.vision_tower.vision_model.", "vision_tower."),
                     ("model.vision_tower.", "vision_tower."), ("model.vision_model.", "vision_tower."), ("model.", "")]:
        if name.startswith(old):
            return new + name.removeprefix(old)
    return name


def rows_read(model, pixels):
    """What the connector reads of each tile, [tiles, features, width], and all tokens after the tower's last norm."""
    if hasattr(model.model, "connector"):
        last = model.model.vision_model(pixel_values=pixels).last_hidden_state
        return model.model.connector.pixel_shuffle(last, model.config.scale_factor), last
    config = model.config
    tower = model.model.vision_tower
    tower = getattr(tower, "vision_model", tower)
    seen = tower(pixel_values=pixels, output_hidden_states=True)
    layers = config.vision_feature_layer
    layers = [layers] if isinstance(layers, int) else layers
    kept = [seen.hidden_states[layer] for layer in layers]
    if config.vision_feature_select_strategy == "default":
        kept = [state[:, 1:] for state in kept]
    return torch.cat(kept, -1), tower.post_layernorm(seen.hidden_states[-1])


def text_gradients(model, ids, pixels):
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not ours(name).startswith("vision_tower."))
    row = torch.tensor([ids])
    logits = model(input_ids=row, attention_mask=torch.ones_like(row), use_cache=False, **inputs(model, pixels, [])).logits[0]
    start = len(ids) - ids[::-1].index(PLACEHOLDER)
    loss = F.cross_entropy(logits[start - 1:-1], row[0, start:])
    model.zero_grad()
    loss.backward()
    found = {ours(name): parameter.grad for name, parameter in model.named_parameters() if parameter.grad is not None}
    return float(loss), {name: grad for name, grad in found.items() if name in TEXT or name.startswith(("multi_modal_projector.", "connector."))}


def tower_gradients(model, pixels, truth, generator):
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(ours(name).startswith("vision_tower."))
    rows, whole = rows_read(model, pixels)
    heads = {}
    for name, width in [("features", rows.shape[-1]), ("whole", whole.shape[-1])]:
        heads[f"labels.{name}.weight"] = torch.randn((LABELS, width), generator=generator) * 0.3
        heads[f"labels.{name}.bias"] = torch.randn(LABELS, generator=generator) * 0.3
    for value in heads.values():
        value.requires_grad_(True)
    say = lambda name, x: F.linear(x, heads[f"labels.{name}.weight"], heads[f"labels.{name}.bias"])
    loss = (F.binary_cross_entropy_with_logits(say("features", rows).logsumexp(1), truth)
            + F.binary_cross_entropy_with_logits(say("whole", whole.mean(1)), truth)) / 2
    model.zero_grad()
    loss.backward()
    found = {ours(name): parameter.grad for name, parameter in model.named_parameters() if parameter.grad is not None}
    found |= {name: value.grad for name, value in heads.items()}
    return float(loss), found, {name: value.detach() for name, value in heads.items()}


tensors, told = {}, {}
for seed, name in enumerate(NAMES):
    folder = HERE.parent / "vision" / name
    known = json.loads((folder / "expected.json").read_text())
    model = load(json.loads((folder / "config.json").read_text()), known["seed"])
    pictures = load_file(folder / "expected.safetensors")
    pixels = [pictures["pixels.0"], pictures["pixels.1"]]
    generator = torch.Generator().manual_seed(seed)
    text_loss, text = text_gradients(model, known["rows"]["two"], pixels)
    tiles = torch.cat(pixels)
    truth = torch.randint(0, 2, (len(tiles), LABELS), generator=generator).float()
    tower_loss, tower, heads = tower_gradients(model, tiles, truth, generator)
    tensors |= {f"{name}.text.{key}": value for key, value in text.items()}
    tensors |= {f"{name}.tower.{key}": value for key, value in tower.items()}
    tensors |= {f"{name}.{key}": value for key, value in heads.items()}
    told[name] = {"text": text_loss, "tower": tower_loss, "labels": truth.int().tolist()}

versions = {"torch": torch.__version__, "transformers": transformers.__version__}
save_file({name: value.float().contiguous() for name, value in tensors.items()}, HERE / "expected.safetensors")
(HERE / "expected.json").write_text(json.dumps({"versions": versions, "models": told}) + "\n")
