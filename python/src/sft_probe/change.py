"""How a task's pattern changed between two checkpoints."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from . import statistics
from .arrays import Array, Doubles, labelled, missing

if TYPE_CHECKING:
    from .measurement import Measurement


@dataclass(frozen=True)
class HeadChange:
    """How a head's share of the activation differs between two measurements."""

    layer: int
    head: int
    #: Its share of the activation before and after.
    before: float
    after: float
    #: The difference of shares over its standard error.
    t: float
    #: The chance of so large a |t| if the share had not changed.
    p: float
    #: The smallest false discovery rate at which the head is listed (Benjamini-Hochberg).
    q: float

    @property
    def name(self) -> str:
        """As in L3.H7."""
        return f"L{self.layer}.H{self.head}"


@dataclass(frozen=True)
class LossChange:
    """How the loss of the same examples changed, in nats."""

    before: float
    after: float
    #: The mean of after − before, with Student's 95 % interval.
    value: float
    low: float
    high: float
    #: The chance of so large a change without one (Student's paired test).
    p: float
    #: In what part of the examples the loss is larger after.
    share_worse: float


class Change:
    """What changed from one measurement of a task to another.

    The numbers are those of ``sft-probe patterns compare --json``. What needs resampling (intervals of the distances, what
    chance moves, the verdict) is the tool's alone.
    """

    def __init__(self, before: Measurement, after: Measurement) -> None:
        for name in ("layers", "heads"):
            if getattr(before, name) != getattr(after, name):
                raise ValueError(
                    f"{before.name} and {after.name} are of different models: {before.layers} × {before.heads} and "
                    f"{after.layers} × {after.heads} heads; give measurements of one model."
                )
        self.before, self.after = before, after
        #: Whether both measurements have the same examples, in the same order.
        self.is_paired = before.ids == after.ids
        self._first, self._second = before.activation_values.ravel(), after.activation_values.ravel()

    @property
    def warnings(self) -> list[str]:
        """In what the two measurements differ besides the checkpoint, in sentences."""
        one, other = self.before.provenance, self.after.provenance
        traits = ["model_sha256", "data_sha256", "template_sha256", "method", "reduction", "precision"]
        return [
            f"{self.before.name} and {self.after.name} differ in {trait}: {getattr(one, trait)!r} and "
            f"{getattr(other, trait)!r}"
            for trait in traits
            if getattr(one, trait) != getattr(other, trait)
        ]

    @property
    def difference(self) -> Array:
        """The activation after minus that before: [layer, head]."""
        return self._map(self._second - self._first, "difference", "change of the activation", "nats")

    @property
    def difference_of_shares(self) -> Array:
        """The same of the shares; NaN when either activation is zero."""
        one, other = statistics.shares(self._first), statistics.shares(self._second)
        values = np.full(self._first.shape, np.nan) if one is None or other is None else other - one
        return self._map(values, "difference_of_shares", "change of the share of the activation")

    @property
    def moved(self) -> float:
        """Half the sum of the shares' absolute differences: the part of the activation that moved to other heads."""
        return float(np.abs(np.asarray(self.difference_of_shares)).sum() / 2)

    @property
    def mean_square(self) -> float:
        """The mean squared difference of the activations."""
        return float(((self._second - self._first) ** 2).mean())

    @property
    def mean_square_of_shares(self) -> float:
        """The mean squared difference of the shares."""
        return float((np.asarray(self.difference_of_shares) ** 2).mean())

    @property
    def pearson(self) -> float:
        """The correlation of the activations."""
        return statistics.pearson(self._first, self._second)

    @property
    def spearman(self) -> float:
        """The correlation of their ranks."""
        return statistics.pearson(statistics.ranks(self._first), statistics.ranks(self._second))

    @property
    def cosine(self) -> float:
        """The cosine of the angle between them."""
        return statistics.cosine(self._first, self._second)

    @property
    def gini(self) -> float:
        """By how much the Gini coefficient of the activation rose."""
        return statistics.gini(self._second) - statistics.gini(self._first)

    @cached_property
    def loss(self) -> LossChange | None:
        """How the loss changed; None where the two have other examples."""
        if not self.is_paired:
            return None
        before, after = self.before.loss_values, self.after.loss_values
        differences, count = after - before, len(before)
        mean = float(differences.mean())
        error = float(differences.std(ddof=1)) / math.sqrt(count) if count > 1 else math.nan
        t = mean / error if error else math.nan
        reach = error * statistics.student_quantile(0.05, count - 1) if count > 1 else math.nan
        return LossChange(
            before=float(before.mean()), after=float(after.mean()), value=mean, low=mean - reach, high=mean + reach,
            p=statistics.two_sided_p(t, count - 1) if count > 1 else math.nan,
            share_worse=float((differences > 0).mean()),
        )

    @cached_property
    def heads(self) -> list[HeadChange]:
        """All heads with the test whether their share changed, those of smallest q first.

        The tool lists those with q ≤ 0.05, and none unless its verdict on the whole pattern is that it changed.
        None when either activation is zero or has a single example.
        """
        one, other = _influence(self.before), _influence(self.after)
        if one is None or other is None:
            return []
        (first, u), (second, v) = one, other
        if self.is_paired:
            n = len(u)
            variance = (v - u).var(axis=0, ddof=1) / n
            freedom = np.full(variance.shape, n - 1.0)
        else:
            a, b = u.var(axis=0, ddof=1) / len(u), v.var(axis=0, ddof=1) / len(v)
            variance = a + b
            with np.errstate(invalid="ignore", divide="ignore"):
                freedom = variance**2 / (a**2 / (len(u) - 1) + b**2 / (len(v) - 1))
        with np.errstate(invalid="ignore", divide="ignore"):
            t = np.where(variance > 0, (second - first) / np.sqrt(variance), np.nan)
        p = np.array([statistics.two_sided_p(float(x), float(f)) if x == x else math.nan for x, f in zip(t, freedom)])
        q = statistics.benjamini_hochberg(p)
        width = self.before.heads
        changes = [
            HeadChange(i // width, i % width, *map(float, (first[i], second[i], t[i], p[i], q[i])))
            for i in range(len(t))
        ]
        return sorted(changes, key=lambda head: (math.isnan(head.q), head.q, -abs(head.t)))

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame`` of :attr:`heads`, indexed by layer and head."""
        try:
            import pandas
        except ImportError:
            raise missing("pandas", "analysis", "to_pandas()") from None
        columns = ["layer", "head", "before", "after", "t", "p", "q"]
        frame = pandas.DataFrame([[getattr(head, c) for c in columns] for head in self.heads], columns=columns)
        return frame.set_index(["layer", "head"])

    def heatmap(self, *, ax: Any = None) -> Any:
        """Draws :attr:`difference_of_shares` with matplotlib; returns the axes."""
        from .pictures import heatmap

        title = f"{self.before.task}: {self.before.checkpoint} → {self.after.checkpoint}"
        return heatmap(np.asarray(self.difference_of_shares), title, "change of share", diverging=True, ax=ax)

    def _repr_html_(self) -> str:
        from .pictures import change_html

        return change_html(self)

    def __repr__(self) -> str:
        return (
            f"<Change of {self.before.task} from {self.before.checkpoint} to {self.after.checkpoint}: "
            f"{self.moved:.1%} moved>"
        )

    def _map(self, values: Doubles, name: str, long_name: str, units: str = "") -> Array:
        shape = (self.before.layers, self.before.heads)
        return labelled(
            values.reshape(shape), ("layer", "head"), self.before.coordinates, name, long_name, units
        )


def _influence(measurement: Measurement) -> tuple[Doubles, Doubles] | None:
    """The heads' shares [head], and what each example contributes to them [example, head].

    A share is a ratio of means, s = ā_h/Ā; an example moves it by u_i = (a_ih − s·A_i)/Ā.
    """
    scores = np.abs(measurement.signed_values.astype(np.float64)).reshape(measurement.examples, -1)
    found = statistics.shares(scores.sum(axis=0))
    if found is None or measurement.examples < 2:
        return None
    totals = scores.sum(axis=1)
    return found, (scores - found * totals[:, None]) / totals.mean()
