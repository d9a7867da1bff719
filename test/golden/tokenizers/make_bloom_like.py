"""Writes bloom-like.json: a tokenizer with every setting of BLOOM's and 1,600 tokens learned from lines.jsonl, since no package
carries BLOOM's own 250,680. Needs tokenizers 0.23.3.

    python make_bloom_like.py
"""
import json
import pathlib

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

here = pathlib.Path(__file__).parent
lines = [json.loads(line) for line in (here / "lines.jsonl").read_text().split("\n")[:-1]]
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Split(Regex(r" ?[^(\s|[.,!?…。，、।۔،])]+"), "isolated"),
    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
])
tokenizer.post_processor = processors.ByteLevel(trim_offsets=False, use_regex=False)
tokenizer.decoder = decoders.ByteLevel(use_regex=False)
specials = [AddedToken(text, special=True, normalized=False) for text in ("<unk>", "<s>", "</s>", "<pad>")]
alphabet = pre_tokenizers.ByteLevel.alphabet()
tokenizer.train_from_iterator(lines, trainers.BpeTrainer(vocab_size=1600, special_tokens=specials, initial_alphabet=alphabet, show_progress=False))
tokenizer.save(str(here / "bloom-like.json"), pretty=False)
