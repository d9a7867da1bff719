"""Makes the golden folders beside this file: a tiny random checkpoint of each family that sees, and what it must give.

    python -m venv venv && venv/bin/pip install -r ../requirements-vision.txt && venv/bin/python make.py [folder ...]

Each folder holds
  config.json, model.safetensors   a checkpoint with the names that the family's published ones have
  adapter/                         a PEFT adapter on the text tower, by the names of a model in memory
  expected.json                    token ids, layouts, other names of the tensors, generated tokens, versions
  expected.safetensors             float32, by name:
    pixels.<i>                     [tiles, 3, height, width] of picture i, random; Qwen2-VL's: [patches, 3 * frames * height * width]
    vision.<i>                     [tiles, tokens, width]: the tower's stream before its first block (0) and after block i,
                                   of picture 0; one after the last that is read is left out. Qwen2-VL's: [patches, width], in the
                                   order of the pixels
    features.<i>                   [features, hidden] of picture i
    <row>.logits, <row>.hidden.<i> as in ../make.py; in rows `image` and `two` features stand at the placeholder's ids
    adapter.logits                 those of `image` with the adapter
Rows: `plain`, without pictures; `image`, with picture 0; `two`, with pictures 0 and 1.
expansion.json: what the processors of transformers write in the place of one placeholder, by layout.
anyres.json: how many placeholders LLaVA-NeXT's processor writes.
defaults.json: what transformers makes of configurations that leave keys out; grid-defaults.json: the same of Qwen2-VL's.
places.json: where the tokens of Qwen2-VL's prompts stand in time, by row and by column.
"""

import copy
import json
import re
import shutil
import sys
import tempfile
import types
from pathlib import Path

import numpy
import peft
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers.image_processing_utils import select_best_resolution
from transformers.vision_utils import get_vision_window_index

HERE = Path(__file__).parent
GENERATED = 64
LLAVAS = ("llava", "llava_next")
GRIDS = ("qwen2_vl", "qwen2_5_vl")
PLACEHOLDER = 95
SIZES = {"vocab_size": 97, "hidden_size": 32, "intermediate_size": 44, "num_hidden_layers": 3, "num_attention_heads": 4,
         "num_key_value_heads": 2, "max_position_embeddings": 128, "rms_norm_eps": 1e-5, "tie_word_embeddings": False}
CLIP = {"model_type": "clip_vision_model", "hidden_size": 24, "intermediate_size": 36, "num_hidden_layers": 3,
        "num_attention_heads": 4, "image_size": 56, "patch_size": 14, "projection_dim": 24}
SIGLIP = {"hidden_size": 24, "intermediate_size": 36, "num_hidden_layers": 3, "num_attention_heads": 4, "image_size": 56,
          "patch_size": 14}


def llava(text, vision=CLIP, **changes):
    config = {"architectures": ["LlavaForConditionalGeneration"], "model_type": "llava", "image_token_index": PLACEHOLDER,
              "text_config": {**SIZES, **text}, "vision_config": vision, "ignore_index": -100, **changes}
    return {"config": config, "tiles": [1, 1]}


def tiled(model_type, architecture, text=None, **changes):
    config = {"architectures": [architecture], "model_type": model_type, "image_token_id": PLACEHOLDER,
              "text_config": {**SIZES, "model_type": "llama", **(text or {})}, "vision_config": SIGLIP, "scale_factor": 2, **changes}
    return {"config": config, "tiles": [2, 1]}


def grid(model_type, architecture, nested, **vision):
    """Pictures of 6 x 10 and of 4 x 6 patches. @param nested whether the text's keys are in a part of their own: in published files
    they are not, transformers 5 writes them so."""
    text = {**SIZES, "rms_norm_eps": 1e-6, "rope_theta": 1000000.0, "rope_scaling": {"type": "mrope", "mrope_section": [2, 1, 1]},
            "use_sliding_window": False, "sliding_window": 32, "max_window_layers": 3}
    if nested:
        text |= {"rope_scaling": {"type": "default", "rope_type": "default", "mrope_section": [1, 1, 2]}, "model_type": f"{model_type}_text"}
    config = {"architectures": [architecture], "model_type": model_type, "image_token_id": PLACEHOLDER, "video_token_id": 96,
              "vision_start_token_id": 93, "vision_end_token_id": 94, **({"text_config": text} if nested else text),
              "vision_config": {"depth": 3, "num_heads": 3, "in_chans": 3, "patch_size": 4, "spatial_patch_size": 4, "spatial_merge_size": 2,
                                "temporal_patch_size": 2, **vision}, "tie_word_embeddings": nested}
    return {"config": config, "grids": [(6, 10), (4, 6)]}


