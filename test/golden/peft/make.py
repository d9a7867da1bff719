"""Makes the reference of test/peft-parity.test.ts: adapters and weights as PEFT and torch's AdamW train them,
and the logits of adapters that PEFT wrote.

  python test/golden/peft/make.py     (versions: see versions.json)
"""
import json
import math
import shutil
from pathlib import Path

import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

HERE = Path(__file__).parent
STEPS, BATCH, ROWS, VOCAB = 20, 4, 40, 24
WARMUP, CLIP, DECAY = 0.1, 1.0, 0.01
torch.set_num_threads(1)


def tokenizer():
    """One token a character: enough for a folder to be complete."""
    alphabet = [chr(33 + i) for i in range(VOCAB - 1)]
    vocab = {token: i for i, token in enumerate(["<end>", *alphabet])}
    added = {"id": 0, "content": "<end>", "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    model = {"type": "BPE", "dropout": None, "unk_token": None, "fuse_unk": False, "byte_fallback": False, "vocab": vocab, "merges": []}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [added], "normalizer": None,
            "pre_tokenizer": None, "post_processor": None, "decoder": None, "model": model}


def save_json(path, value):
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")


def make_base(name, model):
    folder = HERE / name
    model.float().save_pretrained(folder)
    save_json(folder / "tokenizer.json", tokenizer())
    save_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<end>", "pad_token": "<end>"})


def llama(seed, layers, tied):
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=VOCAB, hidden_size=16, intermediate_size=20, num_hidden_layers=layers, num_attention_heads=4,
        num_key_value_heads=2, head_dim=4, max_position_embeddings=64, tie_word_embeddings=tied, initializer_range=0.25,
        bos_token_id=None, eos_token_id=0, pad_token_id=0,
    )
    return LlamaForCausalLM(config)


def gpt2(seed):
    torch.manual_seed(seed)
    config = GPT2Config(
        vocab_size=VOCAB, n_positions=64, n_embd=16, n_layer=2, n_head=4, initializer_range=0.25,
        resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, bos_token_id=None, eos_token_id=0, pad_token_id=0,
    )
    return GPT2LMHeadModel(config)


def open_base(name):
    return AutoModelForCausalLM.from_pretrained(HERE / name, dtype=torch.float32, attn_implementation="eager")


def make_rows():
    generator = torch.Generator().manual_seed(5)
    rows = []
    for _ in range(ROWS):
        length = int(torch.randint(6, 15, (1,), generator=generator))
        ids = torch.randint(1, VOCAB, (length,), generator=generator).tolist()
        rows.append({"ids": ids, "labelStart": int(torch.randint(2, 5, (1,), generator=generator))})
    return rows


