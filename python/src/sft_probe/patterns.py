"""A file of measurements: task → checkpoint → measurement."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import h5py

from .change import Change
from .measurement import Measurement
from .provenance import text
from .telemetry import Telemetry

FORMAT, VERSION = "sft-probe/patterns", 1
TELEMETRY = "telemetry"


class Task(Mapping[str, Measurement]):
    """The checkpoints of a task, in the order in which they were written; each is read when it is asked for."""

    def __init__(self, path: Path, name: str, checkpoints: list[str], has_telemetry: bool) -> None:
        self.path, self.name = path, name
        self._checkpoints, self._has_telemetry = checkpoints, has_telemetry
        self._read: dict[str, Measurement] = {}

    def __getitem__(self, checkpoint: str) -> Measurement:
        if checkpoint not in self._checkpoints:
            raise KeyError(f"{self.path} holds no measurement of {self.name} at {checkpoint!r}; it holds {_listed(self)}.")
        if checkpoint not in self._read:
            with h5py.File(self.path) as file:
                self._read[checkpoint] = Measurement(self.name, checkpoint, file[self.name][checkpoint])
        return self._read[checkpoint]

    def __iter__(self) -> Iterator[str]:
        return iter(self._checkpoints)

    def __len__(self) -> int:
        return len(self._checkpoints)

    @cached_property
    def telemetry(self) -> Telemetry | None:
        """What training recorded under this task; None where there is none."""
        if not self._has_telemetry:
            return None
        with h5py.File(self.path) as file:
            return Telemetry(self.name, file[self.name][TELEMETRY])

    def change(self, before: str | None = None, after: str | None = None) -> Change:
        """What changed between two checkpoints; by default the first and the last."""
        if len(self) < 2 and (before is None or after is None):
            raise ValueError(f"{self.name} has {len(self)} checkpoints; measure it again after training.")
        return Change(self[before or self._checkpoints[0]], self[after or self._checkpoints[-1]])

    def heatmap(self, of: str = "activation") -> Any:
        """Draws a map for each checkpoint, beside each other, with matplotlib; returns the figure."""
        from .pictures import beside

        return beside([self[checkpoint] for checkpoint in self], of)

    def _repr_html_(self) -> str:
        return "".join(self[checkpoint]._repr_html_() for checkpoint in self)

    def __repr__(self) -> str:
        return f"<Task {self.name}: {_listed(self)}{', telemetry' if self._has_telemetry else ''}>"


class Patterns(Mapping[str, Task]):
    """The tasks of a file, in the order in which they were written. The file is not kept open."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        if not self.path.exists():
            raise FileNotFoundError(f"{self.path} does not exist; `sft-probe attribute` or the callback makes such a file.")
        try:
            with h5py.File(self.path) as file:
                found = tuple(file.attrs.get(name) for name in ("format", "format_version"))
                if text(found[0]) != FORMAT or found[1] != VERSION:
                    raise ValueError(
                        f'{self.path} is no file of measurements: expected format = "{FORMAT}" and format_version = '
                        f"{VERSION}, found {found[0]!r} and {found[1]!r}; give another file."
                    )
                self._tasks = {name: self._task(name, group) for name, group in file.items() if _is_group(group)}
        except OSError as error:
            raise OSError(f"{self.path} cannot be read as HDF5: {error}") from None
        self._tasks = {name: task for name, task in self._tasks.items() if len(task) or task._has_telemetry}

    def _task(self, name: str, group: h5py.Group) -> Task:
        complete = [
            child for child, held in group.items()
            if child != TELEMETRY and _is_group(held) and bool(held.attrs.get("complete", False))
        ]
        return Task(self.path, name, complete, TELEMETRY in group)

    def __getitem__(self, task: str) -> Task:
        if task not in self._tasks:
            raise KeyError(f"{self.path} holds no task {task!r}; it holds {_listed(self)}.")
        return self._tasks[task]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tasks)

    def __len__(self) -> int:
        return len(self._tasks)

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame`` of all heads of all measurements, indexed by task, checkpoint, layer and head."""
        import pandas

        frames = {(task, label): self[task][label].to_pandas() for task in self for label in self[task]}
        return pandas.concat(frames, names=["task", "checkpoint"])

    def _repr_html_(self) -> str:
        from .pictures import patterns_html

        return patterns_html(self)

    def __repr__(self) -> str:
        return f"<Patterns {self.path}: {'; '.join(f'{name} ({_listed(task)})' for name, task in self.items())}>"


def open(path: str | os.PathLike[str]) -> Patterns:
    """Opens a file of measurements, as ``sft-probe attribute``, ``sft-probe train`` or the callback writes it."""
    return Patterns(path)


def _is_group(item: Any) -> bool:
    return isinstance(item, h5py.Group)


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(names) or "none at all"
