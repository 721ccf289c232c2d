"""Scores of the heads on the examples that a run trained on, from the backward passes that trained."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np

from .arrays import Array, labelled, missing
from .provenance import text


class Telemetry:
    """What a training run recorded, step by step; read once, when it is made."""

    def __init__(self, task: str, group: h5py.Group) -> None:
        self.task = task
        #: The steps with a record: [step].
        self.steps = [int(step) for step in group["step"][()]]
        self._step = {name: group[name][()] for name in ("signed", "activation", "loss")}
        rows = group["examples"]
        #: The step and the name of each row's example: [row].
        self.row_steps = [int(step) for step in rows["step"][()]]
        self.row_ids = [text(name) for name in rows["id"][()]]
        self._rows = {name: rows[name][()] for name in ("signed", "loss")}

    @property
    def signed(self) -> Array:
        """The mean score of each step's examples: [step, layer, head], nats."""
        return self._label("signed", "mean score of the step's examples")

    @property
    def activation(self) -> Array:
        """The mean absolute score of each step's examples: [step, layer, head], nats."""
        return self._label("activation", "mean absolute score of the step's examples")

    @property
    def loss(self) -> Array:
        """The mean over each step's examples of their mean token loss, before the update: [step], nats."""
        return self._label("loss", "mean loss of the step's examples")

    @property
    def example_signed(self) -> Array:
        """The scores of each example: [row, layer, head], nats; :attr:`row_steps` and :attr:`row_ids` name the rows."""
        values = self._rows["signed"]
        names = {
            "step": ("row", self.row_steps), "example": ("row", self.row_ids),
            "layer": np.arange(values.shape[1]), "head": np.arange(values.shape[2]),
        }
        return labelled(values, ("row", "layer", "head"), names, "signed", "score of the head", "nats")

    @property
    def example_loss(self) -> Array:
        """The loss of each example before its step's update: [row], nats."""
        names = {"step": ("row", self.row_steps), "example": ("row", self.row_ids)}
        return labelled(self._rows["loss"], ("row",), names, "loss", "mean loss of the supervised tokens", "nats")

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame`` with a row for each example of each step: step, id, loss."""
        try:
            import pandas
        except ImportError:
            raise missing("pandas", "analysis", "to_pandas()") from None
        return pandas.DataFrame({"step": self.row_steps, "id": self.row_ids, "loss": self._rows["loss"]})

    def __repr__(self) -> str:
        return f"<Telemetry of {self.task}: {len(self.steps)} steps, {len(self.row_ids)} examples>"

    def _label(self, name: str, long_name: str) -> Array:
        values = self._step[name]
        coordinates = {"step": self.steps}
        if values.ndim == 3:
            coordinates |= {"layer": list(range(values.shape[1])), "head": list(range(values.shape[2]))}
        return labelled(values, ("step", "layer", "head")[: values.ndim], coordinates, name, long_name, "nats")
