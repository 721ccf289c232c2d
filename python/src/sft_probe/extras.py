"""What a measurement holds beside the scores of heads, where it was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .arrays import Array


@dataclass(frozen=True)
class Audit:
    """What tells how far to trust the scores: exact ablation of some heads, and integrated gradients.

    Heads are [head, 2] of layer and head; effects [example, head], in the sign of the scores.
    """

    ablated_head: Any
    ablation: Any
    #: None in the small audit.
    integrated_head: Any
    gate_ig: Any
    #: How many of the ablated heads, the first, are the strongest; the others are random.
    strongest: int
    baseline: str
    points: int
    completeness_error: float


@dataclass(frozen=True)
class Adapter:
    """What goes through an adapter in one projection of attention."""

    #: The parts of the score through the base weights and through the adapter: [example, layer, head].
    signed_base: Array
    signed_adapter: Array
    #: Of each head's part of ΔW: [layer, head].
    norm: Array
    effective_rank: Array
