"""The hooks of a training step without a trainer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from sft_probe.examples import read_examples
from sft_probe.measuring import measure_heads
from sft_probe.recording import HeadRecorder
from test_callback import as_rows, data
from test_scores import assert_close, load

__all__ = ["data"]


def test_examples_joined_in_a_row_are_told_apart(llama: Path, data: Path) -> None:
    """As padding-free batches are: positions begin at 0 with each example. Attention is held apart by a mask."""
    model, tokenizer = load(llama, attn_implementation="eager")
    examples = read_examples(data, tokenizer).examples[:3]
    base = measure_heads(model, examples)
    rows = as_rows(examples)
    ids = torch.tensor([sum((row["input_ids"] for row in rows), [])])
    labels = torch.tensor([sum(([-100, *row["labels"][1:]] for row in rows), [])])
    owner = torch.tensor(sum(([at] * len(row["input_ids"]) for at, row in enumerate(rows)), []))
    positions = torch.tensor([sum((list(range(len(row["input_ids"]))) for row in rows), [])])
    allowed = (owner[:, None] == owner[None]) & torch.ones(len(owner), len(owner), dtype=torch.bool).tril()
    mask = torch.zeros(allowed.shape).masked_fill(~allowed, torch.finfo(torch.float32).min)[None, None]
    recorder = HeadRecorder(model)
    recorder.active = True
    model(input_ids=ids, labels=labels, position_ids=positions, attention_mask=mask).loss.backward()
    found = recorder.take()
    recorder.remove()
    assert_close(np.stack([row.signed for row in found]), base.signed)
    np.testing.assert_allclose([row.loss for row in found], base.loss, rtol=1e-4)


def test_a_pass_that_nothing_is_differentiated_of_leaves_no_rows(llama: Path, data: Path) -> None:
    model, tokenizer = load(llama)
    ids = torch.tensor([read_examples(data, tokenizer).examples[0].input_ids])
    recorder = HeadRecorder(model)
    recorder.active = True
    model(input_ids=ids, labels=ids)
    with torch.no_grad():
        model(input_ids=ids)
    assert recorder.take() == []
    model(input_ids=ids, labels=ids).loss.backward()
    assert len(recorder.take()) == 1
    with pytest.raises(ValueError, match="without input_ids and labels"):
        model(input_ids=ids)
    recorder.remove()
    model(input_ids=ids)


def test_a_loss_that_is_no_mean_is_refused(llama: Path, data: Path) -> None:
    model, tokenizer = load(llama)
    ids = torch.tensor([read_examples(data, tokenizer).examples[0].input_ids])
    model.loss_function = lambda logits, labels, vocab_size, **_: logits.square().mean()
    recorder = HeadRecorder(model)
    recorder.active = True
    model(input_ids=ids, labels=ids).loss.backward()
    with pytest.raises(ValueError, match="but the mean negative log-likelihood"):
        recorder.take()
