"""Makes preprocessor_config.json and seen.safetensors in some of the folders beside this file: features of the two pictures
in ../vision-chat as transformers' processor prepares them and its model sees them.

    venv/bin/python seen.py       (see make.py, which comes first)
"""

import json
from pathlib import Path

import torch
import transformers
from PIL import Image
from safetensors.torch import save_file

HERE = Path(__file__).parent
PROCESSORS = {
    "llava": transformers.CLIPImageProcessorPil(size={"shortest_edge": 56}, crop_size={"height": 56, "width": 56}),
    "llava-next": transformers.LlavaNextImageProcessorPil(
        size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28}, image_grid_pinpoints=[[28, 56], [56, 28], [56, 56]]),
    "qwen2-vl": transformers.Qwen2VLImageProcessorPil(patch_size=4, size={"shortest_edge": 64, "longest_edge": 1600}),
    # As published.
    "qwen2-5-vl": transformers.Qwen2VLImageProcessorPil(patch_size=4, temporal_patch_size=2, merge_size=2, min_pixels=1024, max_pixels=1800),
    "smolvlm": transformers.SmolVLMImageProcessorPil(size={"longest_edge": 112}, max_image_size={"longest_edge": 56}),
}

for name, processor in PROCESSORS.items():
    model = transformers.AutoModelForImageTextToText.from_pretrained(HERE / name, dtype=torch.float32).eval()
    features = {}
    for picture in ("one.png", "two.png"):
        inputs = processor([Image.open(HERE.parent / "vision-chat" / picture)], return_tensors="pt")
        given = {key: value for key, value in inputs.items() if key in ("pixel_values", "image_sizes", "image_grid_thw")}
        with torch.no_grad():
            found = torch.cat(list(model.get_image_features(**given, return_dict=True).pooler_output))
        features[picture] = found.reshape(-1, found.shape[-1]).contiguous()
    save_file(features, HERE / name / "seen.safetensors")
    processor.save_pretrained(HERE / name)
    if name == "qwen2-5-vl":
        file = HERE / name / "preprocessor_config.json"
        fields = {key: value for key, value in json.loads(file.read_text()).items() if key != "size"}
        file.write_text(json.dumps({"min_pixels": 1024, "max_pixels": 1800, **fields}, indent=2) + "\n")
    print(name, {key: list(value.shape) for key, value in features.items()})
