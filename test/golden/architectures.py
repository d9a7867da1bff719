"""The golden folders: config.json of each as the family's published checkpoints write it, sizes apart, and the
names of its linear layers. A variant is a folder of its own where a config value changes the arithmetic."""

import torch

SIZES = {"vocab_size": 97, "bos_token_id": 1, "eos_token_id": 2}
same = lambda name: name
gated = ["gate_proj", "up_proj", "down_proj"]
LLAMA_LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", *gated]

llama_sizes = {
    **SIZES,
    "hidden_size": 36,
    "intermediate_size": 52,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 10,
    "hidden_act": "silu",
    "max_position_embeddings": 128,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
}


def llama(**changes):
    config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", **llama_sizes, "tie_word_embeddings": True}
    return {"config": {**config, **changes}, "linears": LLAMA_LINEARS, "stored": same}


def like_llama(model_type, architecture, **changes):
    config = {"architectures": [architecture], "model_type": model_type, **llama_sizes, **changes}
    return {"config": config, "linears": LLAMA_LINEARS, "stored": same}


def without(key, family):
    return {**family, "config": {name: value for name, value in family["config"].items() if name != key}}


def qwen2(**changes):
    family = like_llama("qwen2", "Qwen2ForCausalLM", num_attention_heads=2, num_key_value_heads=1, sliding_window=7, **changes)
    return without("head_dim", family)


def gemma2():
    config = {
        "architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2", **llama_sizes, "hidden_act": "gelu_pytorch_tanh",
        "hidden_activation": "gelu_pytorch_tanh", "rms_norm_eps": 1e-6, "query_pre_attn_scalar": 13, "sliding_window": 6,
        "attn_logit_softcapping": 3.0, "final_logit_softcapping": 5.0, "attention_bias": False,
    }
    return {"config": config, "linears": LLAMA_LINEARS, "stored": same}


def gemma3(**changes):
    config = {
        "architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", **llama_sizes, "hidden_activation": "gelu_pytorch_tanh",
        "rms_norm_eps": 1e-6, "query_pre_attn_scalar": 13, "sliding_window": 6, "sliding_window_pattern": 2,
        "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0, "rope_scaling": None, "attn_logit_softcapping": None,
        "final_logit_softcapping": None, "attention_bias": False, "use_bidirectional_attention": False,
        "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
    }
    config.pop("hidden_act")
    return {"config": {**config, **changes}, "linears": LLAMA_LINEARS, "stored": same}


def phi(**changes):
    config = {
        "architectures": ["PhiForCausalLM"], "model_type": "phi", **SIZES, "hidden_size": 40, "intermediate_size": 56,
        "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "hidden_act": "gelu_new",
        "max_position_embeddings": 128, "layer_norm_eps": 1e-5, "rope_theta": 10000.0, "partial_rotary_factor": 0.4,
        "qk_layernorm": False, "tie_word_embeddings": False,
    }
    linears = ["q_proj", "k_proj", "v_proj", "dense", "fc1", "fc2"]
    return {"config": {**config, **changes}, "linears": linears, "stored": same}


