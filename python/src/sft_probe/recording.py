"""Scores of the heads on the examples of a training step, from the backward passes that train."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import torch

from .arrays import Floats
from .heads import by_head, causal_model, head_count, output_projections
from .measuring import token_losses


@dataclass(frozen=True)
class Row:
    """An example of a step."""

    #: The first digits of the SHA-1 of its tokens, as :func:`name_of` makes them.
    id: str
    #: The mean loss of its supervised tokens before the step's update, in nats.
    loss: float
    #: ∂loss/∂ξ of that loss: [layer, head].
    signed: Floats


def name_of(tokens: list[int]) -> str:
    """A name for an example of which only the tokens are known."""
    return hashlib.sha1(",".join(map(str, tokens)).encode()).hexdigest()[:12]


@dataclass
class _Pass:
    """A forward pass of a micro-batch, and what its backward pass brings."""

    ids: torch.Tensor  # [row, position]
    labels: torch.Tensor  # [row, position]
    attended: torch.Tensor  # [row, position], bool
    examples: torch.Tensor  # which example a position belongs to: [row, position]
    count: int  # of examples
    scores: list[torch.Tensor | None]  # of each layer [example, head], of what is differentiated
    losses: torch.Tensor | None = None  # of each supervised token: [token]
    owners: torch.Tensor | None = None  # its example: [token]
    weights: torch.Tensor | None = None  # ∂(what is differentiated)/∂(its loss): [token]
    fault: str = ""


class HeadRecorder:
    """Hooks on a model that keep z·∂loss/∂z of every head while a trainer trains it.

    There is one hook before the projection after each attention, and one around the model; no attention matrix is made.
    What the trainer does with the losses (means over the batch, gradient accumulation, factors of several processes, loss
    scaling) is taken out by the weight of each token's loss in what is differentiated, which the backward pass brings.
    """

    def __init__(self, model: Any) -> None:
        self.model = causal_model(model)
        self.projections, self.heads = output_projections(self.model), head_count(self.model)
        #: Whether passes are recorded now.
        self.active = False
        self._passes: list[_Pass] = []
        self._handles = [
            self.model.register_forward_pre_hook(self._begin, with_kwargs=True),
            self.model.register_forward_hook(self._end, with_kwargs=True),
            *(p.register_forward_pre_hook(self._gate(layer)) for layer, p in enumerate(self.projections)),
        ]

    def remove(self) -> None:
        """Takes the hooks off the model."""
        for handle in self._handles:
            handle.remove()

    def take(self) -> list[Row]:
        """What was recorded since the last call, example by example."""
        passes, self._passes = self._passes, []
        return [row for one in passes for row in _rows(one)]

    def _begin(self, _module: Any, inputs: tuple[Any, ...], named: dict[str, Any]) -> None:
        if not (self.active and torch.is_grad_enabled()):
            return
        ids, labels = named.get("input_ids", inputs[0] if inputs else None), named.get("labels")
        if ids is None or labels is None:
            raise ValueError(
                "The trainer calls the model without input_ids and labels (label smoothing, or a loss of its own), so what "
                "an example's loss is, is unknown; give the callback telemetry_every=0: it measures before and after then."
            )
        mask, positions = named.get("attention_mask"), named.get("position_ids")
        attended = mask.bool() if mask is not None and mask.shape == ids.shape else torch.ones_like(ids, dtype=torch.bool)
        starts, count = torch.zeros_like(ids), ids.shape[0]
        if positions is not None and positions.shape == ids.shape:
            starts = (positions == 0).long()  # several examples in a row, each from position 0
        starts[:, 0] = 1
        examples = starts.flatten().cumsum(0).view(ids.shape) - 1
        if positions is not None:
            count = int(examples[-1, -1]) + 1
        self._passes.append(_Pass(ids, labels, attended, examples, count, [None] * len(self.projections)))

    def _gate(self, layer: int) -> Any:
        def see(_module: Any, inputs: tuple[Any, ...]) -> Any:
            if not (self.active and self._passes and torch.is_grad_enabled()):
                return None
            one, z, changed = self._passes[-1], inputs[0], None
            if not z.requires_grad:  # nothing that is trained lies below
                z = z.detach().requires_grad_()
                changed = (z, *inputs[1:])
            kept = z.detach()

            def keep(gradient: torch.Tensor) -> None:
                scores = by_head(kept.float() * gradient, self.heads)
                if one.count == scores.shape[0]:
                    one.scores[layer] = scores.sum(1)
                else:
                    sums = torch.zeros(one.count, self.heads, device=scores.device)
                    owners = one.examples.flatten().to(scores.device)
                    one.scores[layer] = sums.index_add(0, owners, scores.flatten(0, 1))

            z.register_hook(keep)
            return changed

        return see

    def _end(self, _module: Any, _inputs: Any, named: dict[str, Any], outputs: Any) -> None:
        if not (self.active and self._passes and torch.is_grad_enabled()):
            return
        one, loss, logits = self._passes[-1], getattr(outputs, "loss", None), getattr(outputs, "logits", None)
        rows, places = (one.labels[:, 1:] != -100).nonzero(as_tuple=True)
        one.owners = one.examples[rows, places + 1]
        fused = getattr(outputs, "log_probs", None)
        if fused is not None:  # TRL's head, which makes no logits: log p of each label [row, position - 1]
            place = (rows.to(fused.device), places.to(fused.device))
            one.losses = -fused.detach()[place].float()

            def keep_each(gradient: torch.Tensor) -> None:
                one.weights = -gradient[place].float()

            fused.register_hook(keep_each)
        elif loss is not None and logits is not None and logits.shape[:2] == one.ids.shape:
            with torch.no_grad():
                one.losses = token_losses(logits, one.labels.to(logits.device))[1]
                count = named.get("num_items_in_batch")
                items = float(len(rows) if count is None else count)
                expected = float(one.losses.sum()) / items
            if abs(float(loss.detach()) - expected) > 0.02 * abs(expected) + 1e-4:
                one.fault = (
                    f"its loss is {float(loss.detach()):.5g}, but the mean negative log-likelihood of the supervised tokens "
                    f"is {expected:.5g}"
                )

            def keep_all(gradient: torch.Tensor) -> None:
                assert one.losses is not None
                one.weights = (gradient.float() / items).expand(one.losses.shape)

            loss.register_hook(keep_all)
        else:
            one.fault = "its outputs hold neither loss and all logits nor log_probs (a fused loss)"


def _rows(one: _Pass) -> list[Row]:
    """The examples of a pass; none of one that nothing was differentiated of."""
    if one.fault:
        raise ValueError(
            f"The examples' losses cannot be told from what the model returns: {one.fault}; give the callback "
            "telemetry_every=0: it measures before and after then."
        )
    if one.weights is None or one.losses is None or one.owners is None:
        return []
    missing = [layer for layer, scores in enumerate(one.scores) if scores is None]
    if missing:
        raise ValueError(f"No gradient reached the heads of the layers {missing}; is the model's loss detached there?")
    scores = torch.stack([scores.cpu() for scores in one.scores if scores is not None], 1)  # [example, layer, head]
    weights, losses, owners = (tensor.double().cpu() for tensor in (one.weights, one.losses, one.owners))
    rows = []
    for example in range(one.count):
        own = owners == example
        if not own.any():
            continue
        weight = float(weights[own].mean())
        if weight <= 0 or float((weights[own] - weight).abs().max()) > 0.02 * weight:
            raise ValueError(
                "The trainer weighs an example's tokens differently (a loss such as dft), so its gradient is not that of "
                "their mean; give the callback telemetry_every=0: it measures before and after then."
            )
        tokens = one.ids[(one.examples == example) & one.attended].tolist()
        signed = (scores[example] / (weight * int(own.sum()))).numpy()
        rows.append(Row(name_of(tokens), float(losses[own].mean()), signed))
    return rows
