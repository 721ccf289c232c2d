"""Makes a wheel with the tool inside: python make_wheel.py BINARY [OUTPUT]  (needs hatchling and patchelf)

The binary and the shared libraries that it needs go into sft_probe/bin, stripped, each looking for the others beside
itself. Libraries of the system's own (glibc) stay out; the wheel's tag names the oldest glibc that all of them run with.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
STAGE = HERE / "build/tool"
#: What every Linux with glibc has.
SYSTEM = re.compile(r"^(ld-linux.*|linux-vdso|lib(c|m|dl|pthread|rt|resolv|util)\.so.*)")


def output_of(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def libraries_of(binary: Path) -> dict[str, Path]:
    """The shared libraries that a binary loads, and those that they load."""
    found: dict[str, Path] = {}
    for line in output_of("ldd", binary).splitlines():
        name, _, rest = line.strip().partition(" => ")
        if rest.startswith("not found"):
            sys.exit(f"{binary} needs {name}, which is not on this system")
        if rest and not SYSTEM.match(name):
            found[name] = Path(rest.split(" (")[0]).resolve()
    return found


def oldest_glibc(files: list[Path]) -> tuple[int, int]:
    """The newest version of glibc that the files ask for."""
    found = [pair for file in files for pair in re.findall(r"GLIBC_(\d+)\.(\d+)", output_of("objdump", "-T", file))]
    return max((int(major), int(minor)) for major, minor in found)


def stage(binary: Path) -> None:
    """Lays out what the wheel holds beside the package."""
    shutil.rmtree(STAGE, ignore_errors=True)
    STAGE.mkdir(parents=True)
    libraries = libraries_of(binary)
    shutil.copy(binary, STAGE / "sft-probe")
    for name, path in libraries.items():
        shutil.copy(path, STAGE / name)
    files = sorted(STAGE.iterdir())
    for file in files:
        file.chmod(0o755)
        subprocess.run(["strip", "--strip-unneeded" if file.name != "sft-probe" else "--strip-all", file], check=True)
        subprocess.run(["patchelf", "--force-rpath", "--set-rpath", "$ORIGIN", file], check=True)
    major, minor = oldest_glibc(files)
    (STAGE / "tag").write_text(f"py3-none-manylinux_{major}_{minor}_x86_64\n")
    add_licences(libraries)


def add_licences(libraries: dict[str, Path]) -> None:
    """Writes which package of the system each library is from, and adds the packages' licences."""
    lines = [
        "The shared libraries in this folder are stripped, and look for each other in it. They are from these packages,",
        "whose licences are in PACKAGE.copyright:",
        "",
    ]
    for name, path in sorted(libraries.items()):
        package = package_of(path)
        lines.append(f"{name}: {package or 'no package'}")
        licence = Path("/usr/share/doc") / package / "copyright"
        if package and licence.exists():
            shutil.copy(licence, STAGE / f"{package}.copyright")
    (STAGE / "LIBRARIES").write_text("\n".join([*lines, ""]))


def package_of(path: Path) -> str:
    """The package of Debian that a file is from; "" where there is none."""
    for name in (str(path), str(path).removeprefix("/usr")):
        done = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    return ""


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    output = Path(sys.argv[2]) if len(sys.argv) == 3 else HERE / "dist"
    try:
        stage(Path(sys.argv[1]))
        subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", output.resolve()], cwd=HERE, check=True)
    finally:
        shutil.rmtree(STAGE, ignore_errors=True)
    wheel = max(output.glob("*.whl"), key=lambda path: path.stat().st_mtime)
    print(f"{wheel}: {wheel.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
