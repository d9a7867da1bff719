"""open-unlearning's own loss functions on the golden model, beside reference.py: python compare.py CLONE (a clone's folder).

A padded batch where the definitions coincide; where docs/reference/objectives.md says that they do not, the public function is asked about
answer tokens alone, one row at a time, or the predicting positions. Ends with 1 if a pair differs by more than 1e-6.
"""
import importlib.util
import sys
import types

import torch
import torch.nn.functional as F

import reference
from reference import adapter, cases, config, control, hidden, rows, weights_of, wide

trained = weights_of({name: value.double() for name, value in adapter.items()})
UNLEARN = f"{sys.argv[1]}/src/trainer"


def load(file):
    """A file of the clone without its package, which imports trainers and deepspeed."""
    spec = importlib.util.spec_from_file_location(file.replace("/", "_"), f"{UNLEARN}/{file}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


for name in ["deepspeed", "trainer", "trainer.unlearn", "trainer.unlearn.base", "trainer.unlearn.grad_diff"]:
    sys.modules[name] = types.ModuleType(name)
sys.modules["trainer.unlearn.base"].UnlearnTrainer = sys.modules["trainer.unlearn.grad_diff"].GradDiff = object
utils = load("utils")
ceu, rmu = load("unlearn/ceu"), load("unlearn/rmu")
rmu = rmu.RMU.__new__(rmu.RMU)


def model_of(weights):
    return lambda **given: torch.func.functional_call(reference.model, weights, (), {**given, "use_cache": False})


def batch(side):
    longest = max(len(row["ids"]) for row in side)
    pad = lambda numbers, value: numbers + [value] * (longest - len(numbers))
    return {
        "input_ids": torch.tensor([pad(row["ids"], 0) for row in side]),
        "attention_mask": torch.tensor([pad([1] * len(row["ids"]), 0) for row in side]),
        "labels": torch.tensor([pad([-100] * row["labelStart"] + row["ids"][row["labelStart"] :], -100) for row in side]),
    }


theta, ref = model_of(trained), model_of(wide)
forget, alternate, retain = (batch(rows[side]) for side in ["forget", "alternate", "retain"])


def simnpo():
    nll, _ = utils.compute_batch_nll(theta, forget)
    return -F.logsigmoid(4.5 * nll / (forget["labels"] != -100).sum(-1)).mean() * 2 / 4.5


def undial():
    """compute_undial_loss before its mean, over answer tokens."""
    losses = []
    for row in map(lambda row: batch([row]), rows["forget"]):
        labels = row["labels"][0, 1:]
        student, teacher = (model(**row).logits[0, :-1] for model in (theta, ref))
        soft = F.softmax(teacher - 10 * F.one_hot(labels.clamp(min=0), config.vocab_size), -1)
        losses.append(F.cross_entropy(student, soft, reduction="none")[labels != -100])
    return torch.cat(losses).mean()


def kl():
    lengths = [len(row["ids"]) for row in rows["retain"]]
    each = [utils.compute_kl_divergence(theta, ref, batch([row]))[0] * length for row, length in zip(rows["retain"], lengths)]
    return sum(each) / sum(lengths)


def pdu():
    """Of the logits that predict answer tokens, not of those at them."""
    logits = theta(**forget).logits[:, :-1][forget["labels"][:, 1:] != -100]
    return ((logits.max(-1)[0] - logits.mean(-1)) ** 2).mean()


def rmu_mean(side, target):
    each = []
    for row in rows[side]:
        states = hidden(trained, row, 1)[None]
        each.append(rmu.compute_activation_loss(states, target(row).expand_as(states), batch([row])["labels"] != -100))
    return torch.stack(each).mean()


ours = lambda case: cases[case][2](trained)
pairs = {
    "GradAscent": (-theta(**forget).loss, ours("ga")),
    "GradDiff, retain": (theta(**retain).loss, reference.nll(trained, "retain")),
    "NPO": (utils.compute_dpo_loss(theta, ref, None, forget, 0.1)[0], ours("npo")),
    "DPO": (utils.compute_dpo_loss(theta, ref, alternate, forget, 0.1)[0], ours("dpo")),
    "SimNPO": (simnpo(), ours("simnpo")),
    "WGA": (utils.compute_wga_loss(theta, forget, 1.0)[0], ours("wga")),
    "SatImp": (utils.compute_satimp_loss(theta, forget, 5.0, 1.0)[0], ours("satimp")),
    "CE-U": (ceu.compute_batch_ceu(theta, forget, 1)[0], ours("ceu")),
    "UNDIAL, answer tokens": (undial(), ours("undial")),
    "KL, row by row": (kl(), reference.kl(trained)),
    "PDU, predicting positions": (pdu(), ours("pdu")),
    "RMU forget, row by row": (rmu_mean("forget", lambda row: control(2.0)), ours("rmu")),
    "RMU retain, row by row": (rmu_mean("retain", lambda row: hidden(wide, row, 1)), reference.rmu_retain(trained, 1)),
}
for name, (public, own) in pairs.items():
    print(f"{name:26s} {public.item():.8f} {own.item():.8f} {abs(public - own).item():.1e}")
sys.exit(any(abs(public - own) > 1e-6 for public, own in pairs.values()))
