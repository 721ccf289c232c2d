"""Measures all heads of a model on given examples, as ``sft-probe attribute`` does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from .arrays import Floats
from .examples import Example
from .heads import by_head, causal_model, head_count, output_projections


@dataclass(frozen=True)
class HeadScores:
    """∂loss/∂ξ of each example and head's gate ξ [example, layer, head], and the losses [example] in nats."""

    signed: Floats
    loss: Floats


def measure_heads(model: Any, examples: Sequence[Example], *, batch_size: int = 8) -> HeadScores:
    """The scores of all heads on examples.

    A head's score is the gradient of the example's loss, the mean over its supervised tokens, at a gate of 1 on the head's
    output: Σ z ⊙ ∂loss/∂z over positions and the head's width, z the input of the projection after attention. Weights and
    their gradients are left as they are.
    """
    model = causal_model(model)
    projections, heads = output_projections(model), head_count(model)
    signed = np.zeros((len(examples), len(projections), heads), dtype=np.float32)
    loss = np.zeros(len(examples), dtype=np.float32)
    order = sorted(range(len(examples)), key=lambda i: -len(examples[i].input_ids))
    with evaluating(model):
        for start in range(0, len(order), batch_size):
            members = order[start : start + batch_size]
            losses, scores = _batch(model, projections, heads, [examples[i] for i in members])
            signed[members], loss[members] = scores, losses
    return HeadScores(signed, loss)


def _batch(model: Any, projections: list[Any], heads: int, examples: list[Example]) -> tuple[Any, Any]:
    length = max(len(example.input_ids) for example in examples)
    device = model.get_input_embeddings().weight.device
    ids = torch.zeros((len(examples), length), dtype=torch.long)
    labels, mask = torch.full_like(ids, -100), torch.zeros_like(ids)
    for row, example in enumerate(examples):
        count = len(example.input_ids)
        ids[row, :count] = torch.tensor(example.input_ids)
        mask[row, :count] = 1
        labels[row, :count] = torch.where(torch.tensor(example.supervised), ids[row, :count], -100)
    outputs: list[torch.Tensor] = []

    def keep(_module: Any, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        z = inputs[0] if inputs[0].requires_grad else inputs[0].detach().requires_grad_()
        outputs.append(z)
        return (z, *inputs[1:])

    handles = [projection.register_forward_pre_hook(keep) for projection in projections]
    try:
        with torch.enable_grad():
            logits = model(input_ids=ids.to(device), attention_mask=mask.to(device), use_cache=False).logits
            rows, values = token_losses(logits, labels.to(logits.device))
            counts = torch.bincount(rows, minlength=len(examples))
            losses = torch.zeros(len(examples), device=values.device).index_add(0, rows, values) / counts
            gradients = torch.autograd.grad(losses.sum(), outputs)
    finally:
        for handle in handles:
            handle.remove()
    scores = [by_head(z.detach() * g, heads).sum(1).cpu() for z, g in zip(outputs, gradients)]
    return losses.detach().cpu().numpy(), torch.stack(scores, 1).numpy()


def token_losses(logits: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The row of each supervised token [token], and its negative log-likelihood in float32 [token].

    Logits are taken in pieces of 512 tokens, so that their copies in float32 stay small where nothing is differentiated.
    """
    rows, places = (labels[:, 1:] != -100).nonzero(as_tuple=True)
    targets = labels[rows, places + 1]
    values = [
        torch.nn.functional.cross_entropy(logits[r, p].float(), t, reduction="none")
        for r, p, t in zip(torch.split(rows, 512), torch.split(places, 512), torch.split(targets, 512))
    ]
    return rows, torch.cat(values)


@contextlib.contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """Within it the model is in evaluation mode: no dropout, no gradient checkpointing."""
    training = [module for module in model.modules() if module.training]
    model.eval()
    try:
        yield
    finally:
        for module in training:
            module.training = True
