"""Makes the adapters in adapters/, each on one of the tiny models, and what peft computes with them.

    python make_adapters.py [NAME…]       (torch, transformers, peft, safetensors; all of them take a minute)

README.md names the values. `base_model_name_or_path` of a folder's adapter_config.json is the model, from this folder.
"""
import json
import os
import pathlib
import sys
import warnings

import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file

import references

FOLDER = pathlib.Path(__file__).parent / "adapters"
LLAMA, TIED = "tiny-llama/untied-bias", "tiny-llama/gqa-tied"

CASES = {
    "plain": (LLAMA, dict(target_modules=["q_proj", "v_proj"], r=4, lora_alpha=6, lora_dropout=0.1)),
    "rslora-all-linear": (TIED, dict(target_modules="all-linear", r=3, lora_alpha=5, use_rslora=True)),
    "patterns": ("families/qwen3", dict(
        target_modules=["q_proj", "o_proj", "down_proj"], r=4, lora_alpha=4,
        rank_pattern={"layers.0.self_attn.q_proj": 2, "down_proj": 5, "^o_proj": 7},
        alpha_pattern={r"layers\.1\.mlp\.down_proj": 3, "model.layers.0.self_attn.o_proj": 9})),
    "regex": ("families/qwen2", dict(target_modules=r".*\.layers\.[1-9]\.self_attn\.(q|k)_proj", r=2, lora_alpha=8)),
    "layers": ("families/mistral", dict(
        target_modules=["q_proj", "k_proj", "mlp.up_proj"], exclude_modules=["k_proj"], layers_to_transform=[1],
        layers_pattern="layers", r=3, lora_alpha=3)),
    "gpt2-bias-all": ("families/gpt2", dict(
        target_modules=["c_attn", "attn.c_proj", "mlp.c_fc"], bias="all", r=3, lora_alpha=6, fan_in_fan_out=True)),
    "gpt_neox-defaults": ("families/gpt_neox", dict(bias="lora_only", r=2, lora_alpha=4)),
    "opt": ("families/opt", dict(target_modules=["fc1", "out_proj"], r=2, lora_alpha=4)),
    "phi3-dora": ("families/phi3", dict(target_modules=["qkv_proj", "gate_up_proj"], use_dora=True, r=3, lora_alpha=6)),
    "gpt2-dora": ("families/gpt2-scaled", dict(
        target_modules=["c_attn", "c_proj"], use_dora=True, r=2, lora_alpha=4, fan_in_fan_out=True)),
    "embedding-and-head": (LLAMA, dict(target_modules=["embed_tokens", "lm_head", "k_proj"], r=3, lora_alpha=6)),
    "tied-embedding": (TIED, dict(target_modules=["embed_tokens", "q_proj"], r=2, lora_alpha=6)),
    "positions": ("families/gpt2", dict(target_modules=["wte", "wpe", "c_attn"], use_dora=True, r=2, lora_alpha=3,
                                        fan_in_fan_out=True)),
    "gemma-embedding": ("families/gemma2", dict(target_modules=["embed_tokens", "o_proj"], r=2, lora_alpha=2)),
    "head-with-bias": ("families/phi", dict(target_modules=["lm_head", "dense"], bias="lora_only", r=2, lora_alpha=3)),
    "saved-modules": (LLAMA, dict(
        target_modules=["q_proj", "gate_proj"], modules_to_save=["lm_head", "embed_tokens", "input_layernorm"],
        r=2, lora_alpha=4)),
    "saved-head-and-biases": ("families/phi", dict(
        target_modules=["q_proj", "fc2"], modules_to_save=["lm_head", "final_layernorm"], bias="all", r=2,
        lora_alpha=3)),
    "saved-tied-head": (TIED, dict(target_modules=["v_proj"], modules_to_save=["lm_head"], r=2, lora_alpha=4)),
    # The first key of the file that means a module counts, and it is not the first in the alphabet.
    "order": (LLAMA, dict(
        target_modules=["q_proj", "v_proj"], r=2, lora_alpha=4, rank_pattern={"v_proj": 3, "layers.1.self_attn.v_proj": 5},
        alpha_pattern={"q_proj": 9, "layers.0.self_attn.q_proj": 1})),
    # The head stays tied to what the adapter makes of the embedding.
    "kept-saved": (TIED, dict(
        target_modules=["q_proj"], modules_to_save=["embed_tokens"], ensure_weight_tying=True, r=2, lora_alpha=4)),
    "kept-embedding": (TIED, dict(
        target_modules=["embed_tokens", "q_proj"], ensure_weight_tying=True, r=2, lora_alpha=6)),
    "kept-head": (TIED, dict(target_modules=["lm_head", "v_proj"], ensure_weight_tying=True, r=2, lora_alpha=6)),
}


def base_model(path):
    model = transformers.AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32, attn_implementation="eager")
    return model.eval()


def randomise(model, seed):
    """What training would have changed, changed: factors and saved modules away from where they start."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.requires_grad:
                noise = torch.randn(weight.shape, generator=generator)
                is_factor = "lora_" in name and "magnitude" not in name
                weight.copy_(0.2 * noise if is_factor else weight + 0.1 * noise * weight.abs().mean().clamp(min=0.1))


def losses(model, path):
    reference = FOLDER.parent / path / "reference.safetensors"
    values = load_file(reference)
    ids, marks = (torch.split(values[key].long(), values["lengths"].tolist()) for key in ("input_ids", "supervised"))
    with torch.no_grad():
        pairs = [references.next_token_losses(model, i, m.bool()) for i, m in zip(ids, marks)]
    return torch.cat([nll for _, nll in pairs]), values["token_nll"]


def sort_targets(path, patterns):
    """peft keeps targets in a set, whose order differs from run to run, and writes patterns in the order of the alphabet."""
    config = json.loads(path.read_text())
    for key in ("target_modules", "modules_to_save"):
        if isinstance(config[key], list):
            config[key].sort()
    config = dict(sorted(config.items()))
    for key in ("rank_pattern", "alpha_pattern"):
        config[key] = dict(patterns.get(key, {}))
    path.write_text(json.dumps(config, indent=2) + "\n")


def make(name):
    path, settings = CASES[name]
    model = get_peft_model(base_model(path), LoraConfig(task_type="CAUSAL_LM", **settings)).eval()
    randomise(model, len(name))
    folder = FOLDER / name
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    sort_targets(folder / "adapter_config.json", settings)
    again = PeftModel.from_pretrained(base_model(path), folder).eval()
    nll, base = losses(again, path)
    assert torch.equal(nll, losses(model, path)[0]), "what was saved is not what was made"
    assert references.relative(nll, base) > 1e-2, "the adapter does nothing"
    save_file({"token_nll": nll}, folder / "reference.safetensors")
    keys = load_file(folder / "adapter_model.safetensors")
    size = sum(file.stat().st_size for file in folder.iterdir()) // 1000
    print(f"{name}: {len(keys)} tensors, {size} kB, losses {nll.mean():.3f} (base {base.mean():.3f})")


def main(names):
    os.chdir(FOLDER.parent)
    warnings.simplefilter("ignore")
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(1)
    for name in names or CASES:
        make(name)


main(sys.argv[1:])
