"""Makes NAME/model.gguf: what llama.cpp's own converter writes for the checkpoint ../NAME, in F16 and without a tokenizer.

    LLAMA_CPP=/path/to/llama.cpp python convert.py [NAME ...]

LLAMA_CPP is a checkout of github.com/ggml-org/llama.cpp (these are of release b11042) with the packages that its converter
requires; torch 2.15.0 and transformers 5.23.0 were used.
"""

import json
import os
import sys
from pathlib import Path

import torch

sys.path[:0] = [os.environ["LLAMA_CPP"], f"{os.environ['LLAMA_CPP']}/gguf-py"]
import gguf  # noqa: E402
from conversion import ModelBase, ModelType, get_model_architecture, get_model_class  # noqa: E402

HERE = Path(__file__).parent
NAMES = [
    "llama", "llama-rope-linear", "llama-rope-llama3", "mistral", "qwen2", "qwen3", "gemma2", "phi", "phi3", "phi3-longrope",
    "gpt_neox", "gpt2", "bloom", "baichuan",
]


def convert(name: str) -> None:
    folder = HERE.parent / name
    # transformers 5 renames keys of config.json that the converter still looks for: GPT-NeoX's rotary_pct.
    hparams = {**json.loads((folder / "config.json").read_text()), **ModelBase.load_hparams(folder, False)}
    found = get_model_class(get_model_architecture(hparams, ModelType.TEXT))

    class Converter(found):
        model_arch = found.model_arch

        def set_vocab(self):
            """The tiny checkpoints have no tokenizer."""

        @classmethod
        def filter_tensors(cls, item):
            # Masks of old GPT-2 files, for which this release has no name.
            return None if item[0].endswith(".attn.bias") else super().filter_tensors(item)

        def modify_tensors(self, data_torch, name, bid):
            # This release's BaichuanModel calls itself without end for all tensors but W_pack.
            if hparams["model_type"] == "baichuan" and "W_pack" not in name:
                return ModelBase.modify_tensors(self, data_torch, name, bid)
            return super().modify_tensors(data_torch, name, bid)

    path = HERE / name / "model.gguf"
    path.parent.mkdir(exist_ok=True)
    Converter(folder, gguf.LlamaFileType.MOSTLY_F16, path, hparams=hparams).write()
    print(f"{name:20} {path.stat().st_size // 1024} KB")


with torch.inference_mode():
    for name in sys.argv[1:] or NAMES:
        convert(name)
