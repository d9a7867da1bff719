"""Trains two small SentencePiece models on lines.jsonl of ../tokenizers and writes, for each line, a digest of its ids and text.

`bytes` has Llama's settings; `spaces` drops extra spaces, adds none and has no byte pieces. Needs sentencepiece 0.2.3.

    python make.py
"""
import hashlib
import io
import json
import pathlib

import sentencepiece as spm

here = pathlib.Path(__file__).parent
lines = [json.loads(line) for line in (here / "../tokenizers/lines.jsonl").read_text().split("\n")[:-1]]
COMMON = dict(model_type="bpe", normalization_rule_name="identity", character_coverage=0.98, unk_id=0, bos_id=1, eos_id=2, pad_id=-1, minloglevel=2)
KINDS = {
    "bytes": dict(vocab_size=1200, byte_fallback=True, remove_extra_whitespaces=False, split_digits=True),
    "spaces": dict(vocab_size=900, add_dummy_prefix=False),
}


def digest(text, length):
    return hashlib.sha256(text.encode()).hexdigest()[:length]


texts = [line.replace("\n", " ").replace("\0", "") for line in lines]
for name, settings in KINDS.items():
    out = io.BytesIO()
    spm.SentencePieceTrainer.train(sentence_iterator=iter(texts), model_writer=out, **COMMON, **settings)
    (here / f"{name}.model").write_bytes(out.getvalue())
    model = spm.SentencePieceProcessor(model_proto=out.getvalue())
    rows = []
    for line in lines:
        ids = model.encode(line)
        rows.append(f"{digest(','.join(map(str, ids)), 6)} {digest(model.decode(ids), 4)}")
    (here / f"{name}.txt").write_text("\n".join(rows) + "\n")
