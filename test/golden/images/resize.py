"""What Pillow makes of noise at many sizes: names the numbers of resized.json beside this file."""

import hashlib
import random

from PIL import Image

from pictures import noisy

FILTERS = {"box": 4, "bilinear": 2, "hamming": 5, "bicubic": 3, "lanczos": 1}


def cases():
    rng = random.Random(20)
    sides = [1, 2, 3, 5, 7, 16, 31, 64, 97, 200]
    fixed = [((w, h), to) for (w, h) in ((1, 1), (1, 40), (640, 1), (33, 21)) for to in ((1, 1), (7, 5), (33, 21), (64, 64))]
    drawn = [((rng.choice(sides) + rng.randrange(9), rng.choice(sides) + rng.randrange(9)),
              (rng.choice(sides) + rng.randrange(9), rng.choice(sides) + rng.randrange(9))) for _ in range(110)]
    for i, ((w, h), (width, height)) in enumerate([*fixed, *drawn]):
        for name in FILTERS if i < 40 else rng.sample(list(FILTERS), 2):
            yield {"from": [w, h], "seed": i, "to": [width, height], "filter": name}


def run():
    out = []
    for case in cases():
        image = Image.fromarray(noisy(*case["from"], case["seed"]))
        made = image.resize(tuple(case["to"]), FILTERS[case["filter"]]).tobytes()
        out.append({**case, "sha256": hashlib.sha256(made).hexdigest()[:32], "first": list(made[:6])})
    return out