FAMILIES = {
    "llava": llava({"model_type": "llama"}),
    # Rows and columns of pixels that fill no patch, as in SigLIP of 384 pixels and patches of 14.
    "llava-siglip": llava({"model_type": "qwen2", "tie_word_embeddings": True}, {"model_type": "siglip_vision_model", **SIGLIP, "image_size": 59},
                          vision_feature_layer=-1, vision_feature_select_strategy="full"),
    # Several layers, one of them the last, and each switch of the projector the other way.
    "llava-mistral": llava({"model_type": "mistral", "sliding_window": 7}, vision_feature_layer=[1, -1],
                           multimodal_projector_bias=False, projector_hidden_act="gelu_pytorch_tanh"),
    # Counted from the first: 0 is what transformers itself does not take.
    "llava-phi3": llava({"model_type": "phi3", "sliding_window": None, "pad_token_id": 0}, vision_feature_layer=1),
    "smolvlm": tiled("smolvlm", "SmolVLMForConditionalGeneration"),
    # Tiles of pictures that are higher and wider than the sizes that suit them best: rows and columns are padding.
    "llava-next": {
        **llava({"model_type": "llama"}, {**CLIP, "image_size": 28, "patch_size": 7}, model_type="llava_next",
                architectures=["LlavaNextForConditionalGeneration"], image_grid_pinpoints=[[28, 56], [56, 28], [56, 56]]),
        "sizes": [(60, 18), (60, 84)],
    },
    # 26 patches a side, as published: places are found by arithmetic in float32.
    "idefics3": {**tiled("idefics3", "Idefics3ForConditionalGeneration", scale_factor=13,
                         vision_config={**SIGLIP, "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 16,
                                        "image_size": 52, "patch_size": 2}), "tiles": [1, 1]},
    "qwen2-vl": grid("qwen2_vl", "Qwen2VLForConditionalGeneration", False, embed_dim=24, mlp_ratio=2, hidden_size=32),
    # Windows of 4 x 4 patches, which fill neither rows nor columns; one layer sees the whole picture.
    "qwen2-5-vl": grid("qwen2_5_vl", "Qwen2_5_VLForConditionalGeneration", True, hidden_size=24, intermediate_size=36, out_hidden_size=32,
                       window_size=16, fullatt_block_indexes=[1], tokens_per_second=2, hidden_act="silu"),
}