def batch_of(rows):
    length = max(len(row["ids"]) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    mask = torch.zeros_like(ids)
    labels = torch.full_like(ids, -100)
    for i, row in enumerate(rows):
        size = len(row["ids"])
        ids[i, :size] = torch.tensor(row["ids"])
        mask[i, :size] = 1
        labels[i, row["labelStart"]:size] = ids[i, row["labelStart"]:size]
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def rate_at(step):
    """Our schedule: the first step moves already; then linear decay to 0."""
    warmup = math.ceil(STEPS * WARMUP)
    return (step + 1) / warmup if step < warmup else (STEPS - step) / (STEPS - warmup)


def fit(model, rows, rate):
    """20 steps of AdamW, matrices decayed, gradients clipped. Returns the losses before each step."""
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [{"params": [p for p in trained if p.dim() > 1], "weight_decay": DECAY}, {"params": [p for p in trained if p.dim() < 2], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW([group for group in groups if group["params"]], lr=rate, betas=(0.9, 0.999), eps=1e-8)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, rate_at)
    model.train()
    losses = []
    for step in range(STEPS):
        at = step * BATCH % len(rows)
        loss = model(**batch_of(rows[at:at + BATCH])).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, CLIP)
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
    model.eval()
    return losses


@torch.no_grad()
def logits_of(model):
    """Of the token after each prompt, one prompt at a time."""
    return [[float(f"{x:.7g}") for x in model(torch.tensor([prompt])).logits[0, -1].tolist()] for prompt in PROMPTS]


PROMPTS = [[5], [7, 3, 9, 1], [11, 12, 13, 14, 15, 16, 17, 18], [23, 2, 20, 21, 8, 8, 8, 1, 19, 22, 21]]
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
LORA = dict(lora_dropout=0.0, bias="none", task_type="CAUSAL_LM")

# name: base, learning rate, configuration (None: the whole model)
TRAINED = {
    "lora": ("llama", 1e-2, LoraConfig(r=3, lora_alpha=6, target_modules=ALL, **LORA)),
    "rslora": ("llama", 1e-2, LoraConfig(r=5, lora_alpha=3, use_rslora=True, target_modules=["q_proj", "v_proj"], **LORA)),
    "layers": ("llama", 1e-2, LoraConfig(r=2, lora_alpha=8, target_modules=["mlp.down_proj", "q_proj"], layers_to_transform=[0, 2], **LORA)),
    "saved": ("llama", 5e-3, LoraConfig(r=2, lora_alpha=4, target_modules=["v_proj", "o_proj"], modules_to_save=["embed_tokens", "lm_head"], **LORA)),
    "saved-tied": ("llama-tied", 5e-3, LoraConfig(r=2, lora_alpha=4, target_modules="all-linear", modules_to_save=["lm_head"], **LORA)),
    "saved-embeddings": ("llama-tied", 5e-3, LoraConfig(r=2, lora_alpha=4, target_modules=["q_proj"], modules_to_save=["embed_tokens"], **LORA)),
    "full": ("llama", 2e-3, None),
    "full-tied": ("llama-tied", 2e-3, None),
    "gpt2": ("gpt2", 1e-2, LoraConfig(r=2, lora_alpha=4, target_modules=["c_attn", "c_proj", "c_fc"], fan_in_fan_out=True, **LORA)),
}

# Read, not trained: random matrices, so that every part of a configuration shows in the logits.
READ = {
    "patterns": ("llama", LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj", "up_proj"], rank_pattern={"q_proj": 2, "layers.1.mlp.up_proj": 6}, alpha_pattern={"model.layers.0.self_attn.q_proj": 5, "v_proj": 3}, **LORA)),
    "rslora-patterns": ("llama", LoraConfig(r=4, lora_alpha=8, use_rslora=True, target_modules=["q_proj", "v_proj"], rank_pattern={"v_proj": 3}, alpha_pattern={"q_proj": 2}, **LORA)),
    "regex": ("llama", LoraConfig(r=2, lora_alpha=8, target_modules=r".*\.[12]\..*(k|gate)_proj", **LORA)),
    "ends": ("llama", LoraConfig(r=2, lora_alpha=4, target_modules=["embed_tokens", "lm_head", "o_proj"], **LORA)),
    "norms": ("llama", LoraConfig(r=2, lora_alpha=4, target_modules=["k_proj"], modules_to_save=["input_layernorm", "norm"], **LORA)),
}


def adapt(base, config):
    model = get_peft_model(open_base(base), config)
    model.base_model.model.name_or_path = base
    model.peft_config["default"].base_model_name_or_path = base
    return model


def save_adapter(model, folder):
    model.save_pretrained(folder, save_embedding_layers="auto")
    (folder / "README.md").unlink(missing_ok=True)


def randomise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.3)


def train_case(name, rows):
    base, rate, config = TRAINED[name]
    folder = HERE / "cases" / name
    folder.mkdir(parents=True)
    torch.manual_seed(11)
    model = open_base(base) if config is None else adapt(base, config)
    if config is not None:
        save_adapter(model, folder / "initial")
    losses = fit(model, rows, rate)
    if config is None:
        save_file({k: v.clone() for k, v in model.state_dict().items() if not (k == "lm_head.weight" and model.config.tie_word_embeddings)}, folder / "final.safetensors")
    else:
        save_adapter(model, folder / "final")
    save_json(folder / "case.json", {"base": base, "learningRate": rate, "losses": losses, "logits": logits_of(model)})


def read_case(name, seed):
    base, config = READ[name]
    folder = HERE / "cases" / name
    model = adapt(base, config)
    randomise(model, seed)
    model.eval()
    save_adapter(model, folder / "final")
    save_json(folder / "case.json", {"base": base, "logits": logits_of(model)})


def copy_case(name, tensors_of):
    """The adapter of `layers` stored in another way."""
    source, folder = HERE / "cases" / "layers", HERE / "cases" / name
    (folder / "final").mkdir(parents=True)
    shutil.copy(source / "final" / "adapter_config.json", folder / "final")
    tensors_of(load_file(source / "final" / "adapter_model.safetensors"), folder / "final")
    model = open_base("llama")
    if not (folder / "final" / "adapter_model.safetensors").exists():
        model = peft.PeftModel.from_pretrained(model, source / "final")
    else:
        model = peft.PeftModel.from_pretrained(model, folder / "final")
    save_json(folder / "case.json", {"base": "llama", "logits": logits_of(model.eval())})


def in_bfloat16(tensors, folder):
    save_file({name: tensor.to(torch.bfloat16) for name, tensor in tensors.items()}, folder / "adapter_model.safetensors")


def in_shards(tensors, folder):
    names = sorted(tensors)
    files = {}
    for shard in range(2):
        file = f"adapter_model-{shard + 1:05}-of-00002.safetensors"
        save_file({name: tensors[name] for name in names[shard::2]}, folder / file)
        files |= {name: file for name in names[shard::2]}
    save_json(folder / "adapter_model.safetensors.index.json", {"metadata": {}, "weight_map": files})


if __name__ == "__main__":
    for name in ["llama", "llama-tied", "gpt2", "cases"]:
        shutil.rmtree(HERE / name, ignore_errors=True)
    make_base("llama", llama(1, 3, False))
    make_base("llama-tied", llama(2, 2, True))
    make_base("gpt2", gpt2(3))
    rows = make_rows()
    save_json(HERE / "rows.json", {"rows": rows, "prompts": PROMPTS, "steps": STEPS, "batch": BATCH, "warmupRatio": WARMUP, "maxGradNorm": CLIP, "weightDecay": DECAY})
    for name in TRAINED:
        train_case(name, rows)
    for i, name in enumerate(READ):
        read_case(name, 100 + i)
    copy_case("bfloat16", in_bfloat16)
    copy_case("sharded", in_shards)
    save_json(HERE / "versions.json", {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__})
