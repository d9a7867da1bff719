"""Makes pictures, and what transformers answers when they are shown to ../vision/llava, ../vision/smolvlm and ../vision/qwen2-5-vl
(whose processor is made by ../vision/seen.py), beside this file.

    python -m venv venv && venv/bin/pip install -r ../requirements-vision.txt && venv/bin/python make.py

Characters of ASCII are tokens, from the space (0) on; 95 is the placeholder, 96 the end. SmolVLM's marks have the ids of the
last six characters, and there is no line break. expected.json: by conversation the prompt, how many tokens it has, and those that
follow greedily.
"""

import json
from pathlib import Path

import numpy
import torch
import transformers
from PIL import Image
from transformers.models.smolvlm.processing_smolvlm import get_image_prompt_string

HERE = Path(__file__).parent
PLACEHOLDER, END, FEATURES, TOKENS = 95, 96, 16, 24


def picture(name, width, height, seed):
    y, x = numpy.mgrid[0:height, 0:width]
    waves = [numpy.sin(x * (seed + c) / 9) + numpy.cos(y * (seed + 2 * c) / 7) for c in range(3)]
    image = Image.fromarray(((numpy.stack(waves, -1) + 2) * 63.75).astype(numpy.uint8))
    image.save(HERE / name)
    return image


def spelt(text, marks):
    ids = []
    while text:
        mark = next((m for m in marks if text.startswith(m)), None)
        ids += [marks[mark]] if mark else [] if text[0] == "\n" else [ord(text[0]) - 32]
        text = text[len(mark or " "):]
    return ids


def answer(model, text, ids, pixels):
    with torch.no_grad():
        found = model.generate(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), **pixels,
                               do_sample=False, max_new_tokens=TOKENS, eos_token_id=END, pad_token_id=END)
    return {"prompt": text, "promptTokens": len(ids), "tokens": found[0, len(ids):].tolist()}


def ask_llava(model, processor, text, images):
    ids = spelt(text.replace("<image>", "<image>" * FEATURES), {"<image>": PLACEHOLDER})
    return answer(model, text, ids, {"pixel_values": processor(images, return_tensors="pt")["pixel_values"]} if images else {})


def ask_smolvlm(model, processor, text, image):
    marks = ["<image>", "<fake_token_around_image>", "<global-img>"] + [f"<row_{r}_col_{c}>" for r in (1, 2) for c in (1, 2)]
    ids = [PLACEHOLDER, *range(89, 95)]
    seen = processor(image, return_tensors="pt", return_row_col_info=True)
    rows, columns = int(seen["rows"][0][0]), int(seen["cols"][0][0])
    shown = get_image_prompt_string(rows, columns, 4, "<fake_token_around_image>", "<image>", "<global-img>")
    return answer(model, text, spelt(text.replace("<image>", shown), dict(zip(marks, ids))), {"pixel_values": seen["pixel_values"]})


def ask_qwen(model, processor, text, images):
    seen = processor(images, return_tensors="pt")
    shown = text
    for grid in seen["image_grid_thw"]:
        shown = shown.replace("<image>", "<picture>" * int(grid.prod() // 4), 1)
    ids = spelt(shown, {"<picture>": PLACEHOLDER})
    kinds = torch.tensor([[int(one == PLACEHOLDER) for one in ids]])
    return answer(model, text, ids, {**seen, "mm_token_type_ids": kinds})


def main():
    model = transformers.LlavaForConditionalGeneration.from_pretrained(HERE.parent / "vision" / "llava", dtype=torch.float32).eval()
    processor = transformers.CLIPImageProcessorPil(size={"shortest_edge": 56}, crop_size={"height": 56, "width": 56})
    one, two = picture("one.png", 90, 60, 3), picture("two.png", 50, 77, 5)
    first = "user:What is<image>?;assistant:"
    cases = {
        "one": (first, [one]),
        "two": ("user:<image> or<image>;assistant:", [one, two]),
        "swapped": ("user:<image> or<image>;assistant:", [two, one]),
        "turn": ("user:What is<image>?;assistant:A cat;user:Sure?;assistant:", [one]),
        "none": ("user:What is?;assistant:", []),
    }
    expected = {name: ask_llava(model, processor, text, images) for name, (text, images) in cases.items()}
    tiled = transformers.SmolVLMForConditionalGeneration.from_pretrained(HERE.parent / "vision" / "smolvlm", dtype=torch.float32).eval()
    tiles = {"size": {"longest_edge": 112}, "max_image_size": {"longest_edge": 56}}
    for name, splits in ("tiles", True), ("whole", False):
        cutter = transformers.SmolVLMImageProcessorPil(**tiles, do_image_splitting=splits)
        expected[name] = ask_smolvlm(tiled, cutter, first, one)
        if splits:
            (HERE / "tiles.json").write_text(cutter.to_json_string())
    qwen = HERE.parent / "vision" / "qwen2-5-vl"
    grid = transformers.AutoModelForImageTextToText.from_pretrained(qwen, dtype=torch.float32).eval()
    patches = transformers.Qwen2VLImageProcessorPil.from_pretrained(qwen)
    for name in "one", "two", "turn":
        expected[f"grid-{name}"] = ask_qwen(grid, patches, *cases[name])
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    processor.save_pretrained(HERE)


main()
