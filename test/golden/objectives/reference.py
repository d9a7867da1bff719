"""Every objective's loss on a tiny Llama, in float64 by PyTorch: the formulas of the papers and of locuslab/open-unlearning,
averaged over answer tokens only (docs/reference/objectives.md says where the public code does otherwise). Nothing is padded: rows go
through one by one. `model`, `config`, `wide` (its weights), R and ALPHA may be set to those of another family.
"""
import torch
import torch.nn.functional as F
from transformers import LlamaConfig, LlamaForCausalLM

torch.manual_seed(7)
SEED = 7
R, ALPHA = 2, 4
MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

config = LlamaConfig(
    vocab_size=48, hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
    head_dim=4, max_position_embeddings=64, rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=False,
    bos_token_id=0, eos_token_id=1, initializer_range=0.3, attn_implementation="eager",
)
model = LlamaForCausalLM(config).eval()
with torch.no_grad():
    for name, weight in model.named_parameters():
        if weight.dim() == 1:
            weight.copy_(1 + 0.2 * torch.randn_like(weight))
    model.lm_head.weight.mul_(2.5)  # sharp enough for probabilities near 0 and near 1
base = {name: weight.detach().clone() for name, weight in model.named_parameters()}

adapter = {}
for name, weight in base.items():
    if name.split(".")[-2] in MODULES:
        stem = "base_model.model." + name.removesuffix(".weight")
        adapter[f"{stem}.lora_A.weight"] = 0.3 * torch.randn(R, weight.shape[1])
        adapter[f"{stem}.lora_B.weight"] = 0.05 * torch.randn(weight.shape[0], R)

token = lambda n: torch.randint(0, config.vocab_size, (n,)).tolist()
row = lambda length, start: {"ids": token(length), "labelStart": start}
rows = {
    "forget": [row(9, 4), row(5, 2), row(12, 7), row(7, 5), row(6, 1)],
    "alternate": [row(6, 4), row(8, 2), row(10, 7), row(6, 5), row(11, 1)],
    "retain": [row(8, 3), row(11, 6), row(4, 2), row(10, 2), row(7, 6)],
}
for forget, alternate in zip(rows["forget"], rows["alternate"]):
    alternate["ids"][: forget["labelStart"]] = forget["ids"][: forget["labelStart"]]
# Half of the labels are what the base model says: probabilities are not all tiny.
with torch.no_grad():
    for side in rows.values():
        for r in side:
            for t in range(r["labelStart"], len(r["ids"]), 2):
                r["ids"][t] = int(model(torch.tensor([r["ids"][:t]])).logits[0, -1].argmax())

model.double()
wide = {name: weight.double() for name, weight in base.items()}


def weights_of(trained):
    """Weights with LoRA matrices merged, or whole weights replaced; differentiable in `trained`."""
    out = dict(wide)
    for name, value in trained.items():
        if name in out:
            out[name] = value
        elif ".lora_A." in name:
            weight = name.removeprefix("base_model.model.").replace(".lora_A", "")
            out[weight] = wide[weight] + (ALPHA / R) * trained[name.replace("lora_A", "lora_B")] @ value
    return out


def run(weights, r):
    """Logits that predict the labels [n, V], the labels [n], all logits [T, V], hidden states by layer [T, h]."""
    out = torch.func.functional_call(model, weights, (torch.tensor([r["ids"]]),), {"output_hidden_states": True, "use_cache": False})
    logits = out.logits[0]
    return logits[r["labelStart"] - 1 : -1], torch.tensor(r["ids"][r["labelStart"] :]), logits, out.hidden_states


def log_probs(weights, r):
    logits, labels, _, _ = run(weights, r)
    return F.log_softmax(logits, -1).gather(1, labels[:, None])[:, 0]


def per_token(weights, side, f):
    return torch.cat([f(r, *run(weights, r)[:2]) for r in rows[side]]).mean()


def nll(weights, side="forget"):
    return -torch.cat([log_probs(weights, r) for r in rows[side]]).mean()


def likelihoods(weights, side, reduce=torch.sum):
    return torch.stack([reduce(log_probs(weights, r)) for r in rows[side]])


def preference(margin, beta):
    return -2 / beta * F.logsigmoid(beta * margin).mean()


def gain(weights, side, reduce=torch.sum):
    return likelihoods(weights, side, reduce) - likelihoods(wide, side, reduce)


def kl(weights):
    parts = []
    for r in rows["retain"]:
        q, p = F.log_softmax(run(weights, r)[2], -1), F.log_softmax(run(wide, r)[2], -1)
        parts.append((p.exp() * (p - q)).sum(-1))
    return torch.cat(parts).mean()


def undial(weights, beta):
    def f(r, logits, labels):
        teacher = run(wide, r)[0].detach() - beta * F.one_hot(labels, config.vocab_size)
        return F.cross_entropy(logits, teacher.softmax(-1), reduction="none")
    return per_token(weights, "forget", f)


def weighted(weights, weight):
    def f(r, logits, labels):
        logp = F.log_softmax(logits, -1).gather(1, labels[:, None])[:, 0]
        return weight(logp.detach().exp()) * logp
    return per_token(weights, "forget", f)


def ceu(weights, skip):
    def f(r, logits, labels):
        target = logits.detach().clone().scatter(1, labels[:, None], float("-inf")).softmax(-1)
        return F.cross_entropy(logits, target, reduction="none")[skip:]
    return per_token(weights, "forget", f)


def flat(weights):
    return per_token(weights, "forget", lambda r, logits, labels: (logits.max(-1).values - logits.mean(-1)) ** 2)


