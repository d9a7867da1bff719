"""Makes pictures, and what transformers answers when they are shown to ../vision/llava, beside this file.

    python -m venv venv && venv/bin/pip install -r ../requirements.txt pillow && venv/bin/python make.py

Characters of ASCII are tokens, from the space (0) on; 95 is the placeholder, 96 the end. expected.json: by conversation the
prompt, and the tokens that follow greedily.
"""

import json
from pathlib import Path

import numpy
import torch
import transformers
from PIL import Image

HERE = Path(__file__).parent
PLACEHOLDER, END, FEATURES, TOKENS = 95, 96, 16, 24


def picture(name, width, height, seed):
    y, x = numpy.mgrid[0:height, 0:width]
    waves = [numpy.sin(x * (seed + c) / 9) + numpy.cos(y * (seed + 2 * c) / 7) for c in range(3)]
    image = Image.fromarray(((numpy.stack(waves, -1) + 2) * 63.75).astype(numpy.uint8))
    image.save(HERE / name)
    return image


def answer(model, processor, text, images):
    ids = []
    for i, said in enumerate(text.split("<image>")):
        ids += [PLACEHOLDER] * FEATURES if i else []
        ids += [ord(character) - 32 for character in said]
    seen = {"pixel_values": processor(images, return_tensors="pt")["pixel_values"]} if images else {}
    with torch.no_grad():
        found = model.generate(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long),
                               **seen, do_sample=False, max_new_tokens=TOKENS, eos_token_id=END, pad_token_id=END)
    return {"prompt": text, "promptTokens": len(ids), "tokens": found[0, len(ids):].tolist()}


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
    expected = {name: answer(model, processor, text, images) for name, (text, images) in cases.items()}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    processor.save_pretrained(HERE)


main()
