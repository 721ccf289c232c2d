"""Compares the subspaces that `sft-probe languages probe` wrote with NumPy's on transformers' states.

    python check_languages.py MODEL.gguf TEXTS.jsonl SUBSPACES.safetensors      (torch, transformers, gguf; minutes)

The central language is en, the rank languages − 1. Printed for each layer: the largest difference of M_a relative to its largest
number, of the projector M_s·M_sᵀ, of the columns of M_s, and of the expressions relative to the largest mean state.
"""
import json
import pathlib
import sys

import numpy as np
import torch
import transformers
from safetensors import safe_open


def states(model, ids):
    """What enters the first block, leaves each, and leaves the final norm, at the last position."""
    kept = []
    hook = model.model.norm.register_forward_pre_hook(lambda _, inputs: kept.append(inputs[0]))
    with torch.no_grad():
        hidden = model(torch.tensor([ids]), output_hidden_states=True).hidden_states
    hook.remove()
    return np.stack([x[0, -1].double().numpy() for x in [*hidden[:-1], kept[0], hidden[-1]]])


def subspace(means):
    """M_a and M_s of means [d, languages]."""
    rank = means.shape[1] - 1
    centre = means.mean(1, keepdims=True)
    u, s, vt = np.linalg.svd(means - centre, full_matrices=False)
    low = centre + (u[:, :rank] * s[:rank]) @ vt[:rank]
    w = np.linalg.pinv(low, rcond=1e-10).T @ np.ones(rank + 1)
    agnostic = w / (w @ w)
    return agnostic, np.linalg.svd(low - agnostic[:, None], full_matrices=False)[0][:, :rank]


def main():
    path = pathlib.Path(sys.argv[1])
    source = {"pretrained_model_name_or_path": path.parent, "gguf_file": path.name}
    model = transformers.AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32, attn_implementation="eager").eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(**source)
    found = {}
    for line in pathlib.Path(sys.argv[2]).read_text().splitlines():
        record = json.loads(line)
        found.setdefault(record["lang"], []).append(states(model, tokenizer(record["text"]).input_ids))
    means = np.stack([np.mean(own, 0) for own in found.values()], -1)
    centre, worst = list(found).index("en"), 0.0
    with safe_open(sys.argv[3], "np") as file:
        for place in range(len(means)):
            name = "final" if place == len(means) - 1 else str(place)
            if f"M_a.{name}" not in file.keys():
                print(name, "is not in the file")
                continue
            agnostic, specific = subspace(means[place])
            ours = file.get_tensor(f"M_s.{name}")
            wanted = specific @ specific.T @ (means[place] - means[place][:, [centre]])
            delta = max(np.abs(file.get_tensor(f"delta.{lang}.{name}") - wanted[:, i]).max() for i, lang in enumerate(found))
            figures = [np.abs(file.get_tensor(f"M_a.{name}") - agnostic).max() / np.abs(agnostic).max(),
                       np.abs(ours @ ours.T - specific @ specific.T).max(), np.abs(ours - specific).max(),
                       delta / np.abs(means[place]).max()]
            worst = max(worst, figures[0], figures[1], figures[3])
            print(name, *(f"{figure:.1e}" for figure in figures))
    print(f"worst, columns of M_s aside: {worst:.1e}")


main()