def phi3(**changes):
    config = {
        "architectures": ["Phi3ForCausalLM"], "model_type": "phi3", **SIZES, "hidden_size": 40, "intermediate_size": 52,
        "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "hidden_act": "silu",
        "max_position_embeddings": 128, "original_max_position_embeddings": 128, "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0, "rope_scaling": None, "sliding_window": 7, "attention_bias": False,
        "pad_token_id": 0, "tie_word_embeddings": False,
    }
    return {"config": {**config, **changes}, "linears": ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"], "stored": same}


def gpt_neox(**changes):
    config = {
        "architectures": ["GPTNeoXForCausalLM"], "model_type": "gpt_neox", **SIZES, "hidden_size": 40, "intermediate_size": 56,
        "num_hidden_layers": 3, "num_attention_heads": 4, "hidden_act": "gelu", "max_position_embeddings": 128,
        "layer_norm_eps": 1e-5, "rotary_pct": 0.4, "rotary_emb_base": 10000, "use_parallel_residual": True,
        "tie_word_embeddings": False,
    }
    # What older published checkpoints carry besides weights.
    extra = lambda config: {
        f"gpt_neox.layers.{i}.attention.{name}": value
        for i in range(config["num_hidden_layers"])
        for name, value in {
            "bias": torch.ones(1, 1, 8, 8).tril().to(torch.uint8),
            "masked_bias": torch.tensor(-1e9),
            "rotary_emb.inv_freq": 1.0 / 10000 ** (torch.arange(0, 4, 2).float() / 4),
        }.items()
    }
    linears = ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"]
    # transformers 5 renames the head in memory, not in files.
    stored = lambda name: name.replace("lm_head", "embed_out")
    return {"config": {**config, **changes}, "linears": linears, "stored": stored, "extra": extra}


def gpt2(stored=lambda name: name.removeprefix("transformer."), **changes):
    config = {
        "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", **SIZES, "n_embd": 30, "n_layer": 3, "n_head": 3,
        "n_positions": 128, "n_ctx": 128, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
    }
    extra = lambda config: {f"h.{i}.attn.bias": torch.ones(1, 1, 8, 8).tril() for i in range(config["n_layer"])}
    linears = ["c_attn", "c_proj", "c_fc"]
    return {"config": {**config, **changes}, "linears": linears, "stored": stored, "extra": extra}


def bloom(**changes):
    config = {
        "architectures": ["BloomForCausalLM"], "model_type": "bloom", **SIZES, "hidden_size": 30, "n_layer": 3, "n_head": 5,
        "layer_norm_epsilon": 1e-5, "apply_residual_connection_post_layernorm": False, "seq_length": 128,
    }
    linears = ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"]
    return {"config": {**config, **changes}, "linears": linears, "stored": lambda name: name.removeprefix("transformer.")}


def baichuan():
    config = {
        "architectures": ["BaiChuanForCausalLM"], "model_type": "baichuan", **SIZES, "hidden_size": 40, "intermediate_size": 52,
        "num_hidden_layers": 3, "num_attention_heads": 4, "hidden_act": "silu", "max_position_embeddings": 128,
        "rms_norm_eps": 1e-6, "tie_word_embeddings": False,
    }
    # Published files carry the rotary frequencies.
    extra = lambda config: {
        f"model.layers.{i}.self_attn.rotary_emb.inv_freq": 1.0 / 10000 ** (torch.arange(0, 10, 2).float() / 10)
        for i in range(config["num_hidden_layers"])
    }
    return {"config": config, "linears": ["W_pack", "o_proj", *gated], "stored": same, "extra": extra}


LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
LONGROPE = {"type": "longrope", "short_factor": [1.0, 1.1, 1.3, 1.7], "long_factor": [1.0, 1.9, 3.1, 5.3]}

FAMILIES = {
    "llama": llama(),
    # Without head_dim, as the older checkpoints are.
    "llama-untied": without("head_dim", llama(tie_word_embeddings=False, num_key_value_heads=1, hidden_size=40)),
    "llama-rope-linear": llama(rope_scaling={"type": "linear", "factor": 2.5}),
    "llama-rope-dynamic": {**llama(rope_scaling={"type": "dynamic", "factor": 2.0}, max_position_embeddings=24), "long": 40},
    # A small base, so that the five frequencies lie in all three bands.
    "llama-rope-llama3": {**llama(rope_theta=100.0, rope_scaling=LLAMA3), "long": 48},
    "mistral": like_llama("mistral", "MistralForCausalLM", sliding_window=7, tie_word_embeddings=False),
    "qwen2": qwen2(use_sliding_window=False, max_window_layers=3, tie_word_embeddings=True),
    "qwen2-window": qwen2(use_sliding_window=True, max_window_layers=1, tie_word_embeddings=False),
    "qwen3": like_llama(
        "qwen3", "Qwen3ForCausalLM", rms_norm_eps=1e-6, attention_bias=False, use_sliding_window=False, sliding_window=None,
        max_window_layers=3, tie_word_embeddings=True,
    ),
    "gemma2": gemma2(),
    "gemma3_text": gemma3(),
    # As the larger ones are, written by transformers 5.
    "gemma3_text-scaled": without("rope_theta", without("rope_local_base_freq", without("rope_scaling", gemma3(
        rope_parameters={
            "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
        },
    )))),
    "phi": phi(),
    "phi3": phi3(),
    "phi3-longrope": {
        **phi3(
            rope_scaling=LONGROPE, original_max_position_embeddings=20, sliding_window=None, partial_rotary_factor=0.8,
            tie_word_embeddings=True,
        ),
        "long": 32,
    },
    "gpt_neox": gpt_neox(),
    "gpt_neox-sequential": gpt_neox(use_parallel_residual=False),
    "gpt2": gpt2(),
    "bloom": bloom(),
    "baichuan": baichuan(),
    # All biases, and the rotary embedding's keys as transformers 5 writes them.
    "llama-bias": without("rope_theta", llama(attention_bias=True, mlp_bias=True, rope_parameters={**LLAMA3, "rope_theta": 50.0})),
    # Files of transformers' own making, and each switch the other way.
    "gpt2-switches": {
        **gpt2(
            stored=same, n_embd=20, n_layer=2, n_head=2, n_inner=50, activation_function="gelu", scale_attn_weights=False,
            scale_attn_by_inverse_layer_idx=True, tie_word_embeddings=False,
        ),
        "extra": lambda _: {},
    },
    "bloom-post-layernorm": bloom(hidden_size=24, n_layer=2, n_head=6, apply_residual_connection_post_layernorm=True),
}
