"""What NumPy makes of swapping base and final within the examples of tasks.h5: the reference for PairedChance.

Run as `python make_paired_chance.py`; reads Tests/HeadActivationTests/Fixtures/tasks.h5 and writes paired-chance.json
beside it.
"""

import json
from pathlib import Path

import h5py
import numpy as np
from scipy import stats

FIXTURES = Path(__file__).parents[2] / "Tests/HeadActivationTests/Fixtures"
rng = np.random.default_rng(7)


def shares(x):
    return x / x.sum()


def main():
    record = {}
    with h5py.File(FIXTURES / "tasks.h5") as file:
        for task in file:
            before, after = (np.abs(file[f"{task}/{name}/signed"][...].astype(float)).reshape(24, -1)
                             for name in ("base", "final"))
            before, after = before / before.mean(0).sum(), after / after.mean(0).sum()
            seen = np.abs(shares(after.mean(0)) - shares(before.mean(0))).sum() / 2
            drawn = []
            for _ in range(20000):
                swap = rng.integers(0, 2, (24, 1)).astype(bool)
                one, other = np.where(swap, after, before).mean(0), np.where(swap, before, after).mean(0)
                drawn.append((np.abs(shares(one) - shares(other)).sum() / 2, np.corrcoef(one, other)[0, 1],
                              ((shares(one) - shares(other))**2).mean()))
            moved, pearson, square = np.array(drawn).T
            loss = stats.ttest_rel(file[f"{task}/final/loss"][...].astype(float), file[f"{task}/base/loss"][...].astype(float))
            record[task] = {"seen": seen, "moved": moved.mean(), "limit": np.quantile(moved, 0.975),
                            "p": float((1 + (moved >= seen).sum()) / 20001), "pearson": pearson.mean(),
                            "meanSquareOfShares": square.mean(),
                            "lossP": None if np.isnan(loss.pvalue) else loss.pvalue}
    (FIXTURES / "paired-chance.json").write_text(json.dumps(record, indent=1) + "\n")


main()
