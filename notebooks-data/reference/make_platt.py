"""Writes Tests/StatisticsTests/Fixtures/platt.json: Platt scaling by scikit-learn and, to more digits, by SciPy; and thresholds of
the best balanced accuracy by scikit-learn's ROC curve.

pip install scikit-learn scipy; python make_platt.py
"""
import json
import pathlib

import numpy as np
import scipy.optimize
import scipy.special
import sklearn.calibration
import sklearn.metrics

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/StatisticsTests/Fixtures/platt.json"


def exact(scores, labels):
    n, m = labels.sum(), (1 - labels).sum()
    target = np.where(labels == 1, (n + 1) / (n + 2), 1 / (m + 2))
    def loss(x):
        z = x[0] * scores + x[1]
        return (np.logaddexp(0, z) - target * z).sum()
    def slope(x):
        error = scipy.special.expit(x[0] * scores + x[1]) - target
        return np.array([(error * scores).sum(), error.sum()])
    start = scipy.optimize.minimize(loss, [0, 0], jac=slope, method="BFGS", options=dict(gtol=1e-12)).x
    return scipy.optimize.root(slope, start, tol=1e-14).x


def threshold(scores, labels):
    false, true, cuts = sklearn.metrics.roc_curve(labels, scores, drop_intermediate=False)
    best = np.flatnonzero(np.isclose(true - false, (true - false).max(), atol=1e-12)).max()  # the lowest cut
    below = scores[scores < cuts[best]]
    return float((cuts[best] + below.max()) / 2)


def cases():
    random = np.random.default_rng(0)
    for count, shift, gap, scale in [(40, -3, 1.5, 1), (200, -6, 1, 2), (30, 0, 8, 1), (500, 2, 0.3, 5)]:
        labels = random.integers(0, 2, count)
        yield np.round(scale * (random.normal(size=count) + gap * labels) + shift, 6), labels


records = []
for scores, labels in cases():
    a, b = sklearn.calibration._sigmoid_calibration(scores, labels)
    slope, intercept = exact(scores, labels)
    records.append(dict(
        scores=scores.tolist(), labels=labels.tolist(), sklearn=[-float(a), -float(b)], slope=float(slope),
        intercept=float(intercept), threshold=threshold(scores, labels)))
    print(-a, -b, slope, intercept, records[-1]["threshold"])
OUTPUT.write_text(json.dumps(records) + "\n")
