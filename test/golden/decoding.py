"""Makes decoding.json in the golden folders beside this file: steps of decoding strategies by their definitions.

    venv/bin/python decoding.py [folder ...]     # after make.py, with the same packages

Nothing is taken from the strategies' own code: residual streams come from hooks, before the final norm, every layer's
logits are computed over the whole vocabulary in float32, and each formula is written out below. Per case and position
of `plain`: the candidates, their corrected logits, and the layer that was chosen. `tokens`: 64 greedy ones by DeCo.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from architectures import FAMILIES
from make import GENERATED, HERE, layers_of, load

POSITIONS = [1, 4, 7, 10]


def head_of(model):
    """Logits of residual streams [n, hidden]: the final norm, then whatever the family does after it."""
    body = layers_of(model)

    def logits(states):
        # The last block's output is replaced, and the model itself does the rest.
        hook = body[-1].register_forward_hook(
            lambda _, args, output: (states[None], *output[1:]) if isinstance(output, tuple) else states[None]
        )
        with torch.no_grad():
            result = model(input_ids=torch.zeros(1, len(states), dtype=torch.long), use_cache=False).logits[0]
        hook.remove()
        return result

    return logits


def every_layer(model, ids):
    """[layers + 1, length, vocabulary]: the head over what the embedding and each layer leave."""
    states, layers = [], layers_of(model)
    first = lambda value: value[0] if isinstance(value, tuple) else value
    hooks = [
        layers[0].register_forward_pre_hook(
            lambda _, args, kwargs: states.append(args[0] if args else kwargs["hidden_states"]), with_kwargs=True
        )
    ] + [layer.register_forward_hook(lambda _, args, output: states.append(first(output))) for layer in layers]
    with torch.no_grad():
        model(input_ids=torch.tensor([ids]), use_cache=False)
    for hook in hooks:
        hook.remove()
    head = head_of(model)
    return torch.stack([head(state[0]) for state in states])


def deco(layers, case):
    z = layers[-1]
    p, order = z.softmax(-1).sort(descending=True, stable=True)
    k = min(case["topK"], len(z))
    cut = int(torch.searchsorted(p[:k].cumsum(-1), case["topP"])) + 1
    ids = order[: min(cut, k)]
    if len(ids) == 1:
        return ids, z[ids], None
    window = torch.stack([layers[layer] for layer in case["layers"]])
    sure = window.softmax(-1)[:, ids]
    at = int(sure.flatten().argmax()) // len(ids)
    return ids, z[ids] + case["alpha"] * sure.max() * window[at][ids], case["layers"][at]


def dola(layers, case):
    z = layers[-1]
    p = z.log_softmax(-1)
    ids = (p >= p.max() + torch.log(torch.tensor(case["threshold"]))).nonzero().flatten()
    ids = ids[p[ids].argsort(descending=True, stable=True)]
    window = torch.stack([layers[layer] for layer in case["layers"]]).log_softmax(-1)
    mean = 0.5 * (p.exp() + window.exp())
    divergence = 0.5 * ((mean * (mean.log() - p)).mean(-1) + (mean * (mean.log() - window)).mean(-1))
    at = int(divergence.argmax())
    return ids, p[ids] - window[at][ids], case["layers"][at] if len(ids) > 1 else None


def sled(layers, case):
    layers = layers.double()  # of a layer that is sure of a token, float32 leaves nothing of 1 - p
    z = layers[-1]
    ids = z.topk(min(case["topK"], len(z))).indices
    window = torch.stack([layers[layer] for layer in case["layers"]])
    moves = window - z
    onehot = torch.nn.functional.one_hot(ids, len(z))
    gradients = window.softmax(-1)[:, None] - onehot
    agreement = torch.nn.functional.cosine_similarity(gradients, moves[:, None], dim=-1).clamp(min=0) ** 2
    target = torch.zeros_like(z)
    if agreement.sum() > 0:
        target[ids] = agreement.sum(0) / agreement.sum()
    evolved = z.clone()
    for step in range(10):
        evolved = evolved - case["alpha"] * (1 - step / 10) * (evolved.softmax(-1) - target)
    return ids, evolved[ids], None


def energy(layers, case):
    at = max(case["layers"], key=lambda layer: float(layers[layer].logsumexp(-1)))
    ids = layers[at].topk(12).indices
    return ids, layers[at][ids], at


STRATEGIES = {"deco": deco, "dola": dola, "sled": sled, "energy": energy}


def cases_of(depth):
    middle = depth // 2
    inside, end, all_early = list(range(1, depth)), [depth - 1, depth], list(range(depth))
    return [
        *(
            {"strategy": "deco", "layers": layers, "alpha": alpha, "topP": top_p, "topK": top_k}
            for layers, alpha, top_p, top_k in [
                (inside, 0.6, 0.9, 20),
                (end, 0.6, 0.9, 20),
                ([middle], 0.6, 0.9, 20),
                (all_early, 2.0, 0.99, 20),
                (inside, 0.6, 0.5, 20),
                (inside, 1.0, 0.9, 2),
                (inside, 0.6, 0.1, 20),
                (inside, 0.6, 0.9, 1),
                (inside, 0.0, 0.9, 7),
            ]
        ),
        {"strategy": "dola", "layers": all_early, "threshold": 0.1},
        {"strategy": "dola", "layers": [middle], "threshold": 0.01},
        {"strategy": "sled", "layers": all_early, "alpha": 2.0, "topK": 10},
        {"strategy": "sled", "layers": [middle], "alpha": 0.5, "topK": 3},
        {"strategy": "energy", "layers": inside},
        {"strategy": "energy", "layers": [*all_early, depth]},
    ]


def greedy(model, prompt, case):
    """Tokens by DeCo, the whole sequence read for each, and the least lead of a winner over the second."""
    ids, margin = list(prompt), float("inf")
    for _ in range(GENERATED):
        candidates, logits, _ = deco(every_layer(model, ids)[:, -1], case)
        top = logits.topk(min(2, len(logits)))
        if len(top.values) > 1:
            margin = min(margin, float(top.values[0] - top.values[1]))
        ids.append(int(candidates[top.indices[0]]))
    return ids[len(prompt) :], margin


def make(name):
    folder = HERE / name
    expected = json.loads((folder / "expected.json").read_text())
    known = load_file(folder / "expected.safetensors")
    model = load(FAMILIES[name]["config"], expected["seed"])
    prompt = expected["rows"]["plain"]
    layers = every_layer(model, prompt)
    assert (layers[-1] - known["plain.logits"]).abs().max() < 1e-3, f"{name} is not the model that make.py made"
    depth = len(layers) - 1
    cases = cases_of(depth)
    steps = []
    for case in cases:
        for position in POSITIONS:
            ids, logits, layer = STRATEGIES[case["strategy"]](layers[:, position], case)
            steps.append(
                {"position": position, "ids": ids.tolist(), "logits": [round(float(z), 5) for z in logits], "layer": layer}
            )
    tokens, margin = greedy(model, prompt, cases[0])
    rows = ",\n".join(
        json.dumps({**case, "steps": steps[i * len(POSITIONS) : (i + 1) * len(POSITIONS)]}) for i, case in enumerate(cases)
    )
    greedy_row = json.dumps({"tokens": tokens, "leastMargin": margin})
    (folder / "decoding.json").write_text(f'{{"greedy": {greedy_row},\n"cases": [\n{rows}\n]}}\n')
    sizes = sorted({len(step["ids"]) for step in steps})
    print(f"{name:24} {depth} layers, candidates {sizes}, greedy margin {margin:.4f}, tokens {len(set(tokens))}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[1:] or list(FAMILIES):
        make(name)
