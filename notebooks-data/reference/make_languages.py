"""Writes Tests/LanguageSubspacesTests/Fixtures/languages.json: subspaces of tiny models' states by NumPy, and six steps of the
three losses in PyTorch.

    python make_languages.py       (torch, transformers, peft, scikit-learn; some seconds; after make_training.py, whose adapter it uses)

The subspaces are those of the published procedure: M' by a singular value decomposition, M_a = w/|w|^2 with w = pinv(M')^T 1, M_s
the left singular vectors of M' - M_a 1^T. Signs of singular vectors are arbitrary, so projectors stand here.
"""
import json
import pathlib

import numpy as np
import peft
import torch
import transformers
from sklearn.metrics import silhouette_samples

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parents[1] / "Tests/LanguageSubspacesTests/Fixtures"
LANGUAGES = ["en", "zh", "sw"]
SPANS = {"en": (3, 24), "zh": (20, 44), "sw": (36, 60)}
RUNS = [
    {"name": "llama", "model": "tiny-llama/untied-bias", "blocks": 1, "weights": [1.0, 1.0, 1.0], "strength": {}},
    {"name": "gemma3", "model": "families/gemma3", "blocks": 1, "weights": [1.0, 0.5, 2.0], "strength": {"sw": 0.5}},
    {"name": "gpt2", "model": "families/gpt2", "blocks": 2, "weights": [0.5, 1.0, 0.0], "strength": {}},
    {"name": "llama-lora", "model": "tiny-llama/untied-bias", "adapter": True, "blocks": 1, "weights": [1.0, 1.0, 1.0],
     "strength": {"zh": 2.0}},
]
STEPS, BATCH, ITEMS = 6, 2, 6


def load(path):
    return transformers.AutoModelForCausalLM.from_pretrained(HERE / path, dtype=torch.float32, attn_implementation="eager").eval()


def texts(draw, count):
    """Sequences of each language, whose tokens come from spans that overlap a little."""
    return {one: [draw.integers(*SPANS[one], draw.integers(2, 9)).tolist() for _ in range(count)] for one in LANGUAGES}


def blocks(model):
    inner = getattr(model, "base_model", model)
    inner = getattr(inner, "model", inner) if hasattr(model, "peft_config") else model
    body = getattr(inner, "model", None) or getattr(inner, "transformer", None)
    return (getattr(body, "layers", None) or body.h), (getattr(body, "norm", None) or getattr(body, "ln_f", None))


def states(model, ids):
    """What enters the first block, leaves each, and leaves the final norm, at the last position."""
    kept = []
    hook = blocks(model)[1].register_forward_pre_hook(lambda _, inputs: kept.append(inputs[0]))
    with torch.no_grad():
        hidden = model(torch.tensor([ids]), output_hidden_states=True).hidden_states
    hook.remove()
    return np.stack([x[0, -1].double().numpy() for x in [*hidden[:-1], kept[0], hidden[-1]]])


def subspace(means, rank):
    """M_a, M_s and the expressions, from means [d, languages] of which the first is the central language."""
    centre = means.mean(1, keepdims=True)
    u, s, vt = np.linalg.svd(means - centre, full_matrices=False)
    low = centre + (u[:, :rank] * s[:rank]) @ vt[:rank]
    w = np.linalg.pinv(low, rcond=1e-10).T @ np.ones(means.shape[1])
    agnostic = w / (w @ w)
    specific = np.linalg.svd(low - agnostic[:, None], full_matrices=False)[0][:, :rank]
    projector = specific @ specific.T
    return agnostic, projector, projector @ (means - means[:, :1])


