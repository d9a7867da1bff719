"""Makes beams.json in golden folders beside this file, and lethe-tiny.beams.json: what transformers' own beam search finds.

    venv/bin/python beams.py     # after make.py, with the same packages

Each case is `generate` with num_beams, length_penalty, early_stopping and end tokens, and all num_beams answers without
the prompt; those after an end are cut off. With `deco` the model is one whose logits are DeCo's (decoding.py), read whole
for each token, so that transformers' search and processors go on from them. `score` is transformers' own.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM
from transformers.modeling_outputs import CausalLMOutputWithPast

from architectures import FAMILIES
from decoding import deco, every_layer
from make import GENERATED, HERE, layers_of, load

TINY = HERE.parent.parent / "models" / "lethe-tiny"
PROMPT = "<|user|>Tell me about the sea.<|end|><|assistant|>"
WINDOW = {"alpha": 0.6, "topP": 0.9, "topK": 20}
NAMES = ["llama", "gemma2", "qwen2-window", "llama-rope-dynamic", "gpt2"]


def corrected(model, case):
    """A forward of DeCo's logits at the last position."""
    plain = model.forward

    def forward(input_ids=None, **_):
        model.forward = plain
        logits = torch.full((len(input_ids), 1, model.config.get_text_config().vocab_size), -torch.inf)
        for row, ids in enumerate(input_ids.tolist()):
            found, z, _ = deco(every_layer(model, ids)[:, -1], case)
            logits[row, 0, found] = z
        model.forward = forward
        return CausalLMOutputWithPast(logits=logits)

    model.forward = forward
    return plain


def search(model, prompt, case):
    is_dynamic = (getattr(model.config, "rope_parameters", None) or {}).get("rope_type") == "dynamic"
    plain = corrected(model, case["deco"]) if "deco" in case else None
    found = model.generate(
        torch.tensor([prompt]),
        attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
        num_beams=case["width"],
        num_return_sequences=case["width"],
        length_penalty=case["lengthPenalty"],
        early_stopping=case["earlyStopping"],
        repetition_penalty=case.get("repetitionPenalty", 1.0),
        min_new_tokens=case.get("minTokens", 0),
        eos_token_id=case["ends"] or None,
        pad_token_id=0,
        max_new_tokens=case["maxTokens"],
        do_sample=False,
        # Keys that dynamic rope has rotated stay so in transformers' cache.
        use_cache="deco" not in case and not is_dynamic,
        output_scores=True,
        return_dict_in_generate=True,
    )
    if plain:
        model.forward = plain
    answers = []
    for ids, score in zip(found.sequences[:, len(prompt) :].tolist(), found.sequences_scores.tolist()):
        end = next((at + 1 for at, id in enumerate(ids) if id in case["ends"]), case["maxTokens"])
        answers.append({"tokens": ids[:end], "score": round(score, 5)})
        assert score > -1e6, "a beam that transformers fills up with"
    return answers


def cases_of(model, prompt):
    depth = len(layers_of(model))
    plain = {"width": 4, "lengthPenalty": 1.0, "earlyStopping": False, "ends": [], "maxTokens": 24}
    free = [answer["tokens"] for answer in search(model, prompt, plain)]
    said = Counter(id for ids in free for id in ids[3:])
    ends = sorted(id for id, _ in said.most_common()[-2:])
    window = {**WINDOW, "layers": list(range(1, depth)) or [0]}
    for width in [3, 5]:
        for penalty in [-1.0, 0.0, 0.6, 1.0, 2.0]:
            for early in [True, False, "never"]:
                yield {"width": width, "lengthPenalty": penalty, "earlyStopping": early, "ends": ends, "maxTokens": 24}
        yield {**plain, "width": width, "ends": ends[:1], "repetitionPenalty": 1.3, "minTokens": 6}
        yield {**plain, "width": width, "maxTokens": GENERATED}
        yield {**plain, "width": width, "maxTokens": GENERATED, "deco": window}
        yield {**plain, "width": width, "ends": ends, "lengthPenalty": 0.6, "deco": window}


def make(model, prompt, path):
    model.generation_config.eos_token_id = None
    cases = [{**case, "answers": search(model, prompt, case)} for case in cases_of(model, prompt)]
    rows = ",\n".join(json.dumps(case) for case in cases)
    path.write_text(f'{{"prompt": {json.dumps(prompt)},\n"cases": [\n{rows}\n]}}\n')
    lengths = sorted({len(answer["tokens"]) for case in cases for answer in case["answers"]})
    print(f"{path.parent.name:20} {path.name:24} {len(cases)} cases, answers of {lengths} tokens")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[1:] or [*NAMES, "lethe-tiny"]:
        if name == "lethe-tiny":
            tiny = AutoModelForCausalLM.from_pretrained(TINY, attn_implementation="eager", dtype=torch.float32).eval()
            prompt = Tokenizer.from_file(str(TINY / "tokenizer.json")).encode(PROMPT).ids
            make(tiny, prompt, HERE / "lethe-tiny.beams.json")
            continue
        folder = HERE / name
        expected = json.loads((folder / "expected.json").read_text())
        model = load(FAMILIES[name]["config"], expected["seed"])
        known = load_file(folder / "expected.safetensors")["plain.logits"]
        prompt = expected["rows"]["plain"]
        found = model(torch.tensor([prompt]), use_cache=False).logits[0]
        assert (found - known).abs().max() < 1e-3, f"{name} is not the model that make.py made"
        make(model, prompt, folder / "beams.json")