def randomise(model, generator):
    """As ../make.py, and a class token and tables of places that matter."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            module = model.get_submodule(name.rsplit(".", 1)[0])
            if isinstance(module, torch.nn.Embedding) or name.endswith(("class_embedding", "image_newline")):
                parameter.copy_(0.5 * noise)
            elif parameter.dim() == 1:
                parameter.copy_(0.3 * noise + (1.0 if name.endswith("weight") else 0.0))
            else:
                parameter.copy_(1.3 / parameter[0].numel() ** 0.5 * noise)


def load(config, seed):
    parsed = transformers.AutoConfig.for_model(**copy.deepcopy(config))
    model = transformers.AutoModelForImageTextToText.from_config(parsed, attn_implementation="eager", dtype=torch.float32)
    randomise(model, torch.Generator().manual_seed(seed))
    model.tie_weights()
    return model.float().eval()


def towers(model):
    base = model.model
    if hasattr(base, "visual"):
        return base.visual, base.language_model
    return (base.vision_tower, base.language_model) if hasattr(base, "vision_tower") else (base.vision_model, base.text_model)


def hooked(layers, states):
    """Keeps what the first layer reads and what each leaves."""
    first = lambda value: value[0] if isinstance(value, tuple) else value
    handles = [layers[0].register_forward_pre_hook(
        lambda _, args, kwargs: states.append(args[0] if args else kwargs["hidden_states"]), with_kwargs=True)]
    return handles + [layer.register_forward_hook(lambda _, args, output: states.append(first(output))) for layer in layers]


def inputs(model, pictures, sizes, row=None):
    """What the model is called with beside tokens."""
    if not pictures:
        return {}
    together = torch.cat(pictures)
    if model.config.model_type in GRIDS:
        grids = {"pixel_values": together, "image_grid_thw": torch.tensor([[1, *size] for size in sizes[: len(pictures)]])}
        return grids if row is None else {**grids, "mm_token_type_ids": (row == PLACEHOLDER).int()}
    if model.config.model_type == "llava_next":
        return {"pixel_values": together, "image_sizes": torch.tensor(sizes[: len(pictures)])}
    return {"pixel_values": together if model.config.model_type == "llava" else together[None]}


def features(model, pixels, size):
    """Of one picture, and the tower's stream."""
    states = []
    tower = towers(model)[0]
    handles = hooked(tower.blocks if hasattr(tower, "blocks") else tower.encoder.layers, states)
    with torch.no_grad():
        result = torch.cat(list(model.get_image_features(**inputs(model, [pixels], [size]), return_dict=True).pooler_output))
    for handle in handles:
        handle.remove()
    if model.config.model_type == "qwen2_5_vl":
        # Its tower goes through patches window by window.
        vision = model.config.vision_config
        order, _ = get_vision_window_index(torch.tensor([[1, *size]]), vision.spatial_merge_size, vision.window_size, vision.patch_size)
        back = torch.argsort(order)
        states = [state.reshape(len(order), -1, state.shape[-1])[back].reshape(state.shape) for state in states]
    return result.reshape(-1, result.shape[-1]), states


def run(model, ids, pictures, sizes):
    states = []
    handles = hooked(towers(model)[1].layers, states)
    row = torch.tensor([ids])
    with torch.no_grad():
        given = inputs(model, pictures, sizes, row)
        logits = model(input_ids=row, attention_mask=torch.ones_like(row), use_cache=False, **given).logits[0]
    for handle in handles:
        handle.remove()
    return {"logits": logits, **{f"hidden.{i}": state[0] for i, state in enumerate(states)}}


def published(model_type, name):
    """The name in published files of a tensor in memory."""
    if model_type in GRIDS:
        return re.sub(r"^model\.(visual\.)", r"\1", name.replace("model.language_model.", "model."))
    if model_type not in LLAVAS:
        return name
    pairs = [("model.image_newline", "image_newline"), ("lm_head.", "language_model.lm_head."), ("model.language_model.", "language_model.model."),
             ("model.vision_tower.", "vision_tower.vision_model."), ("model.multi_modal_projector.", "multi_modal_projector.")]
    old, new = next(pair for pair in pairs if name.startswith(pair[0]))
    return new + name.removeprefix(old)