def geometry(family, rank):
    model, draw = load(f"families/{family}"), np.random.default_rng(5)
    data = texts(draw, 8)
    found = {one: np.stack([states(model, ids) for ids in data[one]]) for one in LANGUAGES}
    places = []
    for place in range(found["en"].shape[1]):
        agnostic, projector, expressions = subspace(np.stack([found[one][:, place].mean(0) for one in LANGUAGES], 1), rank)
        # Separation: the even texts fit, the odd ones are looked at.
        fit = subspace(np.stack([found[one][::2, place].mean(0) for one in LANGUAGES], 1), rank)[1]
        points = np.concatenate([found[one][1::2, place] for one in LANGUAGES])
        labels = np.repeat(np.arange(3), 4)
        places.append({"agnostic": agnostic.tolist(), "projector": projector.tolist(), "expressions": expressions.T.tolist(),
                       "specific": silhouette_samples(points @ fit, labels).mean(),
                       "complement": silhouette_samples(points - points @ fit, labels).mean()})
    return {"family": family, "rank": rank, "texts": data, "places": places}


def final(model, ids):
    return model(torch.tensor([ids]), output_hidden_states=True).hidden_states[-1][0]


def trained(run):
    model = load(run["model"])
    draw = np.random.default_rng(11)
    probe = texts(draw, 6)
    means = np.stack([np.stack([states(model, ids)[-1] for ids in probe[one]]).mean(0) for one in LANGUAGES], 1)
    agnostic, projector, expressions = subspace(means, 2)
    items = [{one: draw.integers(*SPANS[one], draw.integers(1, 7)).tolist() for one in LANGUAGES} for _ in range(ITEMS)]
    if run.get("adapter"):
        model = peft.PeftModel.from_pretrained(model, HERE / "../../Tests/TrainingTests/Fixtures/llama-adapter", is_trainable=True)
    model.eval()
    for weight in model.parameters():
        weight.requires_grad_(False)
    last = list(blocks(model)[0])[-run["blocks"]:]
    weights = [weight for block in last for name, weight in block.named_parameters() if not run.get("adapter") or "lora_" in name]
    for weight in weights:
        weight.requires_grad_(True)
    with torch.no_grad():
        reference = [{one: final(model, ids).clone() for one, ids in item.items()} for item in items]
    p_s, p_a = torch.tensor(projector).float(), torch.tensor(np.outer(agnostic, agnostic) / (agnostic @ agnostic)).float()
    delta = {one: torch.tensor(expressions[:, place]).float() for place, one in enumerate(LANGUAGES)}
    matrices = [w for w in weights if w.dim() > 1]
    others = [w for w in weights if w.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}], lr=1e-3)
    retain, separate, align = run["weights"]
    lines = []
    for step in range(STEPS):
        batch = [(step * BATCH + place) % ITEMS for place in range(BATCH)]
        parts = torch.zeros(3)
        for number in batch:
            now = {one: final(model, ids) for one, ids in items[number].items()}
            before = reference[number]
            own = [torch.mean((now["en"].mean(0) - before["en"].mean(0)) ** 2), 0, 0]
            for one in LANGUAGES[1:]:
                moved = p_s @ (now[one][-1] - before[one][-1])
                own[1] = own[1] + torch.mean((moved - run["strength"].get(one, 1.0) * delta[one]) ** 2)
                own[2] = own[2] + torch.mean((p_a @ (now["en"][-1] - now[one][-1])) ** 2)
            parts = parts + torch.stack(own) / BATCH
        loss = retain * parts[0] + separate * parts[1] + align * parts[2]
        optimizer.zero_grad()
        loss.backward()
        norm = torch.sqrt(sum((w.grad ** 2).sum() for w in weights))
        optimizer.step()
        lines.append({"loss": loss.item(), "retain": parts[0].item(), "separate": parts[1].item(), "align": parts[2].item(),
                      "norm": norm.item()})
    return run | {"agnostic": agnostic.tolist(), "projector": projector.tolist(), "expressions": expressions.T.tolist(),
                  "items": items, "steps": lines}


def rounded(value):
    """Eight digits, which is more than float32 has."""
    if isinstance(value, float):
        return float(f"{value:.8g}")
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    made = {"languages": LANGUAGES, "batch": BATCH,
            "geometry": [geometry("gemma3", 2), geometry("gpt2", 1), geometry("qwen2", 2)], "runs": [trained(run) for run in RUNS]}
    for run in made["runs"]:
        print(run["name"], [round(step["loss"], 5) for step in run["steps"]])
    (FIXTURES / "languages.json").write_text(json.dumps(rounded(made)) + "\n")


main()
