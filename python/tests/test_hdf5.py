"""docs/hdf5.md against files of the tool and of the package, and what xarray makes of them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

import sft_probe
from conftest import ROOT
from test_writing import rewrite

ROWS = re.findall(
    r"^\| `(/[\w/]+)` \| (\w+) \| ([\w, ]+?)( \(scale\))? \| (\w+) \| (.+) \|$", (ROOT / "docs/hdf5.md").read_text(), re.MULTILINE
)
ATTRIBUTES = {
    name: kind
    for names, kind in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| (\w+) \| [^|]+ \|$", (ROOT / "docs/hdf5.md").read_text(), re.MULTILINE)
    for name in re.findall(r"\w+", names)
}
OPTIONAL = {"shard", "template_date"}


def general(path: str) -> str:
    """A dataset's path with the names that the page has in the place of the user's."""
    parts = path.split("/")[1:]
    parts[0] = "TASK"
    if parts[1] != "telemetry":
        parts[1] = "CHECKPOINT"
    if len(parts) > 4 and parts[2] == "adapter":
        parts[3] = {"q": "QO", "o": "QO", "k": "KV", "v": "KV"}[parts[3]]
    return "/" + "/".join(parts)


def kind(dataset: h5py.Dataset) -> str:
    if (texts := h5py.check_string_dtype(dataset.dtype)) is not None:
        assert texts.encoding == "utf-8" and texts.length is None, dataset.name
        return "text"
    return {"f": "f", "i": "i"}[dataset.dtype.kind] + str(8 * dataset.dtype.itemsize)


def described(path: Path) -> dict[str, tuple[str, str, bool, str, str]]:
    """What each dataset of a file is."""
    found: dict[str, tuple[str, str, bool, str, str]] = {}

    def look(name: str, item: h5py.Group | h5py.Dataset) -> None:
        if not isinstance(item, h5py.Dataset):
            return
        scale = bool(item.is_scale)
        labels = [item.attrs["NAME"].decode()] if scale else [dimension.label for dimension in item.dims]
        for dimension, size in zip(item.dims, item.shape):
            assert scale or (len(dimension) == 1 and dimension[0].shape == (size,)), (name, "a dimension without scale")
        row = (kind(item), ", ".join(labels), scale, item.attrs["units"].decode(), item.attrs["long_name"].decode())
        assert found.setdefault(general(item.name), row) == row, name
        own = set(item.attrs) - {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "DIMENSION_LABELS"}
        assert own == {"units", "long_name"}, (name, own)

    with h5py.File(path) as file:
        file.visititems(look)
    return found


def test_the_page_says_what_a_file_holds(trained: Path) -> None:
    page = {path: (kind, labels, bool(scale), units, words) for path, kind, labels, scale, units, words in ROWS}
    assert len(page) == len(ROWS) > 40
    assert described(trained) == page


def test_the_page_says_what_attributes_there_are(trained: Path) -> None:
    seen: set[str] = set()

    def look(name: str, item: h5py.Group | h5py.Dataset) -> None:
        if isinstance(item, h5py.Group):
            for key, value in item.attrs.items():
                what = {bytes: "text", np.bytes_: "text", np.int64: "i64", np.float64: "f64", np.bool_: "bool"}[type(value)]
                assert ATTRIBUTES[key] == what, (name, key, what)
                seen.add(key)

    with h5py.File(trained) as file:
        file.visititems(look)
        assert set(file.attrs) - {"unused_bytes"} == {"format", "format_version"}
    assert set(ATTRIBUTES) - seen <= OPTIONAL


def test_the_package_writes_the_same(trained: Path, tmp_path: Path) -> None:
    rewrite(sft_probe.open(trained), tmp_path / "again.h5")
    ours, theirs = described(tmp_path / "again.h5"), described(trained)
    assert ours == {path: row for path, row in theirs.items() if path in ours}
    assert {"/TASK/CHECKPOINT/signed", "/TASK/telemetry/examples/signed"} <= set(ours)


@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
def test_xarray_finds_examples_by_name(trained: Path, tmp_path: Path, engine: str) -> None:
    xarray = pytest.importorskip("xarray")
    pytest.importorskip({"netcdf4": "netCDF4"}.get(engine, engine))
    rewrite(sft_probe.open(trained), tmp_path / "again.h5")
    shutil.copy(trained, tmp_path / "tool.h5")
    for name in ("tool.h5", "again.h5"):
        path = tmp_path / name
        with xarray.open_dataset(path, group="sums/base", engine=engine) as base:
            assert base.signed.dims == ("id", "layer", "head") and base.signed.attrs["units"] == "nats"
            assert base.signed.sel(id="sum-3").shape == base.signed.shape[1:]
            assert base.loss.attrs["long_name"] == "mean loss of the example's supervised tokens"
        with xarray.open_dataset(path, group="sums/telemetry", engine=engine) as steps:
            assert steps.signed.dims == ("step", "layer", "head") and list(steps.step.values) == list(range(1, 7))
            assert float(steps.loss.sel(step=2)) == pytest.approx(float(steps.loss[1]))
        with xarray.open_datatree(path, engine=engine) as tree:
            rows = tree["sums/telemetry/examples"]
            assert rows["signed"].dims == ("row", "layer", "head") and str(rows["id"].values[0]).startswith("sum-")
            for node in tree.subtree:
                for variable in node.variables.values():
                    assert not any(str(dimension).startswith("phony") for dimension in variable.dims), node.path
    with xarray.open_dataset(tmp_path / "tool.h5", group="a-second/base/audit", engine=engine) as audit:
        assert audit.ablation.dims == ("id", "ablated") and audit.ablated_head.dims == ("ablated", "axis")
        assert audit.ablation.sel(id="sum-50").sizes == {"ablated": audit.sizes["ablated"]}
    with xarray.open_dataset(tmp_path / "tool.h5", group="a-second/base", engine=engine) as second:
        assert second.token_scores.dims == ("token", "layer", "head")
