"""Writes Tests/LinearProbesTests/Fixtures: probes by scikit-learn on made features, and states by transformers.

    python make_probes.py       (torch, transformers, scikit-learn, safetensors; some seconds)
"""
import json
import pathlib

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parents[1] / "Tests/LinearProbesTests/Fixtures"
FOLDS = 5
FAMILIES = sorted(path.parent.name for path in (HERE / "families").glob("*/config.json"))


def cross_validated(x, labels, fold, l2, classes):
    """log p of every label, each example by the model that was fitted without its fold."""
    logs = np.zeros((len(x), classes))
    for held in range(FOLDS):
        train, test = fold != held, fold == held
        mean, deviation = x[train].mean(0), x[train].std(0)
        deviation[deviation == 0] = 1
        model = LogisticRegression(C=1 / l2, tol=1e-10, max_iter=100_000).fit((x[train] - mean) / deviation, labels[train])
        assert list(model.classes_) == list(range(classes))
        logs[test] = model.predict_log_proba((x[test] - mean) / deviation)
    return logs


def case(name, draw, examples, features, classes, l2, groups=None, strength=1.0):
    x = draw.standard_normal((examples, features)).round(3)
    directions = draw.standard_normal((features, classes)) * strength
    labels = (x @ directions + 2 * draw.standard_normal((examples, classes))).argmax(1)
    x[:, 0] = 0.5  # a feature without spread
    group = np.arange(examples) if groups is None else np.arange(examples) // groups
    fold = group % FOLDS
    logs = cross_validated(x, labels, fold, l2, classes)
    right = logs.argmax(1) == labels
    print(name, right.mean(), np.bincount(labels))
    return {
        "name": name, "examples": examples, "features": x.ravel().tolist(), "labels": labels.tolist(),
        "groups": None if groups is None else group.tolist(), "classes": classes, "l2": l2,
        "accuracy": right.mean().item(), "balanced_accuracy": balanced_accuracy_score(labels, logs.argmax(1)),
        "log_loss": -logs[np.arange(examples), labels].mean().item(),
        "auroc": roc_auc_score(labels, logs[:, 1] - logs[:, 0]) if classes == 2 else None,
    }


def states():
    """Hidden states of tiny models: [example, layer, width] at the last token, and what enters the output projection."""
    tensors = {}
    sequences = [[3, 9, 14, 5], [7, 7], [21, 4, 30, 31, 8, 2, 11], [40]]
    for family in FAMILIES:
        model = transformers.AutoModelForCausalLM.from_pretrained(
            HERE / "families" / family, dtype=torch.float32, attn_implementation="eager").eval()
        base = getattr(model.base_model, "decoder", model.base_model)
        layers = base.h if hasattr(base, "h") else base.layers
        inputs, added = {}, {}
        for number, layer in enumerate(layers):
            attention = next(getattr(layer, name) for name in ("attn", "self_attn", "attention") if hasattr(layer, name))
            projection = next(
                getattr(attention, name) for name in ("c_proj", "o_proj", "dense", "out_proj") if hasattr(attention, name))
            projection.register_forward_pre_hook(lambda _, args, n=number: inputs.__setitem__(n, args[0]))
            mlp = getattr(layer, "post_feedforward_layernorm", None) or getattr(layer, "mlp", None) or layer.fc2
            mlp.register_forward_hook(lambda _, args, out, n=number: added.__setitem__(n, out.reshape(1, -1, out.shape[-1])))
        streams, final = [], []
        found = {"residual": [], "final": [], "head": [], "mlp": [], "mean": []}
        before_norm = {}
        norm = next(
            getattr(base, name) for name in ("ln_f", "norm", "final_layernorm", "final_layer_norm") if hasattr(base, name))
        norm.register_forward_pre_hook(lambda _, args: before_norm.__setitem__("x", args[0]))
        for ids in sequences:
            with torch.no_grad():
                out = model(torch.tensor([ids]), output_hidden_states=True)
            hidden = list(out.hidden_states[:-1]) + [before_norm["x"]]
            found["residual"].append(torch.stack([h[0, -1] for h in hidden]))
            found["mean"].append(torch.stack([h[0].mean(0) for h in hidden]))
            found["final"].append(out.hidden_states[-1][0, -1])
            found["head"].append(torch.stack([inputs[n][0, -1] for n in range(len(layers))]))
            found["mlp"].append(torch.stack([added[n][0, -1] for n in range(len(layers))]))
        tensors |= {f"{family}.{name}": torch.stack(values).contiguous() for name, values in found.items()}
    save_file(tensors, FIXTURES / "states.safetensors")


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(3)
    cases = [
        case("two labels", draw, 80, 6, 2, 1.0), case("more features than examples", draw, 40, 60, 2, 1.0),
        case("three labels", draw, 90, 8, 3, 0.5), case("weak penalty", draw, 60, 10, 2, 0.01, strength=3.0),
        case("groups", draw, 80, 6, 2, 1.0, groups=2), case("three labels, few examples", draw, 45, 70, 3, 2.0)]
    (FIXTURES / "probes.json").write_text(json.dumps(cases).replace('{"name"', '\n{"name"') + "\n")
    states()


main()
