"""Writes each tiny model in families/ as GGUF, as llama.cpp's converter would: `model.f32.gguf` in its folder.

    python make_family_ggufs.py [FOLDER]      (gguf, torch, transformers; a few seconds)

Names of tensors come from the `gguf` package. `gguf-config.json` is the configuration that a reader can recover, in the
older spelling of its keys; transformers reads it as the folder's own, which is checked here. What GGUF cannot tell is
left out (`opt`, `gpt2-scaled`, `llama-dynamic`) or changed (`told`): then the folder's reference values are of another
model, and the file is called `model.changed.gguf`.
"""

import copy
import json
import math
import pathlib
import sys

import gguf
import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM

FOLDER = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "families"
ARCHITECTURES = {
    "llama": "llama", "mistral": "llama", "qwen2": "qwen2", "qwen3": "qwen3", "smollm3": "smollm3",
    "gemma2": "gemma2", "gemma3_text": "gemma3", "gpt2": "gpt2", "gpt_neox": "gptneox", "phi": "phi2",
    "phi3": "phi3", "olmo2": "olmo2", "stablelm": "stablelm",
}
RMS = {"llama", "mistral", "qwen2", "qwen3", "smollm3", "gemma2", "gemma3_text", "phi3", "olmo2"}


class Facts:
    """What both sides need, by one name for all families."""

    def __init__(self, config):
        self.kind = config.model_type
        self.width, self.layers = config.hidden_size, config.num_hidden_layers
        self.heads = config.num_attention_heads
        self.kv_heads = getattr(config, "num_key_value_heads", None) or self.heads
        self.head = getattr(config, "head_dim", None) or self.width // self.heads
        self.mlp = (config.n_inner or 4 * self.width) if self.kind == "gpt2" else config.intermediate_size
        rope = getattr(config, "rope_parameters", None) or {}
        self.rope = rope.get("full_attention", rope)
        self.local_theta = rope.get("sliding_attention", {}).get("rope_theta")
        self.part = self.rope.get("partial_rotary_factor", 1.0)
        self.rotated = int(self.part * self.head)


# Tensors

def pairs(weight, heads):
    """Rows of each head reordered so that those that rotate together are neighbours."""
    return weight.reshape(heads, 2, -1, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def part_by_part(weight, heads):
    """Rows [head, q k v, d] as [q k v, head, d]."""
    return weight.reshape(heads, 3, -1, *weight.shape[1:]).swapaxes(0, 1).reshape(weight.shape)


def converted(name, weight, facts):
    if facts.kind in ("llama", "mistral", "smollm3") and ".q_proj." in name:
        return pairs(weight, facts.heads)
    if facts.kind in ("llama", "mistral", "smollm3") and ".k_proj." in name:
        return pairs(weight, facts.kv_heads)
    if facts.kind == "gpt_neox" and ".query_key_value." in name:
        return part_by_part(weight, facts.heads)
    if facts.kind.startswith("gemma") and name.endswith("norm.weight"):
        return weight + np.float32(1)
    if facts.kind == "gpt2" and name.split(".")[-2] in ("c_attn", "c_proj", "c_fc") and weight.ndim == 2:
        return np.ascontiguousarray(weight.T)
    return weight


def stacked(tensors):
    """StableLM's norms of single heads as one tensor for each layer."""
    norms = {}
    for name in [name for name in tensors if "_layernorm.norms." in name]:
        stem, head = name.removesuffix(".weight").split(".norms.")
        norms.setdefault(f"{stem}.weight", {})[int(head)] = tensors.pop(name)
    return tensors | {name: np.stack([heads[i] for i in range(len(heads))]) for name, heads in norms.items()}


def add_tensors(writer, tensors, architecture, facts):
    names = gguf.get_tensor_name_map(architecture, facts.layers)
    for name, weight in stacked(tensors).items():
        new = names.get_name(name, try_suffixes=(".weight", ".bias"))
        assert new, name
        writer.add_tensor(new, np.ascontiguousarray(converted(name, weight, facts)))
    if facts.rope.get("rope_type") == "llama3":
        writer.add_tensor("rope_freqs.weight", llama3_factors(facts.rope, facts.head))
    if facts.rope.get("rope_type") == "longrope":
        for length in ("short", "long"):
            factors = np.array(facts.rope[f"{length}_factor"], np.float32)
            writer.add_tensor(f"rope_factors_{length}.weight", factors)


def llama3_factors(rope, dimension):
    """By how much each frequency is slowed down."""
    factors = []
    for i in range(0, dimension, 2):
        wavelength = 2 * math.pi * rope["rope_theta"] ** (i / dimension)
        turns = rope["original_max_position_embeddings"] / wavelength
        low, high = rope["low_freq_factor"], rope["high_freq_factor"]
        smooth = min(max((turns - low) / (high - low), 0), 1)
        factors.append(1 / ((1 - smooth) / rope["factor"] + smooth))
    return np.array(factors, np.float32)


# Metadata

def add_metadata(writer, config, facts):
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(facts.width)
    writer.add_block_count(facts.layers)
    # For these two the converter does not look.
    writer.add_feed_forward_length(4 * facts.width if facts.kind in ("gpt2", "phi") else facts.mlp)
    writer.add_head_count(facts.heads)
    if facts.kind in RMS:
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    else:
        writer.add_layer_norm_eps(getattr(config, "layer_norm_eps", None) or config.layer_norm_epsilon)
    if facts.kind not in ("gpt2", "gpt_neox"):
        writer.add_head_count_kv(facts.kv_heads)
    if facts.kind in RMS - {"phi3"}:
        writer.add_key_length(facts.head)
        writer.add_value_length(facts.head)
    if facts.kind != "gpt2":
        writer.add_rope_dimension_count(facts.rotated)
        writer.add_rope_freq_base(facts.rope["rope_theta"])
    if facts.kind in ("gpt_neox", "stablelm"):
        writer.add_parallel_residual(config.use_parallel_residual)
    if facts.kind.startswith("gemma"):
        if config.query_pre_attn_scalar != facts.head:
            writer.add_attention_scale(config.query_pre_attn_scalar ** -0.5)
        if config.attn_logit_softcapping:
            writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        if config.final_logit_softcapping:
            writer.add_final_logit_softcapping(config.final_logit_softcapping)
        if facts.local_theta not in (None, 10_000):
            writer.add_float32("gemma3.rope.freq_base_swa", facts.local_theta)
        if facts.kind == "gemma3_text" and period(config) != 6:
            writer.add_uint32("gemma3.attention.sliding_window_pattern", period(config))
    if facts.kind.startswith("gemma") or facts.kind in ("phi3", "mistral"):
        writer.add_sliding_window(config.sliding_window or 0)
    add_scaling(writer, facts.rope, config)


def add_scaling(writer, rope, config):
    kind = rope.get("rope_type")
    if kind == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    elif kind == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(rope["factor"])
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
        for name in ("beta_fast", "beta_slow"):
            if name in rope:
                getattr(writer, f"add_rope_scaling_yarn_{name}")(rope[name])
    elif kind == "longrope":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LONGROPE)
    if config.model_type == "phi3":
        writer.add_rope_scaling_orig_ctx_len(config.original_max_position_embeddings)
        if kind == "longrope":
            original = config.original_max_position_embeddings
            longer = config.max_position_embeddings / original
            writer.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(longer) / math.log(original)))


