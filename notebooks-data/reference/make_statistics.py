"""What SciPy makes of paired tests, false discovery control and BCa intervals: the reference for the Statistics target.

Run as `python make_statistics.py`; writes Tests/StatisticsTests/Fixtures/statistics.json.
"""

import json
from pathlib import Path

import numpy as np
from scipy import stats

OUTPUT = Path(__file__).parents[2] / "Tests/StatisticsTests/Fixtures/statistics.json"
rng = np.random.default_rng(11)


def paired(count, shift):
    before = np.round(rng.gamma(3, 1, size=count), 4)
    after = np.round(before + shift + 0.5 * rng.standard_normal(count), 4)
    test = stats.ttest_rel(after, before)
    interval = test.confidence_interval(0.95)
    exact = None
    if count <= 13:
        exact = stats.permutation_test(
            (after - before,), lambda x, axis: np.sum(x, axis=axis), permutation_type="samples",
            n_resamples=np.inf, alternative="two-sided").pvalue
    return {"before": before.tolist(), "after": after.tolist(), "t": test.statistic, "p": test.pvalue,
            "low": interval.low, "high": interval.high, "signFlip": exact}


def bca(statistic, data):
    found = stats.bootstrap((data,), statistic, n_resamples=499, method="BCa", random_state=3, vectorized=False)
    left = [statistic(np.delete(data, i)) for i in range(len(data))]
    return {"value": statistic(data), "drawn": np.asarray(found.bootstrap_distribution).tolist(), "leftOut": left,
            "low": found.confidence_interval.low, "high": found.confidence_interval.high}


def main():
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.0009, 1.0]
    data = rng.gamma(1.5, 1, size=25)
    record = {
        "paired": [paired(n, shift) for n in (2, 5, 9, 13, 64) for shift in (0.0, 0.6)],
        "p": p, "bh": stats.false_discovery_control(p, method="bh").tolist(),
        "by": stats.false_discovery_control(p, method="by").tolist(),
        "bca": [bca(np.mean, data), bca(lambda x: np.mean(x > 1), data), bca(lambda x: np.std(x, ddof=1), data)],
        "quantiles": [{"freedom": v, "t": stats.t.ppf(0.975, v)} for v in (1, 2, 5, 15, 63, 1000)],
        "normal": [{"share": s, "x": stats.norm.ppf(s)} for s in (0.001, 0.025, 0.3, 0.5, 0.975, 0.99999)],
    }
    OUTPUT.write_text(json.dumps(record) + "\n")


main()
