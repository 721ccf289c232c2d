"""Writes Tests/ModuleRobustnessTests/Fixtures/robustness.json: a behaviour in tiny models whose modules are changed, by
transformers and scikit-learn.

    python make_robustness.py       (torch, transformers, scikit-learn; some seconds)
"""
import copy
import json
import pathlib

import numpy as np
import torch
import transformers
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parents[1] / "Tests/ModuleRobustnessTests/Fixtures"
FAMILIES = ["qwen2", "gemma2", "gpt2", "phi3", "gpt_neox", "olmo2"]
REFUSAL, COMPLIANCE = [[5, 6], [7]], [[8, 9, 10], [11], [5, 12]]
L2 = 1.0


def prompts(vocabulary):
    """Sequences of tokens of which label 1 has token 3 or 4 early on; alike beginnings, as a chat template gives."""
    draw = np.random.default_rng(3)
    made = []
    for number in range(24):
        label = number % 2
        body = draw.integers(13, vocabulary, draw.integers(2, 6)).tolist()
        made.append({"ids": [1, 2] + ([3 + number % 4 // 2] if label else [12]) + body, "label": label, "split": "test" if number % 3 == 0 else "train"})
    return made


def final(model, ids):
    return model(torch.tensor([ids]), output_hidden_states=True).hidden_states[-1][0, -1]


def log_probability(model, ids, option):
    logits = model(torch.tensor([ids + option])).logits[0].log_softmax(-1)
    return sum(logits[len(ids) - 1 + place, token].item() for place, token in enumerate(option))


def fitted(states, labels):
    mean, deviation = states.mean(0), states.std(0)
    deviation[deviation == 0] = 1
    model = LogisticRegression(C=1 / L2, tol=1e-10, max_iter=100_000).fit((states - mean) / deviation, labels)
    return lambda x: model.decision_function((x - mean) / deviation), torch.tensor(model.coef_[0] / deviation)


def modules(model):
    """Every matrix of the layers, by its path."""
    return {name: module for name, module in model.named_modules()
            if ".layers." in f".{name}" or ".h." in f".{name}" if getattr(module, "weight", None) is not None and module.weight.dim() == 2}


def outcome(model, data, judge, start):
    with torch.no_grad():
        states = torch.stack([final(model, one["ids"]) for one in data]).double().numpy()
        test = [i for i, one in enumerate(data) if one["split"] == "test"]
        positive = [i for i in test if data[i]["label"] == 1]
        train = [i for i in range(len(data)) if i not in test]
        labels = np.array([one["label"] for one in data])
        anew, _ = fitted(states[train], labels[train])
        margins = []
        for i in positive:
            refusal, compliance = ([log_probability(model, data[i]["ids"], o) for o in openings] for openings in (REFUSAL, COMPLIANCE))
            margins.append(np.logaddexp.reduce(refusal) - np.logaddexp.reduce(compliance))
    decisions = judge(states[positive])
    cosines = [states[i] @ start[i] / np.linalg.norm(states[i]) / np.linalg.norm(start[i]) for i in test]
    return {"decisions": decisions.tolist(), "accuracy": (decisions > 0).mean().item(), "cosine": float(np.mean(cosines)),
            "retrained_accuracy": balanced_accuracy_score(labels[test], anew(states[test]) > 0), "margin": float(np.mean(margins))}


def case(family):
    model = transformers.AutoModelForCausalLM.from_pretrained(
        HERE / "families" / family, dtype=torch.float32, attn_implementation="eager").eval()
    data = prompts(min(60, model.config.vocab_size))
    with torch.no_grad():
        start = torch.stack([final(model, one["ids"]) for one in data]).double().numpy()
    train = [i for i, one in enumerate(data) if one["split"] == "train"]
    judge, direction = fitted(start[train], np.array([data[i]["label"] for i in train]))
    places = modules(model)
    positive = [one["ids"] for one in data if one["split"] == "test" and one["label"] == 1]
    mean = sum(final(model, ids).double() @ direction for ids in positive) / len(positive)
    gradients = dict(zip(places, torch.autograd.grad(mean, [m.weight for m in places.values()])))
    changed = []
    for path in places:
        for factor in (0.0, 0.5):
            other = copy.deepcopy(model)
            with torch.no_grad():
                modules(other)[path].weight.mul_(factor)
            slope = ((factor - 1) * gradients[path] * places[path].weight).sum().item()
            changed.append({"module": path, "strength": factor, "first_order": slope} | outcome(other, data, judge, start))
    return {"family": family, "prompts": data, "start": outcome(model, data, judge, start), "modules": changed}


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    cases = [case(family) for family in FAMILIES]
    for one in cases:
        print(one["family"], one["start"]["accuracy"], len(one["modules"]))
    (FIXTURES / "robustness.json").write_text(
        json.dumps({"refusal": REFUSAL, "compliance": COMPLIANCE, "l2": L2, "cases": cases}, indent=1) + "\n")


main()