def period(config):
    """Every how many layers one sees all positions."""
    layers = [kind == "full_attention" for kind in config.layer_types]
    first = layers.index(True) + 1 if True in layers else len(layers) + 1
    pattern = first if True in layers else 6
    assert layers == [(i + 1) % pattern == 0 for i in range(len(layers))], "no regular pattern"
    return pattern


def add_vocabulary(writer, config):
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([f"<{i}>" for i in range(config.vocab_size)])
    writer.add_token_types([gguf.TokenType.NORMAL] * config.vocab_size)
    for name in ("bos", "eos", "pad"):
        token = getattr(config, f"{name}_token_id")
        if token is not None and token < config.vocab_size:
            getattr(writer, f"add_{name}_token_id")(token)


# What a reader recovers

def recovered(config, facts, tensors):
    """The configuration in the spelling of transformers 4, without what does not change the computation."""
    kind = "llama" if facts.kind == "mistral" and not config.sliding_window else facts.kind
    values = {
        "model_type": kind, "vocab_size": config.vocab_size,
        "architectures": [config.architectures[0] if kind == facts.kind else "LlamaForCausalLM"],
        "tie_word_embeddings": config.tie_word_embeddings,
    }
    for name in ("bos_token_id", "eos_token_id", "pad_token_id"):
        if getattr(config, name) is not None and getattr(config, name) < config.vocab_size:
            values[name] = getattr(config, name)
    if kind == "gpt2":
        return values | {
            "n_embd": facts.width, "n_layer": facts.layers, "n_head": facts.heads, "n_inner": facts.mlp,
            "n_positions": config.n_positions, "layer_norm_epsilon": config.layer_norm_epsilon,
            "activation_function": config.activation_function, "sft_probe_conv1d_transposed": True}
    values |= {
        "hidden_size": facts.width, "intermediate_size": facts.mlp, "num_hidden_layers": facts.layers,
        "num_attention_heads": facts.heads, "num_key_value_heads": facts.kv_heads,
        "max_position_embeddings": config.max_position_embeddings,
        **({"rms_norm_eps": config.rms_norm_eps} if kind in RMS else {"layer_norm_eps": config.layer_norm_eps})}
    if kind in RMS - {"phi3"}:
        values |= {"head_dim": facts.head, "attention_bias": any("q_proj.bias" in name for name in tensors)}
    if kind in ("llama", "mistral", "qwen2", "qwen3", "smollm3"):
        values["mlp_bias"] = any("up_proj.bias" in name for name in tensors)
    if kind == "gpt_neox":
        values |= {"rotary_pct": facts.part, "rotary_emb_base": facts.rope["rope_theta"]}
    else:
        values["rope_theta"] = facts.rope["rope_theta"]
    if kind in ("phi", "phi3", "stablelm"):
        values["partial_rotary_factor"] = facts.part
    for name in {
        "gpt_neox": ["hidden_act", "use_parallel_residual", "attention_bias"],
        "phi": ["hidden_act", "qk_layernorm"],
        "phi3": ["hidden_act", "original_max_position_embeddings", "sliding_window"],
        "mistral": ["hidden_act", "sliding_window"],
        "stablelm": ["hidden_act", "use_qkv_bias", "qk_layernorm", "use_parallel_residual"],
        "gemma2": ["hidden_activation", "query_pre_attn_scalar", "sliding_window", "layer_types",
                   "attn_logit_softcapping", "final_logit_softcapping"],
        "gemma3_text": ["hidden_activation", "query_pre_attn_scalar", "sliding_window", "layer_types",
                        "final_logit_softcapping"],
        "smollm3": ["hidden_act", "no_rope_layers", "no_rope_layer_interval", "use_sliding_window"],
    }.get(kind, ["hidden_act"]):
        if getattr(config, name) is not None:
            values[name] = getattr(config, name)
    if kind == "gemma3_text":
        values |= {"rope_local_base_freq": facts.local_theta, "sliding_window_pattern": period(config)}
    return values | scaling(facts.rope)


