"""The statistics of `patterns stats` by NumPy: all resampled patterns are one product of counts [resample, example] and
scores [example, head], and so are those of the split halves' groups."""
import argparse
import json
import pathlib

flags = argparse.ArgumentParser()
flags.add_argument("--started")
flags.add_argument("file")
flags.add_argument("outcome", type=pathlib.Path)
options = flags.parse_args()
import h5py  # noqa: E402
import numpy as np

RESAMPLES, SPLITS, GROUPS, TOP = 1000, 20, 20, 10
random = np.random.default_rng(0)


def concentration(patterns, layers):
    """Every statistic of patterns [n, layer × head], each [n]."""
    x = np.sort(patterns, axis=1)
    n, total, mean = x.shape[1], x.sum(1), x.mean(1)
    squares = (x - mean[:, None]) ** 2
    m2, m4 = squares.mean(1), (squares**2).mean(1)
    ratio = m4 / m2**2
    found = {
        "gini": x @ (2 * np.arange(1, n + 1) - n - 1) / (n * total), "variation": np.sqrt(m2) / mean,
        "variation_ddof1": np.sqrt(squares.sum(1) / (n - 1)) / mean, "kurtosis": ratio - 3, "kurtosis_pearson": ratio,
        "kurtosis_unbiased": ((n * n - 1) * ratio - 3 * (n - 1) ** 2) / ((n - 2) * (n - 3)),
        "top_share": x[:, -1] / total, "top_heads_share": x[:, -TOP:].sum(1) / total}
    shares = patterns.reshape(len(patterns), layers, -1).sum(2) / total[:, None]
    return found | {f"layer {layer}": shares[:, layer] for layer in range(layers)}


def reliability(scores):
    """Spearman and Brown's, of 20 random splits; with each twentieth left out in turn."""
    examples = len(scores)
    weights = np.zeros((SPLITS, 2, GROUPS, examples), np.float32)
    for split in range(SPLITS):
        order = random.permutation(examples)
        for half in range(2):
            chosen = order[half * (examples // 2) : (half + 1) * (examples // 2)]
            weights[split, half, chosen % GROUPS, chosen] = 1
    sums = (weights.reshape(-1, examples) @ scores).astype(float).reshape(SPLITS, 2, GROUPS, -1)
    whole = sums.sum(2, keepdims=True)
    halves = np.concatenate([whole, whole - sums], 2)  # all, then without each group
    centred = halves - halves.mean(3, keepdims=True)
    a, b = centred[:, 0], centred[:, 1]
    r = (a * b).sum(2) / np.sqrt((a * a).sum(2) * (b * b).sum(2))
    values = (2 * r / (1 + r)).mean(0)
    z = np.arctanh(values[1:])
    reach = 1.96 * np.sqrt(((z - z.mean()) ** 2).sum() * (GROUPS - 1) / GROUPS)
    return values[0], np.tanh(np.arctanh(values[0]) + np.array([-reach, reach]))


with h5py.File(options.file) as file:
    group = file["made-up/base"]
    signed = group["signed"][()]
    loss, supervised = group["loss"][()].mean(), group["supervised_tokens"][()].mean()
examples, layers = signed.shape[:2]
signed = signed.reshape(examples, -1)
scores = np.abs(signed)
counts = np.stack([np.bincount(random.integers(0, examples, examples), minlength=examples) for _ in range(RESAMPLES)])
drawn = concentration((counts.astype(np.float32) @ scores).astype(float) / examples, layers)
own = concentration(scores.mean(0, dtype=float)[None], layers)
strongest = np.argsort(-scores.mean(0))[:TOP]
errors = signed[:, strongest].std(0, ddof=1) / np.sqrt(examples)
result = {name: {"value": float(own[name][0]), "interval": np.percentile(drawn[name], [2.5, 97.5]).tolist()} for name in own}
value, interval = reliability(scores)
result["reliability"] = {"value": float(value), "interval": interval.tolist()}
result |= {"mean_loss": float(loss), "mean_supervised_tokens": float(supervised),
           "strongest": [{"head": int(head), "error": float(error)} for head, error in zip(strongest, errors)]}
options.outcome.write_text(json.dumps(result))
print("{}")