def activations(weights, side, layer, target):
    """Mean over rows of the mean over answer tokens (those tokens themselves, as open-unlearning masks them)."""
    parts = []
    for r in rows[side]:
        states = hidden(weights, r, layer)[r["labelStart"] :]
        parts.append(F.mse_loss(states, target(r).expand_as(states)))
    return torch.stack(parts).mean()


def hidden(weights, r, layer):
    """The residual stream after a layer. transformers' last entry of hidden_states is normed: a hook sees the layer's own output."""
    seen = []
    hook = model.model.layers[layer].register_forward_hook(lambda module, given, out: seen.append(out[0] if isinstance(out, tuple) else out))
    run(weights, r)
    hook.remove()
    return seen[0].reshape(len(r["ids"]), -1)


def mix(h, word):
    h = ((h ^ word) * 0x9E3779B1) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 0x85EBCA77) & 0xFFFFFFFF
    return h ^ (h >> 13)


def uniforms(seed, *purposes):
    """libs/runtime/random.ts: sfc32 of a seed and words."""
    words = [seed, 0] + [byte for purpose in purposes for byte in purpose.encode()]
    state = []
    for start in (1, 2, 3):
        h = start
        for word in words:
            h = mix(h, word)
        state.append(h)
    a, b, c, counter = *state, 1

    def step():
        nonlocal a, b, c, counter
        out = (a + b + counter) & 0xFFFFFFFF
        counter += 1
        a, b = b ^ (b >> 9), (c + (c << 3)) & 0xFFFFFFFF
        c = (((c << 21) | (c >> 11)) + out) & 0xFFFFFFFF
        return out
    for _ in range(12):
        step()
    while True:
        yield step() / 2**32


def control(coefficient):
    numbers = uniforms(SEED, "objective", "control")
    u = torch.tensor([next(numbers) for _ in range(config.hidden_size)], dtype=torch.float64)
    return (u / u.norm() * coefficient).float().double()


def rmu_forget(weights, layer, coefficient):
    return activations(weights, "forget", layer, lambda r: control(coefficient))


def rmu_retain(weights, layer):
    return activations(weights, "retain", layer, lambda r: hidden(wide, r, layer)[r["labelStart"] :].detach())


# name of the case -> objective, options, forget term
cases = {
    "sft": ("sft", {}, nll),
    "relearn": ("relearn", {}, nll),
    "ga": ("ga", {}, lambda w: -nll(w)),
    "gd": ("gd", {}, lambda w: -nll(w)),
    "kl": ("kl", {}, lambda w: -nll(w)),
    "npo": ("npo", {"beta": 0.1}, lambda w: preference(-gain(w, "forget"), 0.1)),
    "simnpo": ("simnpo", {"beta": 4.5, "delta": 0}, lambda w: preference(-likelihoods(w, "forget", torch.mean), 4.5)),
    "simnpo, delta": ("simnpo", {"beta": 2, "delta": 0.3}, lambda w: preference(-likelihoods(w, "forget", torch.mean) - 0.3, 2)),
    "dpo": ("dpo", {"beta": 0.1}, lambda w: preference(gain(w, "alternate") - gain(w, "forget"), 0.1)),
    "idkdpo": ("idkdpo", {"beta": 0.5}, lambda w: preference(gain(w, "alternate") - gain(w, "forget"), 0.5)),
    "altpo": ("altpo", {"beta": 0.05}, lambda w: preference(gain(w, "alternate") - gain(w, "forget"), 0.05)),
    "relearn_dpo": ("relearn_dpo", {"beta": 0.1}, lambda w: preference(gain(w, "alternate", torch.mean) - gain(w, "forget", torch.mean), 0.1)),
    "undial": ("undial", {"beta": 10}, lambda w: undial(w, 10.0)),
    "wga": ("wga", {"beta": 1}, lambda w: weighted(w, lambda p: p)),
    "wga, beta 0.3": ("wga", {"beta": 0.3}, lambda w: weighted(w, lambda p: p**0.3)),
    "satimp": ("satimp", {"beta1": 5, "beta2": 1}, lambda w: weighted(w, lambda p: p**5 * (1 - p))),
    "satimp, roots": ("satimp", {"beta1": 0.5, "beta2": 0.5}, lambda w: weighted(w, lambda p: p**0.5 * (1 - p) ** 0.5)),
    "ceu": ("ceu", {"ignore_first_n_answer_tokens": 1}, lambda w: ceu(w, 1)),
    "ceu, all tokens": ("ceu", {"ignore_first_n_answer_tokens": 0}, lambda w: ceu(w, 0)),
    "pdu": ("pdu", {"initial_lambda": 1.5, "retain_loss_eps": 0.3}, flat),
    "rmu": ("rmu", {"layer": 1, "steering_coeff": 2, "retain_coeff": 1}, lambda w: rmu_forget(w, 1, 2.0)),
    "rmu, last layer": ("rmu", {"layer": 2, "steering_coeff": 5, "retain_coeff": 0.5}, lambda w: rmu_forget(w, 2, 5.0)),
}
retain = {
    "gdr": lambda w: nll(w, "retain"),
    "klr": kl,
    "rmu": lambda w: rmu_retain(w, 1),
    "rmu, last layer": lambda w: 0.5 * rmu_retain(w, 2),
}
# With all weights in training the head moves too, away from the reference's.
moved = {name: (w.double() * (1 + 0.05 * torch.arange(w.numel(), dtype=torch.float64).sin().reshape(w.shape))).float() for name, w in base.items()}
full = {"ceu": lambda w: ceu(w, 1), "pdu": flat, "undial": lambda w: undial(w, 10.0), "klr": kl}
