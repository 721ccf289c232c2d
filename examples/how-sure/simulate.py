"""How often the verdicts of `patterns compare` and `patterns stats` are wrong, on measurements whose truth is known.

    python simulate.py [--files 500] [--only NAME] [--resamples 1000]       (h5py and NumPy; `sft-probe` on the path,
                                                                              or SFT_PROBE=…/sft-probe)

Each file is made up anew: heads have log-normal means, examples a log-normal size of their own, and an example's score
at a head is that mean times the size times a normal number, which before and after share in part. So the population's
shares are the means over their sum, exactly.
"""

import argparse
import json
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import numpy as np

TOOL = os.environ.get("SFT_PROBE", "sft-probe")
LAYERS, HEADS = 8, 16
SIZE = LAYERS * HEADS
TEXTS = dict(model="made up", model_sha256="", adapter="", data="made up", data_sha256="", template_sha256="",
             method="gate", reduction="example-mean", precision="fp32", tool_version="", created="")


def write(file, task, checkpoint, signed, loss):
    group = file.create_group(f"{task}/{checkpoint}")
    count = len(signed)
    group.create_dataset("id", data=[str(i) for i in range(count)], dtype=h5py.string_dtype("utf-8"))
    group.create_dataset("signed", data=signed.reshape(count, LAYERS, HEADS).astype("f4"))
    group.create_dataset("loss", data=loss.astype("f4"))
    for name in ("tokens", "supervised_tokens"):
        group.create_dataset(name, data=np.full(count, 100, "i4"))
    group.attrs.update(TEXTS, seed=0, complete=True)


class World:
    """Heads' means before and after."""

    def __init__(self, rng, moved=0.0, heads=32, scale=1.0, tails=None, loss=0.0):
        self.before = np.exp(0.75 * rng.standard_normal(SIZE))
        self.before /= self.before.sum()
        self.after = self.before.copy()
        self.scale, self.tails, self.loss = scale, tails, loss
        self.touched = np.zeros(SIZE, bool)
        if moved:
            # Half of the chosen heads lose the moved part, in proportion; the other half gain it.
            chosen = rng.choice(SIZE, heads, replace=False)
            lose, gain = chosen[: heads // 2], chosen[heads // 2:]
            if self.before[lose].sum() < self.before[gain].sum():
                lose, gain = gain, lose
            part = min(moved, 0.9 * self.before[lose].sum())
            self.after[lose] -= part * self.before[lose] / self.before[lose].sum()
            self.after[gain] += part * self.before[gain] / self.before[gain].sum()
            self.touched[chosen] = True
        self.moved = np.abs(self.after - self.before).sum() / 2

    def sample(self, rng, count, file, task):
        def noise():
            return rng.standard_t(self.tails, (count, SIZE)) if self.tails else rng.standard_normal((count, SIZE))
        size = np.exp(0.5 * rng.standard_normal((count, 1)))
        one, other = noise(), noise()
        write(file, task, "base", self.before * size * one, 2 + size[:, 0] + 0.1 * rng.standard_normal(count))
        write(file, task, "final", self.scale * self.after * size * (0.8 * one + 0.6 * other),
              2 + size[:, 0] + self.loss + 0.1 * rng.standard_normal(count))


def tool(*arguments):
    run = subprocess.run([TOOL, *arguments], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def simulated(files, resamples, examples, tasks=1, stats=False, **kind):
    """Runs on so many files: a list of (worlds, changes, statistics)."""
    def one(seed):
        rng = np.random.default_rng([seed, examples, tasks])
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "p.h5")
            worlds = [World(rng, **kind) for _ in range(tasks)]
            with h5py.File(path, "w") as file:
                file.attrs.update(format="sft-probe/patterns", format_version=1)
                for index, world in enumerate(worlds):
                    world.sample(rng, examples, file, f"task{index}")
            common = (path, "--resamples", str(resamples), "--json")
            changes = tool("patterns", "compare", *common)
            found = tool("patterns", "stats", *common, "--checkpoint", "base", "--top", str(SIZE))["measurements"] \
                if stats else None
        return worlds, changes, found
    # h5py holds one lock, so files are made one after the other while the tool runs.
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(files)))


def percent(share):
    return f"{100 * share:.1f} %"


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def head(*cells):
    print()
    row(*cells)
    row(*["---"] * len(cells))


