"""States of short texts, and linear probes on them."""
import random
import sys

import h5py
import numpy as np
from children import python, tool
from data import ROOT
from groups import Group, Line, Row, wall
from measuring import run

sys.path.append(str(ROOT / "examples/probing"))
from make_data import numbers  # noqa: E402


def texts(options, data, count):
    lines = list(numbers(random.Random(1), others=9))
    random.Random(2).shuffle(lines)
    return data.write(f"probed-{count}.jsonl", [{"id": str(i)} | line for i, line in enumerate(lines[:count])])


def states(options, data):
    """What enters and leaves each block, what each head and each feed-forward layer gives, at the last token."""
    count = options.size["read"]
    path = texts(options, data, count)

    def ours(outcome, _):
        outcome = outcome.with_suffix(".h5")
        result = tool(options, "states", "--model", options.model, "--data", path, "--output", outcome, "--threads",
                      options.threads, "--progress", "json")
        return result | {"amount": count, "outcome": outcome}

    def peer(outcome, _):
        return python("peer_states.py", "--model", options.pytorch_model, "--data", path, "--outcome", outcome.with_suffix(".h5"),
                      "--threads", options.threads, "--batch-tokens", 1536, outcome=outcome.with_suffix(".h5"))

    best = "transformers, hooks"
    return Group(
        "states", f"States of {count:,} texts of about five tokens, all layers and heads, into HDF5",
        [Row("sft-probe states", ours), Row(best, peer)],
        [Line("states of short texts", "sft-probe states", [best], "texts/s", bar=1.5)], unit="texts/s", reference=best,
        difference=difference_of_states, difference_is="of a state, relative to the site's largest")


def difference_of_states(result, reference):
    with h5py.File(result["outcome"]) as ours, h5py.File(reference["outcome"]) as truth:
        return max(float(np.abs(ours[site][()] - truth[site][()]).max() / np.abs(truth[site][()]).max())
                   for site in ("residual", "head", "mlp"))


def probes(options, data):
    """A logistic regression in five folds for every head, layer and feed-forward layer; whole processes."""
    count = options.size["probed"]
    path, file = texts(options, data, count), data.folder / f"probed-{count}.h5"
    if not file.exists():
        code, _, _, _, err = run([options.ours, "states", "--model", options.model, "--data", path, "--output", file, "--quiet"])
        if code:
            sys.exit(f"states could not be made: {err[-1]}")

    def uniform(result):
        return result if "failed" in result else result | {"amount": 1, "seconds": result["wall"]}

    def ours(outcome, _):
        return uniform(tool(options, "probe", file, "--control", 0, "--output", outcome, "--threads", options.threads,
                            "--quiet") | {"outcome": outcome})

    def peer(outcome, _):
        return uniform(python("peer_probes.py", file, outcome, options.threads, outcome=outcome))

    best = "scikit-learn, lbfgs"
    return Group(
        "probes", f"Probes of every head and layer on {count:,} texts, five folds",
        [Row("sft-probe probe", ours), Row(best, peer)],
        [Line("linear probes", "sft-probe probe", [best], "s", wall, False, bar=1)], unit="s", value=wall, reference=best,
        difference=difference_of_probes, difference_is="of a place's log-loss, nats")


def difference_of_probes(result, reference):
    import json

    def losses(path):
        return {(p["site"], p["layer"], p.get("head")): p["log_loss"] for p in json.loads(path.read_text())["probes"]}
    ours, truth = losses(result["outcome"]), losses(reference["outcome"])
    return max(abs(ours[place] - truth[place]) for place in truth)
