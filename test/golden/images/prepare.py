"""What transformers' PIL processors make of noise: the numbers of prepared.json beside this file."""

import json

import numpy as np
from PIL import Image
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil
from transformers.models.llava_next.image_processing_pil_llava_next import LlavaNextImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil

from pictures import noisy

SHORT = {"shortest_edge": 28}
CROP = {"height": 28, "width": 28}
PINS = [[28, 56], [56, 28], [56, 56], [84, 28], [28, 84]]
TILES = {"size": {"longest_edge": 64}, "max_image_size": {"longest_edge": 16}}
GRID = {"size": {"shortest_edge": 64, "longest_edge": 1600}, "patch_size": 4}
SIZES = [(28, 28), (40, 40), (57, 33), (33, 57), (200, 11), (11, 200), (1, 1), (1, 30), (30, 1), (29, 28), (17, 90)]

CASES = [
    (CLIPImageProcessorPil, {"size": SHORT, "crop_size": CROP}, SIZES),
    (CLIPImageProcessorPil, {"size": {"shortest_edge": 21}, "crop_size": {"height": 28, "width": 30}, "resample": 2}, SIZES),
    (CLIPImageProcessorPil, {"size": SHORT, "crop_size": CROP, "do_normalize": False, "resample": 5}, [(57, 33)]),
    (CLIPImageProcessorPil, {"size": SHORT, "crop_size": CROP, "do_rescale": False, "resample": 4}, [(57, 33)]),
    (CLIPImageProcessorPil, {"size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}}, [(641, 480), (300, 700)]),
    (LlavaImageProcessorPil, {"size": SHORT, "crop_size": CROP, "do_pad": True}, SIZES),
    (LlavaImageProcessorPil, {"size": SHORT, "crop_size": CROP}, [(57, 33)]),
    (SiglipImageProcessorPil, {"size": CROP}, SIZES),
    (SiglipImageProcessorPil, {"size": {"height": 384, "width": 384}}, [(640, 427)]),
    (Idefics3ImageProcessorPil, TILES, [*SIZES, (64, 64), (65, 47), (16, 16)]),
    (Idefics3ImageProcessorPil, {"size": {"longest_edge": 16}, "max_image_size": {"longest_edge": 16}}, SIZES),
    (SmolVLMImageProcessorPil, {**TILES, "do_image_splitting": False}, SIZES),
    (SmolVLMImageProcessorPil, {"size": {"longest_edge": 2048}, "max_image_size": {"longest_edge": 512}}, [(800, 333)]),
    (SmolVLMImageProcessorPil, {"size": {"longest_edge": 5000}, "max_image_size": {"longest_edge": 512}}, [(90, 2)]),
    (LlavaNextImageProcessorPil, {"size": SHORT, "crop_size": CROP, "image_grid_pinpoints": PINS}, SIZES),
    (LlavaNextImageProcessorPil, {"size": CROP, "crop_size": CROP, "image_grid_pinpoints": PINS}, SIZES[:4]),
    (Qwen2VLImageProcessorPil, GRID, [s for s in SIZES if max(s) / min(s) <= 200]),
    (Qwen2VLImageProcessorPil, {**GRID, "merge_size": 3, "temporal_patch_size": 3}, SIZES[:4]),
    (Qwen2VLImageProcessorPil, {"min_pixels": 3136, "max_pixels": 200704}, [(640, 427), (20, 30)]),
]


def layout(kind, made, processor):
    if "rows" in made:
        return {"kind": "tiles", "rows": int(made["rows"][0][0]), "columns": int(made["cols"][0][0])}
    if "image_grid_thw" in made:
        return {"kind": "grid", **dict(zip("thw", map(int, made["image_grid_thw"][0])))}
    if "image_sizes" in made:
        height, width = map(int, made["image_sizes"][0])
        return {"kind": "anyres", "width": width, "height": height}
    return {"kind": "single"}


def run(told):
    out = []
    for kind, options, sizes in CASES:
        processor = kind(**options)
        config = json.loads(processor.to_json_string())
        for seed, (width, height) in enumerate(sizes):
            image = Image.fromarray(noisy(width, height, seed))
            extra = {"return_row_col_info": True} if "max_image_size" in options else {}
            made = processor(image, return_tensors="np", **extra)
            pixels = np.asarray(made["pixel_values"], dtype=np.float32)
            if pixels.ndim == 5:
                pixels = pixels[0]
            mask = made.get("pixel_attention_mask")
            assert mask is None or mask.all()
            values = pixels.reshape(-1)
            at = [int(i) for i in np.linspace(0, values.size - 1, 7)]
            out.append({
                "config": config, "image": [width, height, seed], "dims": list(pixels.shape),
                "layout": layout(kind, made, processor),
                "sha256": told(pixels.tobytes())["sha256"],
                "values": [[i, float(values[i])] for i in at],
            })
    return out
