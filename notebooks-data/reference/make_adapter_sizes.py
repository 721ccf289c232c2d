"""Makes adapter-sizes.json: how large the change of each head's weights is by adapters in adapters/, by NumPy.

    python make_adapter_sizes.py       (numpy, safetensors; a second)

ΔW = s·B·A is formed whole, its rows (q, k, v) or columns (o) are cut by head, and `numpy.linalg.svd` in float64 gives
each part's singular values. README.md names the values.
"""
import json
import math
import pathlib

import numpy
from safetensors.numpy import load_file

FOLDER = pathlib.Path(__file__).parent
CASES = ["plain", "rslora-all-linear", "patterns", "gpt_neox-defaults", "gpt2-bias-all", "opt"]
SEPARATE = {"q_proj": "q", "k_proj": "k", "v_proj": "v", "o_proj": "o", "out_proj": "o"}


def scale_and_rank(config, module, rank):
    """alpha / r, or alpha / √r; the alpha of the longest pattern that ends the module's name."""
    alpha = config["lora_alpha"]
    for pattern, value in config.get("alpha_pattern", {}).items():
        if module.endswith(pattern.replace("\\", "").removeprefix("^")):
            alpha = value
    return alpha / (math.sqrt(rank) if config["use_rslora"] else rank)


def parts(family, module, heads, kv, width):
    """What a projection makes, and the rows of B or columns of A of each head: [(name, [indices])]."""
    run = lambda start, count: [numpy.arange(start + i * width, start + (i + 1) * width) for i in range(count)]
    name = module.split(".")[-1]
    if name in SEPARATE:
        role = SEPARATE[name]
        return [(role, run(0, kv if role in "kv" else heads))]
    if name == "query_key_value":
        return [(role, [numpy.arange((3 * h + i) * width, (3 * h + i + 1) * width) for h in range(heads)])
                for i, role in enumerate("qkv")]
    if name == "c_attn":
        return [(role, run(i * heads * width, heads)) for i, role in enumerate("qkv")]
    if module.endswith("attn.c_proj") or module.endswith("attention.dense"):
        return [("o", run(0, heads))]
    return []


def sizes(case):
    folder = FOLDER / "adapters" / case
    config = json.loads((folder / "adapter_config.json").read_text())
    model = json.loads((FOLDER / config["base_model_name_or_path"] / "config.json").read_text())
    heads = model.get("num_attention_heads") or model["n_head"]
    kv = model.get("num_key_value_heads") or heads
    width = model.get("head_dim") or (model.get("hidden_size") or model["n_embd"]) // heads
    tensors = load_file(folder / "adapter_model.safetensors")
    found = []
    for key in sorted(tensors):
        if not key.endswith("lora_A.weight"):
            continue
        module = key.removeprefix("base_model.model.").removesuffix(".lora_A.weight")
        a, b = tensors[key].astype(float), tensors[key.replace("lora_A", "lora_B")].astype(float)
        change = scale_and_rank(config, module, len(a)) * b @ a
        layer = next(int(p) for p in module.split(".") if p.isdigit())
        for role, heads_of_role in parts(model["model_type"], module, heads, kv, width):
            for head, places in enumerate(heads_of_role):
                values = numpy.linalg.svd(change[:, places] if role == "o" else change[places], compute_uv=False)
                shares = values / values.sum()
                shares = shares[shares > 0]
                found.append(dict(projection=role, layer=layer, head=head, norm=float(numpy.sqrt((values ** 2).sum())),
                                  effective_rank=float(numpy.exp(-(shares * numpy.log(shares)).sum()))))
    return found


found = {case: sizes(case) for case in CASES}
(FOLDER / "adapter-sizes.json").write_text(json.dumps(found, indent=1) + "\n")
for case, heads in found.items():
    print(case, len(heads), "heads", sorted({h["projection"] for h in heads}))
