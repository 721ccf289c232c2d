"""Writes measurements and telemetry in the tool's HDF5."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from .arrays import Floats
from .patterns import FORMAT, TELEMETRY, VERSION
from .provenance import Provenance, text

#: The long name and the unit of each dataset, by its name, and where groups differ by that of its group before it.
NAMES = {
    "id": ("name of the example", "1"),
    "layer": ("layer, from 0", "1"),
    "head": ("query head of the layer, from 0", "1"),
    "signed": ("score of the head: derivative of the loss by its gate; negative: the head helps", "nats"),
    "activation": ("mean absolute score over examples", "nats"),
    "activation_signed": ("mean score over examples", "nats"),
    "activation_stderr": ("standard error of the mean score", "nats"),
    "loss": ("mean loss of the example's supervised tokens", "nats"),
    "tokens": ("tokens of the example", "1"),
    "supervised_tokens": ("supervised tokens of the example", "1"),
    "step": ("training step, from 1", "1"),
    "row": ("an example of a step, in the order of steps, from 0", "1"),
    "telemetry/signed": ("mean score over the step's examples", "nats"),
    "telemetry/activation": ("mean absolute score over the step's examples", "nats"),
    "telemetry/loss": ("mean loss of the step's examples, before the update", "nats"),
    "examples/loss": ("mean loss of the example's supervised tokens, before the update", "nats"),
}


def now() -> str:
    """The time as ISO 8601 in UTC, to the second."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_measurement(
    path: str | os.PathLike[str],
    task: str,
    checkpoint: str,
    *,
    signed: Floats,
    loss: Floats,
    ids: Sequence[str],
    tokens: Sequence[int],
    supervised_tokens: Sequence[int],
    provenance: Provenance,
) -> None:
    """Puts a measurement into a file, in place of one of the same task and checkpoint; the file is made if it is missing.

    The file is replaced as a whole: readers see the old one or the new one.
    """
    require_name(task, "task")
    require_name(checkpoint, "checkpoint")
    if checkpoint == TELEMETRY:
        raise ValueError(f"The checkpoint name {checkpoint!r} cannot be used: it is reserved for what training records.")
    if not (np.isfinite(signed).all() and np.isfinite(loss).all()):
        bad = ~(np.isfinite(signed).all(axis=(1, 2)) & np.isfinite(loss))
        raise ValueError(f"A score or the loss of the example {ids[int(np.argmax(bad))]!r} is not a finite number.")
    with _update(path) as file:
        group = _fresh_group(file, task, checkpoint)
        _scales(group, {"id": ("example", _texts(ids)), "layer": ("layer", np.arange(signed.shape[1], dtype="i4")),
                        "head": ("head", np.arange(signed.shape[2], dtype="i4"))})
        _write(group, "signed", signed, ("id", "layer", "head"), ("example", "layer", "head"))
        exact = signed.astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            error = exact.std(axis=0, ddof=1) / np.sqrt(len(ids)) if len(ids) > 1 else np.full(exact.shape[1:], np.nan)
        for name, values in [("activation", np.abs(exact).mean(axis=0)), ("activation_signed", exact.mean(axis=0)),
                             ("activation_stderr", error)]:
            _write(group, name, values.astype("f4"), ("layer", "head"), ("layer", "head"))
        _write(group, "loss", loss.astype("f4"), ("id",), ("example",))
        for name, counts in [("tokens", tokens), ("supervised_tokens", supervised_tokens)]:
            _write(group, name, np.asarray(counts, dtype="i4"), ("id",), ("example",))
        _describe(group)
        for name, value in asdict(provenance).items():
            if value != "" or name not in ("shard", "template_date"):
                _attribute(group, name, value)
        group.attrs["complete"] = np.True_


def write_telemetry(
    path: str | os.PathLike[str], task: str, *, steps: Sequence[int], ids: Sequence[str], losses: Floats, signed: Floats
) -> None:
    """Puts a run's telemetry under a task, in place of what is there; rows are in the order of steps."""
    require_name(task, "task")
    distinct, starts = np.unique(np.asarray(steps, dtype="i4"), return_index=True)
    counts = np.diff([*starts, len(steps)])

    def means(values: Any) -> Floats:
        sums = np.add.reduceat(values.astype(np.float64), starts, axis=0)
        return np.asarray(sums / counts.reshape(-1, *[1] * (values.ndim - 1)), dtype=np.float32)

    with _update(path) as file:
        group = _fresh_group(file, task, TELEMETRY)
        rows = group.create_group("examples", track_order=True)
        places = {name: np.arange(size, dtype="i4") for name, size in
                  (("layer", signed.shape[1]), ("head", signed.shape[2]), ("row", len(steps)))}
        _scales(group, {"step": ("step", distinct.astype("i4")), "layer": ("layer", places["layer"]),
                        "head": ("head", places["head"])})
        _scales(rows, {"row": ("row", places["row"])})
        _write(group, "signed", means(signed), ("step", "layer", "head"))
        _write(group, "activation", means(np.abs(signed)), ("step", "layer", "head"))
        _write(group, "loss", means(losses), ("step",))
        _write(rows, "step", np.asarray(steps, dtype="i4"), ("row",))
        _write(rows, "id", _texts(ids), ("row",))
        _write(rows, "loss", losses.astype("f4"), ("row",))
        _write(rows, "signed", signed.astype("f4"), ("row", "../layer", "../head"), ("row", "layer", "head"))
        _describe(group)


