"""Makes NAME/model.gguf and NAME/mmproj.gguf: what llama.cpp's own converters write of the checkpoint ../vision/NAME; of some also
f16/NAME.gguf, the projector in float16.

    LLAMA_CPP=/path/to/llama.cpp python convert.py [NAME ...]

LLAMA_CPP is a checkout of github.com/ggml-org/llama.cpp (these are of commit 0c1e57098) with the packages that its converters
require; torch 2.15.0 and transformers 4.57.1 were used, as the converter of LLaVA's towers knows no 5.

convert_hf_to_gguf.py writes the texts, in float32, and the projectors of Idefics3, SmolVLM, Qwen2-VL and Qwen2.5-VL. Of LLaVA it
writes the text alone: tower and projector are for tools/mtmd/legacy-models (llava_surgery_v2.py takes them out of the checkpoint,
convert_image_encoder_to_gguf.py writes them, the patches and the projector in float16 in any case).

Every text has a vocabulary: ASCII from the space on, then the tokens below; vision-chat's conversations are spelt with it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

LLAMA_CPP = Path(os.environ["LLAMA_CPP"])
sys.path[:0] = [str(LLAMA_CPP), str(LLAMA_CPP / "gguf-py")]
import gguf  # noqa: E402
from conversion import ModelBase, ModelType, get_model_architecture, get_model_class  # noqa: E402

HERE = Path(__file__).parent
VISION = HERE.parent / "vision"
LEGACY = LLAMA_CPP / "tools" / "mtmd" / "legacy-models"
CLASSES = {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM"}
ROWS = [f"<row_{place}>" for place in ("1_col_1", "1_col_2", "2_col_1", "2_col_2")]
TOKENS = {
    "llava": ["<image>", "<end>"],
    "llava-siglip": ["<image>", "<end>"],
    "llava-next": ["<image>", "<end>"],
    "smolvlm": ["<fake_token_around_image>", "<global-img>", *ROWS, "<image>", "<end>"],
    "qwen2-vl": ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<end>"],
    "qwen2-5-vl": ["<|image_pad|>", "<end>"],
}
HALVES = ("smolvlm", "qwen2-5-vl")
TEMPLATE = (
    "{% for message in messages %}{{ message.role }}:{% for part in message.content %}{% if part.type == 'image' %}PLACEHOLDER"
    "{% else %}{{ part.text }}{% endif %}{% endfor %};{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}"
)


def vocabulary(writer, controls, count):
    letters = ["Ġ", *(chr(33 + i) for i in range(count - len(controls) - 1))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*letters, *controls])
    writer.add_token_types([gguf.TokenType.NORMAL] * len(letters) + [gguf.TokenType.CONTROL] * len(controls))
    writer.add_token_merges([])
    writer.add_eos_token_id(count - 1)
    writer.add_chat_template(TEMPLATE.replace("PLACEHOLDER", controls[-2]))


def text(name, hparams, path):
    found = get_model_class(get_model_architecture(hparams, ModelType.TEXT))

    class Converter(found):
        model_arch = found.model_arch

        def set_vocab(self):
            vocabulary(self.gguf_writer, TOKENS[name], self.hparams["vocab_size"])

    Converter(VISION / name, gguf.LlamaFileType.ALL_F32, path, hparams=hparams).write()


def projector(name, hparams, path, kind=gguf.LlamaFileType.ALL_F32):
    found = get_model_class(get_model_architecture(hparams, ModelType.MMPROJ), mmproj=True)

    class Converter(found):
        def set_gguf_parameters(self):
            super().set_gguf_parameters()
            # The converter leaves it out: published models have 112. clip.cpp reads it where a file has it.
            if window := hparams["vision_config"].get("window_size"):
                self.gguf_writer.add_uint32("clip.vision.window_size", window)

    Converter(VISION / name, kind, path, hparams=hparams).write()


def llava_projector(name, hparams, path):
    """As tools/mtmd/README of LLaVA 1.6 says: the tower by itself, with the whole's settings in its config.json."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(VISION / name, Path(folder) / "model", ignore=lambda _, files: {"expected.safetensors", "seen.safetensors"} & set(files))
        run = lambda script, *rest: subprocess.run([sys.executable, LEGACY / script, *rest], check=True, stdout=subprocess.DEVNULL)
        run("llava_surgery_v2.py", "-C", "-m", f"{folder}/model")
        tower = Path(folder) / "tower"
        tower.mkdir()
        prefix = "vision_tower."
        weights = load_file(VISION / name / "model.safetensors")
        save_file({key.removeprefix(prefix): value for key, value in weights.items() if key.startswith(prefix)},
                  tower / "model.safetensors", {"format": "pt"})
        is_siglip = hparams["vision_config"]["model_type"].startswith("siglip")
        settings = {"layer_norm_eps": 1e-6, "hidden_act": "gelu_pytorch_tanh"} if is_siglip else {"layer_norm_eps": 1e-5, "hidden_act": "quick_gelu"}
        config = {**settings, "projection_dim": 0, **hparams["vision_config"], "vision_feature_layer": hparams.get("vision_feature_layer", -2)}
        if "image_grid_pinpoints" in hparams:
            config |= {"image_grid_pinpoints": hparams["image_grid_pinpoints"], "image_aspect_ratio": "anyres", "mm_patch_merge_type": "spatial_unpad"}
        (tower / "config.json").write_text(json.dumps(config))
        kind = ["--clip-model-is-siglip", "--image-mean", "0.5", "0.5", "0.5", "--image-std", "0.5", "0.5", "0.5"] if is_siglip else []
        run("convert_image_encoder_to_gguf.py", "-m", tower, "--clip-model-is-vision", "--use-f32",
            "--llava-projector", f"{folder}/model/llava.projector", "--output-dir", f"{folder}/out", *kind)
        shutil.move(f"{folder}/out/mmproj-model-f32.gguf", path)


def convert(name):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    hparams = json.loads((VISION / name / "config.json").read_text())
    if "text_config" in hparams and hparams["model_type"].startswith(("llava", "smolvlm")):
        # As published ones say.
        hparams["text_config"]["architectures"] = [CLASSES[hparams["text_config"]["model_type"]]]
        hparams["vision_config"].setdefault("model_type", "smolvlm_vision")
    # ModelBase.load_hparams puts the text's keys beside the whole's.
    whole = {**hparams, **hparams.get("text_config", {}), "architectures": hparams["architectures"]}
    text(name, whole, folder / "model.gguf")
    (llava_projector if name.startswith("llava") else projector)(name, hparams, folder / "mmproj.gguf")
    if name in HALVES:
        (HERE / "f16").mkdir(exist_ok=True)
        projector(name, hparams, HERE / "f16" / f"{name}.gguf", gguf.LlamaFileType.MOSTLY_F16)
    print(f"{name:16} {[file.stat().st_size // 1024 for file in sorted(folder.glob('*.gguf'))]} KB")


with torch.inference_mode():
    for name in sys.argv[1:] or TOKENS:
        convert(name)
