"""Files that Python wrote, read by the tool."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sft_probe
from conftest import ROOT, run
from sft_probe.writing import write_measurement, write_telemetry


def rewrite(source: sft_probe.Patterns, target: Path) -> None:
    for task in source.values():
        for measurement in task.values():
            write_measurement(
                target, task.name, measurement.checkpoint, signed=measurement.signed_values,
                loss=measurement.loss_values.astype("f4"), ids=measurement.ids, tokens=measurement.tokens,
                supervised_tokens=measurement.supervised_tokens, provenance=measurement.provenance,
            )
        if telemetry := task.telemetry:
            write_telemetry(
                target, task.name, steps=telemetry.row_steps, ids=telemetry.row_ids,
                losses=np.asarray(telemetry.example_loss), signed=np.asarray(telemetry.example_signed),
            )


def test_a_file_written_again_says_the_same_to_the_tool(trained: Path, tmp_path: Path) -> None:
    rewrite(sft_probe.open(trained), tmp_path / "again.h5")
    for command in (["list"], ["stats"], ["compare", "--resamples", 200]):
        expected = run("patterns", command[0], trained, *command[1:], "--json")
        assert run("patterns", command[0], tmp_path / "again.h5", *command[1:], "--json") == expected
    run("report", tmp_path / "again.h5", "--output", tmp_path / "again.html")
    run("report", trained, "--output", tmp_path / "first.html")
    pages = [(tmp_path / name).read_text().replace("again.h5", "").replace(str(trained), "") for name in
             ("again.html", "first.html")]
    assert "training" in pages[0].lower() and abs(len(pages[0]) - len(pages[1])) < 0.2 * len(pages[1])


def test_h5py_finds_what_other_readers_rely_on(trained: Path, tmp_path: Path) -> None:
    rewrite(sft_probe.open(trained), tmp_path / "again.h5")
    subprocess.run([sys.executable, ROOT / "notebooks-data/reference/check_patterns.py", tmp_path / "again.h5"], check=True)
    xarray = pytest.importorskip("xarray")
    opened = [xarray.open_dataset(path, group="sums/base", engine="h5netcdf") for path in (tmp_path / "again.h5", trained)]
    assert opened[0].equals(opened[1]) and opened[0]["signed"].dims == opened[1]["signed"].dims


def test_the_tool_adds_to_and_replaces_in_a_file_of_python(trained: Path, llama: Path, tmp_path: Path) -> None:
    rewrite(sft_probe.open(trained), tmp_path / "again.h5")
    data = trained.parents[1] / "others.jsonl"
    for flags in (["--checkpoint", "later"], ["--checkpoint", "base", "--replace"]):
        run("attribute", "--model", llama, "--data", data, "--task", "sums", "--output", tmp_path / "again.h5", "--quiet",
            "--audit", 0, *flags)
    held = json.loads(run("patterns", "list", tmp_path / "again.h5", "--json"))["measurements"]
    assert {(item["task"], item["checkpoint"]) for item in held} >= {("sums", "later"), ("sums", "base")}
    rewrite(sft_probe.open(trained), tmp_path / "again.h5")  # replaces again
    assert sft_probe.open(tmp_path / "again.h5")["sums"]["base"].examples == 12


def test_a_failed_write_leaves_the_file_as_it_was(trained: Path, tmp_path: Path) -> None:
    target = tmp_path / "again.h5"
    rewrite(sft_probe.open(trained), target)
    before = target.read_bytes()
    made = sft_probe.Provenance("m", "0" * 64, "d", "1" * 64)
    arguments = {"loss": np.ones(1, "f4"), "ids": ["a"], "tokens": [2], "supervised_tokens": [1], "provenance": made}
    with pytest.raises(ValueError, match="not a finite number"):
        write_measurement(target, "t", "base", signed=np.full((1, 1, 1), np.nan, "f4"), **arguments)
    for task, checkpoint in [("a/b", "base"), ("", "base"), ("t", "telemetry"), ("t", ".."), ("t\n", "base")]:
        with pytest.raises(ValueError, match="cannot be used"):
            write_measurement(target, task, checkpoint, signed=np.ones((1, 1, 1), "f4"), **arguments)
    with pytest.raises(ValueError, match="zero character"):
        write_measurement(target, "t", "base", signed=np.ones((1, 1, 1), "f4"), **{**arguments, "ids": ["a\0"]})
    assert target.read_bytes() == before and sorted(p.name for p in tmp_path.iterdir()) == ["again.h5"]
