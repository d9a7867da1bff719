"""Makes the files beside this one: pictures of every kind, what Pillow reads in them and makes of noise at other sizes, and
what transformers' PIL processors make of pictures.

    python -m venv venv && venv/bin/pip install -r ../requirements-vision.txt && venv/bin/python make.py

Arrays are told by their SHA-256 and first values.
"""

import io
import json
import sys
import warnings
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageOps

import pictures
import prepare
import resize

HERE = Path(__file__).parent
warnings.simplefilter("ignore")


def told(data):
    return {"sha256": sha256(data).hexdigest()[:32], "first": list(data[:9])}


def decoded(name, data):
    """As transformers.image_utils.load_image reads a file."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    return {"file": name, "size": list(image.size), **told(image.tobytes())}


def lines(items):
    return "[\n" + ",\n".join(json.dumps(item) for item in items) + "\n]\n"


def main():
    folder = HERE / "files"
    folder.mkdir(exist_ok=True)
    files = [*pictures.pngs(), *pictures.jpegs(), *pictures.webps()]
    for name, data in files:
        (folder / name).write_bytes(data)
    (HERE / "decoded.json").write_text(lines(decoded(*each) for each in files))
    (HERE / "resized.json").write_text(lines(resize.run()))
    (HERE / "prepared.json").write_text(lines(prepare.run(told)))


if __name__ == "__main__":
    sys.exit(main())
