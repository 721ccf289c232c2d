"""The blocks of docs/python.md that read a file."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import h5py
import pytest

from conftest import ROOT


def test_blocks_of_the_page_run(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    shutil.copy(trained, tmp_path / "patterns.h5")
    with h5py.File(tmp_path / "patterns.h5", "a") as file:
        file.move("sums", "math")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text(), re.DOTALL)
    reading = [block for block in blocks if "trainer" not in block]
    assert len(reading) == 2
    scope: dict[str, object] = {}
    for block in reading:
        exec(block, scope)  # noqa: S102
