"""What SciPy and NumPy make of small problems: the reference for HeadActivation's analysis.

Run as `python make_analysis.py`; writes Tests/HeadActivationTests/Fixtures/analysis.json.
"""

import json
from pathlib import Path

import numpy as np
from scipy import optimize, stats
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

OUTPUT = Path(__file__).parents[2] / "Tests/HeadActivationTests/Fixtures/analysis.json"
rng = np.random.default_rng(5)


def rounded(x, decimals=4):
    return np.round(x, decimals)


def nnls_problem(index):
    m, n = int(rng.integers(4, 16)), int(rng.integers(1, 7))
    a = rng.normal(size=(m, n)) + (rng.normal(size=(m, 1)) * (index % 3))
    if index % 4 == 0:
        a = abs(a)
    b = a @ rng.normal(size=n) + 0.3 * rng.normal(size=m) * (index % 5)
    a, b = rounded(a), rounded(b)
    x, _ = optimize.nnls(a, b)
    free = np.linalg.lstsq(a, b, rcond=None)
    return {"columns": a.T.tolist(), "b": b.tolist(), "x": x.tolist(), "free": free[0].tolist(),
            "singular": free[3].tolist()}


def main():
    a, b = rounded(rng.normal(size=60)), rounded(rng.normal(size=60))
    ties_a, ties_b = rounded(a, 0), rounded(a + b, 0)
    distances = rounded(abs(rng.normal(size=(6, 6))))
    distances = distances + distances.T
    np.fill_diagonal(distances, 0)
    linkage = hierarchy.linkage(squareform(distances), "average")
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.0009, 1.0]
    t = [(x, v) for v in (1, 2.5, 7, 63, 1318.2) for x in (0.0, 0.1, 1.0, 2.3, 6.5, 40.0)]
    record = {
        "nnls": [nnls_problem(i) for i in range(200)],
        "x": a.tolist(), "y": b.tolist(), "spearman": stats.spearmanr(a, b)[0], "pearson": stats.pearsonr(a, b)[0],
        "ties_x": ties_a.tolist(), "ties_y": ties_b.tolist(), "ties_spearman": stats.spearmanr(ties_a, ties_b)[0],
        "distances": distances.tolist(), "heights": linkage[:, 2].tolist(),
        "leaves": hierarchy.leaves_list(linkage).tolist(),
        "p": p, "q": stats.false_discovery_control(p).tolist(),
        "t": [{"t": x, "freedom": v, "p": 2 * stats.t.sf(x, v)} for x, v in t],
    }
    OUTPUT.write_text(json.dumps(record) + "\n")


main()