def scaling(rope):
    """`rope_scaling`, which in version 5 is one with the base and the part that rotates."""
    kind = rope.get("rope_type", "default")
    if kind == "default":
        return {}
    dropped = {"rope_theta", "rope_type", "type", "partial_rotary_factor"}
    dropped |= {"original_max_position_embeddings"} if kind == "longrope" else set()
    name = "type" if kind == "longrope" else "rope_type"
    return {"rope_scaling": {name: kind} | {k: v for k, v in rope.items() if k not in dropped}}


# What GGUF leaves out or tells otherwise, none of which changes the computation.
DIFFER = {"architectures", "dtype", "initializer_range", "n_inner", "use_cache", "max_window_layers",
          "bos_token_id", "eos_token_id", "pad_token_id", "_name_or_path", "n_ctx",
          "_sliding_window_pattern"}  # the last is told by layer_types


def check(values, config):
    """transformers makes the folder's configuration of the recovered one. (Mistral without a window is a Llama.)"""
    ours, theirs = AutoConfig.for_model(**copy.deepcopy(values)).to_dict(), config.to_dict()
    if values["model_type"] != config.model_type:
        return
    other = {"hidden_act"} if values["model_type"].startswith("gemma") else set()  # an older key that has no effect
    for key in theirs.keys() - DIFFER - other:
        a, b = ours.get(key), theirs[key]
        if key == "rope_parameters":
            a, b = ({k: v for k, v in r.items() if k not in ("type", "original_max_position_embeddings")
                     and (k, v) != ("partial_rotary_factor", 1.0)} for r in (a, b))
        assert a == b or (a is None and b is False), f"{config.model_type} {key}: {a}, in the folder {b}"


def told(config):
    """The configuration as far as GGUF can tell it: no windows in Qwen 3, and where SmolLM3 rotates is fixed."""
    before = config.to_dict()
    if config.model_type == "qwen3":
        config.use_sliding_window, config.sliding_window = False, None
        config.layer_types = ["full_attention"] * config.num_hidden_layers
    if config.model_type == "smollm3":
        config.no_rope_layer_interval = 4
        config.no_rope_layers = [int((i + 1) % 4 != 0) for i in range(config.num_hidden_layers)]
    return config, config.to_dict() != before


def can_tell(config):
    rope = getattr(config, "rope_parameters", None) or {}
    return (config.model_type in ARCHITECTURES and rope.get("rope_type") != "dynamic"
            and not getattr(config, "scale_attn_by_inverse_layer_idx", False))


def convert(folder):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    config, is_changed = told(model.config)
    if not can_tell(config):
        print(f"{folder.name}: no GGUF")
        return
    facts = Facts(config)
    tensors = {name: weight.numpy() for name, weight in model.state_dict().items()
               if not (name == "lm_head.weight" and config.tie_word_embeddings)}
    name = ARCHITECTURES[config.model_type]
    architecture = next(a for a, n in gguf.MODEL_ARCH_NAMES.items() if n == name)
    path = folder / ("model.changed.gguf" if is_changed else "model.f32.gguf")
    writer = gguf.GGUFWriter(path, name)
    add_metadata(writer, config, facts)
    add_vocabulary(writer, config)
    values = recovered(config, facts, tensors)
    add_tensors(writer, tensors, architecture, facts)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    check(values, config)
    (folder / "gguf-config.json").write_text(json.dumps(values, indent=2, sort_keys=True) + "\n")
    print(f"{folder.name}: {name}, {path.name}, {path.stat().st_size} bytes")


for path in sorted(FOLDER.iterdir()):
    if (path / "model.safetensors").exists():
        convert(path)
