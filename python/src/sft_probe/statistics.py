"""The statistics of ``sft-probe patterns compare`` that need no resampling, in the same formulas."""

from __future__ import annotations

import math

import numpy as np

from .arrays import Doubles


def two_sided_p(t: float, freedom: float) -> float:
    """The chance that a t-distributed number lies at least as far from zero as ``t``, on either side."""
    if not math.isfinite(t):
        return math.nan if math.isnan(t) else 0.0
    return regularized_beta(freedom / (freedom + t * t), freedom / 2, 0.5)


def student_quantile(p: float, freedom: float) -> float:
    """The number beyond which a t-distributed one lies, on either side together, with the chance ``p``."""
    low, high = 0.0, 1.0
    while two_sided_p(high, freedom) > p and high < 1e15:
        low, high = high, 2 * high
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if two_sided_p(middle, freedom) > p:
            low = middle
        else:
            high = middle
    return high


def regularized_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction.

    Source: Abramowitz and Stegun, 26.5.8, evaluated by Lentz's method.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - regularized_beta(1 - x, b, a)

    def away_from_zero(y: float) -> float:
        return 1e-300 if abs(y) < 1e-300 else y

    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    c, d = 1.0, 1 / away_from_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 1001):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / away_from_zero(1 + even * d)
        c = away_from_zero(1 + even / c)
        fraction *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / away_from_zero(1 + odd * d)
        c = away_from_zero(1 + odd / c)
        fraction *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return front * fraction / a


def benjamini_hochberg(p: Doubles) -> Doubles:
    """For each chance the smallest false discovery rate at which it is rejected; NaN stays NaN and is not counted."""
    q = np.full(p.shape, np.nan)
    order = [int(i) for i in np.argsort(p, kind="stable") if not np.isnan(p[i])]
    smallest = 1.0
    for place in reversed(range(len(order))):
        smallest = min(smallest, float(p[order[place]]) * len(order) / (place + 1))
        q[order[place]] = smallest
    return q


def shares(activation: Doubles) -> Doubles | None:
    """Numbers over their sum; None when all are zero."""
    total = float(activation.sum())
    return activation / total if total > 0 else None


def pearson(x: Doubles, y: Doubles) -> float:
    """The correlation of two lists of numbers; NaN when either is constant."""
    a, b = x - x.mean(), y - y.mean()
    scale = math.sqrt(float(a @ a)) * math.sqrt(float(b @ b))
    if scale == 0 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return math.nan
    return min(1.0, max(-1.0, float(a @ b) / scale))


def ranks(x: Doubles) -> Doubles:
    """The place of each number in ascending order, from 1; equal numbers share the mean of their places."""
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray(((ends - counts + 1 + ends) / 2)[inverse], dtype=np.float64)


def cosine(x: Doubles, y: Doubles) -> float:
    """x·y over ‖x‖·‖y‖; NaN when either is all zeros."""
    scale = math.sqrt(float(x @ x)) * math.sqrt(float(y @ y))
    return min(1.0, max(-1.0, float(x @ y) / scale)) if scale > 0 else math.nan


def gini(x: Doubles) -> float:
    """How unevenly a sum is spread: 0 when all parts are equal; NaN when the sum is zero."""
    n, total = x.size, float(x.sum())
    if total <= 0:
        return math.nan
    return float((2 * np.arange(1, n + 1) - n - 1) @ np.sort(x)) / (n * total)