def require_name(name: str, kind: str) -> None:
    """Refuses the name of a task or checkpoint that cannot be a group's name."""
    reason = (
        "it is empty" if not name
        else "it names a folder" if name in (".", "..")
        else "it contains a slash, which separates task and checkpoint" if "/" in name
        else "it contains a control character" if any(ord(c) < 32 or 127 <= ord(c) < 160 for c in name)
        else "it is longer than 255 bytes" if len(name.encode()) > 255
        else None
    )
    if reason:
        raise ValueError(f"The {kind} name {name!r} cannot be used: {reason}; choose another.")


@contextlib.contextmanager
def _update(path: str | os.PathLike[str]) -> Iterator[h5py.File]:
    """A change to a file that happens as a whole or not at all, on a copy beside it; other writers wait, as the tool's."""
    target = Path(os.path.realpath(path))
    copy = target.with_name(f".{target.name}.partial")
    with _locked(target):
        try:
            if target.exists():
                shutil.copyfile(target, copy)
            with h5py.File(copy, "a" if target.exists() else "w", track_order=True, libver=("v108", "v110")) as file:
                if target.exists():
                    found = text(file.attrs.get("format", ""))
                    if found != FORMAT or file.attrs.get("format_version") != VERSION:
                        raise ValueError(f"{target} is an HDF5 file but not one of measurements; give another file.")
                else:
                    _attribute(file, "format", FORMAT)
                    _attribute(file, "format_version", VERSION)
                yield file
            with copy.open("rb") as written:
                os.fsync(written.fileno())
            copy.replace(target)
        finally:
            copy.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(target: Path, seconds: float = 60) -> Iterator[None]:
    """The right to write a file: a lock on a file of its own beside it, the one that the tool takes."""
    path = target.with_name(f".{target.name}.lock")
    deadline = time.monotonic() + seconds
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.exists(path) and os.path.samestat(os.fstat(descriptor), os.stat(path)):
                break  # else its holder has just removed it
        except BlockingIOError:
            pass
        os.close(descriptor)
        if time.monotonic() > deadline:
            raise TimeoutError(f"{target} is being written by another process for more than {seconds:g} seconds.")
        time.sleep(0.02)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _fresh_group(file: h5py.File, task: str, name: str) -> h5py.Group:
    parent = file[task] if task in file else file.create_group(task, track_order=True)
    if name in parent:
        del parent[name]
    return parent.create_group(name, track_order=True)


def _write(
    group: h5py.Group, name: str, values: Any, scales: Sequence[str] = (), labels: Sequence[str] = ()
) -> None:
    """A dataset; large ones in compressed pieces of about a quarter of a megabyte, each with a checksum.

    A scale is named by its place as seen from the group; labels are the names of the scales unless given.
    """
    how: dict[str, Any] = {}
    if values.ndim == 3:
        rows = max(1, min(len(values), 65536 // max(1, int(np.prod(values.shape[1:])))))
        how = {"chunks": (rows, *values.shape[1:]), "compression": 4, "shuffle": True, "fletcher32": True}
    data = group.create_dataset(name, data=values, dtype=values.dtype, **how)
    for dimension, (scale, label) in enumerate(zip(scales, labels or scales)):
        place = group.parent[scale[3:]] if scale.startswith("../") else group[scale]
        data.dims[dimension].label = label
        data.dims[dimension].attach_scale(place)


def _scales(group: h5py.Group, scales: dict[str, tuple[str, Any]]) -> None:
    for name, (dimension, values) in scales.items():
        _write(group, name, values)
        group[name].make_scale(dimension)


def _describe(group: h5py.Group) -> None:
    """What each dataset of a group is, as ``long_name`` and ``units``."""
    for name, item in group.items():
        if isinstance(item, h5py.Group):
            _describe(item)
            continue
        words, units = NAMES.get(f"{group.name.rsplit('/', 1)[-1]}/{name}") or NAMES[name]
        _attribute(item, "long_name", words)
        _attribute(item, "units", units)


def _texts(values: Sequence[str]) -> Any:
    """UTF-8 of variable length, which every reader takes for texts."""
    if any("\0" in value for value in values):
        raise ValueError("A name holds a zero character, at which readers would cut it.")
    return np.array(values, dtype=h5py.string_dtype("utf-8"))


def _attribute(place: Any, name: str, value: str | int) -> None:
    if isinstance(value, str):
        kind = h5py.string_dtype("utf-8", max(1, len(value.encode("utf-8"))))
        place.attrs.create(name, np.array(value.encode("utf-8"), dtype=kind), dtype=kind)
    else:
        place.attrs.create(name, np.int64(value))
