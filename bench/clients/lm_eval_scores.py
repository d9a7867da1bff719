"""lm-evaluation-harness on lethe-tiny: what its own backend finds, and what it finds through Lethe's API.

    python bench/clients/lm_eval_scores.py http://127.0.0.1:8787    (LETHE_API_KEY: a tenant's key)

Exits with 1 where a figure or a likelihood is off by more than 1e-3, or a text differs.
"""

import os
import sys
import time

from lm_eval import simple_evaluate
from lm_eval.tasks import TaskManager

url, model, folder = sys.argv[1], "lethe-tiny", "models/lethe-tiny"
os.environ["OPENAI_API_KEY"] = os.environ["LETHE_API_KEY"]
tasks = TaskManager(include_path="bench/clients/tasks", include_defaults=False)
CLOSE = 1e-3

texts = ["lethe_choices", "lethe_rolling", "lethe_answers"]
local = {"model": model, "base_url": f"{url}/v1/completions", "tokenizer": folder, "max_length": 512}
remote = {
    "model": model,
    "base_url": f"{url}/m/{model}/v1/completions",
    "tokenizer_backend": "remote",
    "auth_token": os.environ["LETHE_API_KEY"],
    "max_length": 512,
}
chat = {"model": model, "base_url": f"{url}/v1/chat/completions"}
runs = [
    ("hf", texts + ["lethe_chat"], "hf", {"pretrained": folder, "dtype": "float32", "device": "cpu"}, 1),
    ("local-completions", texts, "local-completions", {**local, "num_concurrent": 1}, 1),
    ("local-completions, 16 at once", texts, "local-completions", {**local, "num_concurrent": 2}, 16),
    ("local-completions, remote tokenizer", texts, "local-completions", remote, 8),
    ("local-chat-completions", ["lethe_chat"], "local-chat-completions", chat, 1),
]


def evaluate(names, kind, args, batch):
    """Figures by their names, and each answer of the model, in its order."""
    found = simple_evaluate(
        model=kind,
        model_args=args,
        tasks=names,
        batch_size=batch,
        task_manager=tasks,
        apply_chat_template=names == ["lethe_chat"],
        log_samples=True,
        bootstrap_iters=0,
        verbosity="ERROR",
    )
    figures = {
        f"{task} {name.split(',')[0]}": value
        for task, results in found["results"].items()
        for name, value in results.items()
        if isinstance(value, float) and "stderr" not in name
    }
    samples = {
        (task, sample["doc_id"]): sample["filtered_resps"] for task, rows in found["samples"].items() for sample in rows
    }
    return figures, samples


def numbers(answer):
    """Log-likelihoods of an answer, flat."""
    if isinstance(answer, (list, tuple)):
        return [number for part in answer for number in numbers(part)]
    return [answer] if isinstance(answer, float) else []


def greedy(answer):
    """What is said to be greedy, and what is said."""
    if isinstance(answer, (list, tuple)):
        return [flag for part in answer for flag in greedy(part)]
    return [answer] if isinstance(answer, (bool, str)) else []


own, failed = None, False
for label, names, kind, args, batch in runs:
    began = time.perf_counter()
    if kind == "hf":
        figures, samples = evaluate(texts, kind, args, batch)
        for more in zip((figures, samples), evaluate(["lethe_chat"], kind, args, batch)):
            more[0].update(more[1])
        own = figures, samples
        print(f"{label}: {figures}")
        continue
    figures, samples = evaluate(names, kind, args, batch)
    seconds = time.perf_counter() - began
    off = max(abs(figures[name] - own[0][name]) for name in figures)
    apart = max((abs(a - b) for key in samples for a, b in zip(numbers(samples[key]), numbers(own[1][key]))), default=0)
    same = sum(greedy(samples[key]) == greedy(own[1][key]) for key in samples)
    wrong = off > CLOSE or apart > CLOSE or same < len(samples)
    failed = failed or wrong
    print(
        f"{label}: {len(figures)} figures within {off:.1e}, likelihoods within {apart:.1e}, "
        f"{same} of {len(samples)} alike, {seconds:.1f} s{' WRONG' if wrong else ''}"
    )
sys.exit(failed)