def layout(family, i):
    """As our preparation of pictures says it."""
    config = family["config"]
    if config["model_type"] == "llava":
        return {"kind": "single"}
    if config["model_type"] == "llava_next":
        height, width = family["sizes"][i]
        best = select_best_resolution((height, width), config["image_grid_pinpoints"])
        rows, columns = (length // config["vision_config"]["image_size"] for length in best)
        return {"kind": "anyres", "width": width, "height": height, "rows": rows, "columns": columns}
    if config["model_type"] in GRIDS:
        height, width = family["grids"][i]
        return {"kind": "grid", "t": 1, "h": height, "w": width}
    tiles = family["tiles"][i] - 1
    return {"kind": "tiles", "rows": min(tiles, 1), "columns": tiles}


def shape_of(one, vision):
    """Of a picture's pixels."""
    if one["kind"] == "grid":
        return one["h"] * one["w"], 3 * vision["temporal_patch_size"] * vision["patch_size"] ** 2
    return tiles_of(one), 3, vision["image_size"], vision["image_size"]


def tiles_of(one):
    return 1 if one["kind"] == "single" else one["rows"] * one["columns"] + 1


def saved_names(model):
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        return load_file(Path(folder) / "model.safetensors")


def make(name, seed):
    family = FAMILIES[name]
    config, folder = family["config"], HERE / name
    model_type = config["model_type"]
    numbers = numpy.random.default_rng(seed)
    ids = lambda count: [int(id) for id in numbers.integers(0, PLACEHOLDER, count)]
    model = load(config, seed)
    noise = torch.Generator().manual_seed(seed + 2)
    sizes = family.get("sizes", family.get("grids", [(0, 0)] * 2))
    layouts = [layout(family, i) for i in range(2)]
    pixels = [torch.randn(shape_of(one, config["vision_config"]), generator=noise) for one in layouts]
    found = [features(model, picture, sizes[i]) for i, picture in enumerate(pixels)]
    runs = [[PLACEHOLDER] * len(rows) for rows, _ in found]
    rows = {"plain": ids(11), "image": ids(4) + runs[0] + ids(7), "two": ids(3) + runs[0] + ids(2) + runs[1] + ids(5)}
    pictures = {"plain": [], "image": pixels[:1], "two": pixels}

    tokens, margin = list(rows["image"]), float("inf")
    for _ in range(GENERATED):
        top = run(model, tokens, pixels[:1], sizes)["logits"][-1, :PLACEHOLDER].topk(2)
        margin = min(margin, float(top.values[0] - top.values[1]))
        tokens.append(int(top.indices[0]))
    tokens = tokens[len(rows["image"]):]
    if margin < 5e-3 or len(set(tokens)) < 6:
        return make(name, seed + 100)

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    tensors = {f"pixels.{i}": picture for i, picture in enumerate(pixels)}
    tensors |= {f"features.{i}": rows_ for i, (rows_, _) in enumerate(found)}
    tensors |= {f"vision.{i}": state for i, state in enumerate(found[0][1])}
    for row, values in rows.items():
        result = run(model, values, pictures[row], sizes)
        tensors |= {f"{row}.{key}": value for key, value in result.items() if key == "logits" or row == "image"}

    saved = saved_names(model)
    in_memory = {key: value for key, value in model.state_dict().items() if key in dict(model.named_parameters())}
    weights = {published(model_type, key): value.contiguous() for key, value in in_memory.items()}
    # What older published files carry besides weights.
    if model_type == "llava":
        weights["vision_tower.vision_model.embeddings.position_ids"] = torch.arange(16)[None]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    same = lambda value, names: next(key for key, other in names.items() if other.shape == value.shape and torch.equal(other, value))
    names = {published(model_type, key): [same(value, saved), key] for key, value in in_memory.items()}

    attention = "qkv_proj" if config.get("text_config", {}).get("model_type") == "phi3" else "(q|k|v)_proj"
    tower = "language_model" if model_type in LLAVAS + GRIDS else "text_model"
    lora = peft.LoraConfig(r=2, lora_alpha=3, target_modules=rf".*{tower}.*\.({attention}|o_proj|down_proj)",
                           alpha_pattern={rf"model.{tower}.layers.1.mlp.down_proj": 5})
    adapted = peft.get_peft_model(copy.deepcopy(model), lora).eval()
    noise = torch.Generator().manual_seed(seed + 1)
    with torch.no_grad():
        for key, value in adapted.named_parameters():
            if "lora_" in key:
                value.copy_(torch.randn(value.shape, generator=noise) * (0.5 if "lora_B" in key else 1.5 / value.shape[1] ** 0.5))
    adapted.save_pretrained(folder / "adapter")
    (folder / "adapter" / "README.md").unlink(missing_ok=True)
    tensors["adapter.logits"] = run(adapted.base_model.model, rows["image"], pixels[:1], sizes)["logits"]

    save_file({key: value.float().contiguous() for key, value in tensors.items()}, folder / "expected.safetensors")
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    (folder / "expected.json").write_text(json.dumps({
        "versions": versions, "seed": seed, "rows": rows, "layouts": layouts, "pictures": {row: len(given) for row, given in pictures.items()},
        "names": names, "generated": {"row": "image", "tokens": tokens, "leastMargin": margin},
    }) + "\n")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    spread = [float(tensors[key].std()) for key in ("image.logits", "features.0")]
    print(f"{name:16} {size // 1024:4} KB, deviation of logits {spread[0]:.2f}, of features {spread[1]:.2f}, least margin {margin:.4f}, tokens {len(set(tokens))}")
    assert size <= 560 * 1024, f"{name} is larger than 560 KB"


def expansions():
    """Of the processors' own code, by layout: rows x columns of tiles, 0 x 0 without tiles."""
    processor = object.__new__(transformers.Idefics3Processor)
    processor.fake_image_token, processor.image_token = "<fake_token_around_image>", "<image>"
    processor.global_image_tag, processor.image_seq_len = "<global-img>", 4
    text = lambda rows, columns: processor.replace_image_token({"rows": [[rows]], "cols": [[columns]]}, 0)
    return [{"rows": rows, "columns": columns, "features": 4, "text": text(rows, columns)}
            for rows, columns in [(0, 0), (1, 1), (1, 3), (2, 2)]]


def anyres():
    """How many placeholders LLaVA-NeXT's own processor writes, by height and width, at the published sizes."""
    pinpoints = [[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]]
    processor = object.__new__(transformers.LlavaNextProcessor)
    processor.patch_size, processor.num_additional_image_tokens = 14, 1
    processor.image_processor = types.SimpleNamespace(image_grid_pinpoints=pinpoints)
    numbers = numpy.random.default_rng(3)
    sizes = [(1, 1), (336, 336), (1, 900), (900, 1), (480, 640), (640, 480), (333, 1000), (1008, 336), (337, 673)]
    sizes += [tuple(int(side) for side in numbers.integers(1, 3000, 2)) for _ in range(40)]
    rows = []
    for height, width in sizes:
        best = select_best_resolution((height, width), pinpoints)
        features = processor._get_number_of_features(height, width, 336, 336) - 1
        rows.append({"height": height, "width": width, "rows": best[0] // 336, "columns": best[1] // 336, "features": features})
    return rows


def defaults():
    """Configurations that leave keys out, and what becomes of them."""
    given = [
        {"model_type": "llava"},
        {"model_type": "llava", "text_config": {"vocab_size": 32064, "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "model_type": "llama"},
         "vision_config": {"model_type": "clip_vision_model"}},
        {"model_type": "llava", "text_config": {"model_type": "mistral"}, "vision_config": {"model_type": "siglip_vision_model"}},
        {"model_type": "llava", "text_config": {"model_type": "qwen2", "tie_word_embeddings": True}},
        {"model_type": "llava", "text_config": {"model_type": "phi3"}, "image_token_index": 7},
        {"model_type": "llava_next"},
        {"model_type": "smolvlm", "vision_config": {"image_size": 512, "patch_size": 16}, "scale_factor": 4},
        {"model_type": "idefics3", "text_config": {"vocab_size": 128259}, "vision_config": {"image_size": 364, "patch_size": 14}},
    ]
    text = ["model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
            "num_key_value_heads", "max_position_embeddings", "rms_norm_eps"]
    vision = ["hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "image_size", "patch_size",
              "hidden_act", "layer_norm_eps"]
    rows = []
    for config in given:
        parsed = transformers.AutoConfig.for_model(**copy.deepcopy(config))
        rows.append({
            "config": config, "text": {key: getattr(parsed.text_config, key) for key in text},
            "vision": {key: getattr(parsed.vision_config, key) for key in vision},
            "image_token": parsed.image_token_id, "tied": parsed.tie_word_embeddings,
        })
    return rows


def grid_defaults():
    """What becomes of Qwen2-VL's configurations, flat as they are published, in parts, and empty."""
    flat = {"vocab_size": 151936, "hidden_size": 1536, "intermediate_size": 8960, "num_hidden_layers": 28, "num_attention_heads": 12,
            "num_key_value_heads": 2, "max_position_embeddings": 32768, "rms_norm_eps": 1e-6, "rope_theta": 1000000.0,
            "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, "tie_word_embeddings": True}
    given = [
        {"model_type": "qwen2_vl", **flat, "vision_config": {"depth": 32, "embed_dim": 1280, "mlp_ratio": 4, "num_heads": 16, "in_chans": 3,
         "hidden_size": 1536, "patch_size": 14, "spatial_merge_size": 2, "spatial_patch_size": 14, "temporal_patch_size": 2}},
        {"model_type": "qwen2_5_vl", **flat, "vision_config": {"depth": 32, "hidden_act": "silu", "hidden_size": 1280, "intermediate_size": 3420,
         "num_heads": 16, "in_chans": 3, "out_hidden_size": 1536, "patch_size": 14, "spatial_merge_size": 2, "spatial_patch_size": 14,
         "window_size": 112, "fullatt_block_indexes": [7, 15, 23, 31], "tokens_per_second": 2, "temporal_patch_size": 2}},
        {"model_type": "qwen2_vl", "text_config": {**flat, "rope_scaling": None, "model_type": "qwen2_vl_text"}, "vision_config": {"hidden_size": 1536}},
        {"model_type": "qwen2_vl", "vision_config": {"hidden_size": 8192}},
        {"model_type": "qwen2_5_vl", "text_config": {"hidden_size": 3584, "num_attention_heads": 28, "num_key_value_heads": 4}},
    ]
    text = ["vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
            "max_position_embeddings", "rms_norm_eps"]
    vision = ["depth", "num_heads", "patch_size", "spatial_merge_size", "temporal_patch_size", "hidden_act"]
    rows = []
    for config in given:
        parsed = transformers.AutoConfig.for_model(**copy.deepcopy(config))
        tower, rope = parsed.vision_config, parsed.text_config.rope_parameters
        sizes = [tower.embed_dim, tower.embed_dim * tower.mlp_ratio] if config["model_type"] == "qwen2_vl" else [tower.hidden_size, tower.intermediate_size]
        rows.append({
            "config": config, "text": {key: getattr(parsed.text_config, key) for key in text}, "theta": rope["rope_theta"],
            "sections": rope.get("mrope_section", [16, 24, 24]), "vision": {key: getattr(tower, key) for key in vision}, "sizes": sizes,
            "theta_of_tower": tower.rope_parameters["rope_theta"], "image_token": parsed.image_token_id, "tied": parsed.tie_word_embeddings,
        })
    return rows


def places():
    """By prompt: t for text, and pictures by rows and columns of features; what get_rope_index says of its tokens."""
    model = object.__new__(transformers.Qwen2VLModel)
    torch.nn.Module.__init__(model)
    model.config = types.SimpleNamespace(vision_config=types.SimpleNamespace(spatial_merge_size=2))
    prompts = [["t", "t", [2, 3], "t"], [[1, 1], "t"], ["t", [4, 2], "t", "t", [1, 5], "t"], [[3, 3], "t", [5, 1]], ["t", [7, 9], "t"]]
    rows = []
    for prompt in prompts:
        kinds = [kind for one in prompt for kind in ([0] if one == "t" else [1] * (one[0] * one[1]))]
        grids = torch.tensor([[1, 2 * one[0], 2 * one[1]] for one in prompt if one != "t"])
        found, delta = model.get_rope_index(torch.tensor([kinds]), torch.tensor([kinds]), grids)
        rows.append({"prompt": prompt, "places": found[:, 0].T.tolist(), "offset": int(delta)})
    return rows


if __name__ == "__main__":
    torch.set_num_threads(1)
    known = list(FAMILIES)
    (HERE / "expansion.json").write_text(json.dumps(expansions(), indent=2) + "\n")
    (HERE / "anyres.json").write_text(json.dumps(anyres()) + "\n")
    (HERE / "grid-defaults.json").write_text(json.dumps(grid_defaults(), indent=2) + "\n")
    (HERE / "places.json").write_text(json.dumps(places()) + "\n")
    (HERE / "defaults.json").write_text(json.dumps(defaults(), indent=2) + "\n")
    for name in sys.argv[1:] or known:
        before = HERE / name / "expected.json"
        make(name, json.loads(before.read_text())["seed"] if before.exists() else 1 + known.index(name))
