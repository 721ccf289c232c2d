"""The reader against what the tool itself prints of the same files."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

import sft_probe
from conftest import run


def test_file_lists_tasks_as_the_tool_does(trained: Path) -> None:
    patterns = sft_probe.open(trained)
    listed = json.loads(run("patterns", "list", trained, "--json"))["measurements"]
    held = [(task, checkpoint) for task in patterns for checkpoint in patterns[task]]
    assert held == [(item["task"], item["checkpoint"]) for item in listed]
    assert list(patterns) == ["sums", "a-second"]  # in the order of writing
    for item in listed:
        measurement = patterns[item["task"]][item["checkpoint"]]
        assert (measurement.examples, measurement.layers, measurement.heads) == (
            item["examples"], item["layers"], item["heads"])
        for name in ("model", "model_sha256", "adapter", "data", "method", "precision", "seed", "created"):
            assert getattr(measurement.provenance, name) == item[name]


def test_patterns_equal_those_of_the_tool(trained: Path) -> None:
    shown = json.loads(run("patterns", "show", trained, "--task", "sums", "--checkpoint", "final", "--json"))
    shown = shown[0] if isinstance(shown, list) else shown
    measurement = sft_probe.open(trained)["sums"]["final"]
    for ours, theirs in [
        ("activation", "activation"), ("share", "activation_share"), ("activation_signed", "activation_signed"),
        ("activation_stderr", "activation_stderr"), ("t", "t"),
    ]:
        expected = np.array(shown[theirs], dtype=float)
        np.testing.assert_allclose(np.asarray(getattr(measurement, ours)), expected, rtol=2e-5, atol=1e-9, err_msg=ours)
    assert measurement.ids == shown["ids"]
    assert measurement.tokens == shown["tokens"]
    assert measurement.supervised_tokens == shown["supervised_tokens"]
    np.testing.assert_allclose(np.asarray(measurement.loss), shown["loss"], rtol=1e-6)


@pytest.mark.parametrize("task", ["sums", "a-second"])
def test_change_equals_that_of_the_tool(trained: Path, task: str) -> None:
    expected = json.loads(run("patterns", "compare", trained, "--task", task, "--json", "--resamples", 200))[0]
    change = sft_probe.open(trained)[task].change("base", "final")
    close = {"rtol": 1e-9, "atol": 1e-15}
    np.testing.assert_allclose(np.asarray(change.difference).ravel(), expected["difference"], **close)
    np.testing.assert_allclose(
        np.asarray(change.difference_of_shares).ravel(), expected["difference_of_shares"], **close
    )
    for name in ("moved", "mean_square", "mean_square_of_shares", "pearson", "spearman", "cosine", "gini"):
        np.testing.assert_allclose(getattr(change, name), expected[name]["value"], **close, err_msg=name)
    assert change.loss is not None
    for name in ("before", "after", "value", "low", "high", "p", "share_worse"):
        found = expected["loss_change"][name]
        np.testing.assert_allclose(getattr(change.loss, name), found, rtol=1e-8, atol=1e-15, err_msg=name)
    if expected["verdict"] == "changed":
        listed = [head for head in change.heads if head.q <= 0.05]
        assert [(h.layer, h.head) for h in listed] == [(h["layer"], h["head"]) for h in expected["changed_heads"]]
        for head, theirs in zip(listed, expected["changed_heads"]):
            for name in ("before", "after", "t", "p", "q"):
                np.testing.assert_allclose(getattr(head, name), theirs[name], rtol=1e-8, err_msg=f"{head.name} {name}")


def test_changed_heads_of_either_kind_equal_those_of_the_tool(tmp_path: Path) -> None:
    """Also of a pattern that changed for sure, and of measurements with other examples (Welch)."""
    from sft_probe.writing import write_measurement

    generator = np.random.default_rng(0)
    signed = generator.normal(size=(40, 3, 4)).astype("f4")
    made = sft_probe.Provenance("m", "0" * 64, "d", "1" * 64)
    for checkpoint, factor, ids in [("base", 1, range(40)), ("final", 3, range(40)), ("other", 3, range(50, 90))]:
        scores = signed * generator.normal(1, 0.05, signed.shape)
        scores[:, 1, 2] *= factor
        write_measurement(
            tmp_path / "p.h5", "t", checkpoint, signed=scores.astype("f4"), loss=np.abs(scores[:, 0, 0]).astype("f4"),
            ids=[f"e{i}" for i in ids], tokens=[5] * 40, supervised_tokens=[2] * 40, provenance=made,
        )
    for after in ("final", "other"):
        command = ["patterns", "compare", tmp_path / "p.h5", "--from", "base", "--to", after, "--json"]
        expected = json.loads(run(*command))[0]
        assert expected["verdict"] == "changed"
        change = sft_probe.open(tmp_path / "p.h5")["t"].change("base", after)
        listed = [head for head in change.heads if head.q <= 0.05]
        assert listed and listed[0].name == "L1.H2"
        assert [(h.layer, h.head) for h in listed] == [(h["layer"], h["head"]) for h in expected["changed_heads"]]
        for head, theirs in zip(listed, expected["changed_heads"]):
            for name in ("before", "after", "t", "p", "q"):
                np.testing.assert_allclose(getattr(head, name), theirs[name], rtol=1e-7, err_msg=f"{head.name} {name}")
        assert (change.loss is None) == (expected.get("loss_change") is None) == (after == "other")


def test_arrays_have_labels(trained: Path) -> None:
    measurement = sft_probe.open(trained)["a-second"]["final"]
    assert measurement.signed.dims == ("example", "layer", "head")
    assert float(measurement.signed.sel(example="sum-51", layer=1, head=2)) == measurement.signed_values[1, 1, 2]
    assert measurement.token_scores.dims == ("token", "layer", "head")
    summed = measurement.token_scores.groupby("example").sum()
    np.testing.assert_allclose(
        summed.sel(example=measurement.ids).values, measurement.signed_values, rtol=1e-3, atol=1e-6
    )
    assert measurement.modules.dims == ("example", "layer", "module")
    assert set(measurement.adapter) == {"q", "v"} or measurement.adapter
    for part in measurement.adapter.values():
        assert part.signed_base.shape == part.signed_adapter.shape
    assert measurement.audit is not None and len(measurement.audit.ablated_head) == measurement.audit.ablation.shape[1]
    frame = sft_probe.open(trained).to_pandas()
    assert frame.index.names == ["task", "checkpoint", "layer", "head"] and len(frame) == 4 * 12
    dataset = measurement.to_xarray()
    assert dataset["activation"].dims == ("layer", "head") and dataset.attrs["method"] == "gate"


def test_telemetry(trained: Path) -> None:
    telemetry = sft_probe.open(trained)["sums"].telemetry
    assert telemetry is not None and telemetry.steps == [1, 2, 3, 4, 5, 6]
    assert telemetry.signed.dims == ("step", "layer", "head")
    rows = [i for i, step in enumerate(telemetry.row_steps) if step == 3]
    mean = np.asarray(telemetry.example_signed)[rows].mean(axis=0)
    np.testing.assert_allclose(telemetry.signed.sel(step=3).values, mean, rtol=1e-4, atol=1e-7)
    assert list(telemetry.to_pandas().columns) == ["step", "id", "loss"]


def test_pictures(trained: Path) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    task = sft_probe.open(trained)["sums"]
    for of in ("activation", "share", "activation_signed", "t"):
        axes = task["base"].heatmap(of)
        assert axes.get_xlabel() == "head" and axes.images[0].get_array().shape == (3, 4)
        matplotlib.pyplot.close("all")
    assert len(task.heatmap().axes) == 4  # two maps with their scales
    task.change().heatmap()
    matplotlib.pyplot.close("all")
    with pytest.raises(ValueError, match="no map"):
        task["base"].heatmap("colour")
    page = task["base"]._repr_html_()
    assert page.count("<rect") == 12 and "L2.H3" in page and "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "→" in task.change()._repr_html_() and "telemetry" in sft_probe.open(trained)._repr_html_()


def test_names_are_escaped(tmp_path: Path) -> None:
    from sft_probe.writing import write_measurement

    made = sft_probe.Provenance("<script>", "0" * 64, "d&d", "1" * 64)
    write_measurement(
        tmp_path / "p.h5", "<b>", "base", signed=np.ones((1, 1, 1), "f4"), loss=np.ones(1, "f4"), ids=["é"], tokens=[2],
        supervised_tokens=[1], provenance=made,
    )
    measurement = sft_probe.open(tmp_path / "p.h5")["<b>"]["base"]
    assert "<script>" not in measurement._repr_html_() and measurement.ids == ["é"]
    assert np.isnan(measurement.activation_stderr).all()
    assert "&lt;b&gt;" in sft_probe.open(tmp_path / "p.h5")._repr_html_()


def test_errors_say_what_to_do(trained: Path, tmp_path: Path) -> None:
    patterns = sft_probe.open(trained)
    with pytest.raises(KeyError, match="it holds sums, a-second"):
        patterns["math"]
    with pytest.raises(KeyError, match="it holds base, final"):
        patterns["sums"]["last"]
    with pytest.raises(FileNotFoundError, match="attribute"):
        sft_probe.open(tmp_path / "none.h5")
    (tmp_path / "text.h5").write_text("no HDF5")
    with pytest.raises(OSError, match="cannot be read as HDF5"):
        sft_probe.open(tmp_path / "text.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = 1
    with pytest.raises(ValueError, match="no file of measurements"):
        sft_probe.open(tmp_path / "other.h5")


def test_what_was_not_finished_is_not_listed(trained: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.h5"
    copy.write_bytes(trained.read_bytes())
    with h5py.File(copy, "a") as file:
        del file["sums/base"].attrs["complete"]
    assert list(sft_probe.open(copy)["sums"]) == ["final"]
    with pytest.raises(ValueError, match="measure it again"):
        sft_probe.open(copy)["sums"].change()