def no_change(files, resamples):
    head("no change: files × tasks, examples", "any pattern changed", "any loss changed", "any head listed",
         "unchanged", "undecided")
    for name, examples, tasks, kind in [
            ("as made", 64, 1, {}), ("as made", 64, 3, {}), ("as made", 16, 3, {}), ("as made", 6, 3, {}),
            ("all activations halved", 64, 3, dict(scale=0.5)), ("heavy tails (t, 3 degrees)", 64, 3, dict(tails=3)),
            ("as made", 256, 3, {})]:
        runs = simulated(files, resamples, examples, tasks, **kind)
        verdicts = [[change["verdict"] for change in changes] for _, changes, _ in runs]
        flat = sum(verdicts, [])
        row(f"{name}: {files} × {tasks}, {examples}", percent(np.mean(["changed" in each for each in verdicts])),
            percent(np.mean([any(c["loss_change"]["verdict"] == "changed" for c in r[1]) for r in runs])),
            percent(np.mean([any(c["changed_heads"] for c in r[1]) for r in runs])),
            percent(flat.count("unchanged") / len(flat)), percent(flat.count("undecided") / len(flat)))


def power(files, resamples):
    head("planted move: part, heads, examples", "pattern changed", "false among listed heads", "listed of the moved")
    for moved, heads, examples in [(0.1, 32, 16), (0.1, 32, 64), (0.1, 4, 64), (0.1, 128, 64), (0.05, 32, 64),
                                   (0.05, 32, 256), (0.02, 32, 256)]:
        runs = simulated(files, resamples, examples, moved=moved, heads=heads)
        wrong, found = [], []
        for (world,), (change,), _ in runs:
            listed = [h["layer"] * HEADS + h["head"] for h in change["changed_heads"]]
            wrong.append(np.mean(~world.touched[listed]) if listed else 0)
            found.append(np.mean(np.isin(np.flatnonzero(world.touched), listed)))
        row(f"{percent(moved)}, {heads}, {examples}", percent(np.mean([r[1][0]["verdict"] == "changed" for r in runs])),
            percent(np.mean(wrong)), percent(np.mean(found)))


def losses(files, resamples):
    head("loss raised by, examples", "got worse", "true change in its interval")
    for rise, examples in [(0.05, 16), (0.05, 64), (0.1, 64), (0.02, 256)]:
        runs = simulated(files, resamples, examples, loss=rise)
        found = [changes[0]["loss_change"] for _, changes, _ in runs]
        row(f"{rise} nats, {examples}", percent(np.mean([f["verdict"] == "changed" and f["value"] > 0 for f in found])),
            percent(np.mean([f["low"] <= rise <= f["high"] for f in found])))


def gini(x):
    x = np.sort(x)
    n = len(x)
    return ((2 * np.arange(1, n + 1) - n - 1) * x).sum() / (n * x.sum())


def kurtosis(x):
    d = x - x.mean()
    return (d**4).mean() / (d**2).mean()**2 - 3


def ranks(x):
    return np.argsort(np.argsort(x)).astype(float)


def coverage(files, resamples):
    names = ["moved", "mean_square_of_shares", "pearson", "spearman", "cosine", "gini", "kurtosis", "top_share"]
    head("truth in the 95 % interval", *[n.replace("_", " ") for n in names], "a value outside its interval")
    for moved, heads in [(0.1, 128), (0.1, 16), (0.3, 64), (0.0, 2)]:
        for examples in (16, 64, 256):
            hits, outside = {name: [] for name in names}, 0
            for (world,), (change,), (found,) in simulated(
                    files, resamples, examples, stats=True, moved=moved, heads=heads):
                a, b = world.before, world.after
                truth = dict(moved=world.moved, mean_square_of_shares=((a - b)**2).mean(), pearson=np.corrcoef(a, b)[0, 1],
                             spearman=np.corrcoef(ranks(a), ranks(b))[0, 1],
                             cosine=a @ b / np.sqrt((a @ a) * (b @ b)), gini=gini(a), kurtosis=kurtosis(a),
                             top_share=a.max())
                for name in names:
                    got = (change if name in change and name != "gini" else found["statistics"])[name]
                    hits[name].append(got["low"] - 1e-9 <= truth[name] <= got["high"] + 1e-9)
                    outside += not got["low"] <= got["value"] <= got["high"]
            row(f"{percent(moved)} by {heads} heads, {examples} examples",
                *[percent(np.mean(hits[name])) for name in names], outside)


def signs(files, resamples):
    head("signs without any mean effect: heads, examples", "runs with any helps or hurts", "|t| ≥ 4 would call")
    for examples in (2, 4, 6, 8, 16, 64):
        runs = simulated(files, 100, examples, stats=True)
        heads = [found[0]["strongest"] for _, _, found in runs]
        row(f"{SIZE}, {examples}", percent(np.mean([any(h["reading"] != "undecided" for h in each) for each in heads])),
            percent(np.mean([any(abs(h["t"] or 0) >= 4 for h in each) for each in heads])))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--only", choices=["no_change", "power", "losses", "coverage", "signs"])
    options = parser.parse_args()
    for study in (no_change, power, losses, coverage, signs):
        if options.only in (None, study.__name__):
            study(options.files, options.resamples)
