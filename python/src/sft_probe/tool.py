"""The command ``sft-probe``: runs the tool that lies in the wheel."""

from __future__ import annotations

import os
import sys
from pathlib import Path

#: Where the wheel holds the tool, with the libraries that it needs beside it.
TOOL = Path(__file__).parent / "bin" / "sft-probe"


def main() -> None:
    """Becomes the tool, with the arguments of this program."""
    if not TOOL.exists():
        sys.exit(
            "sft-probe: this installation is the Python package alone; the wheel for Linux on x86-64 has the tool in it, "
            "and `swift build -c release` in the repository makes it."
        )
    os.execv(TOOL, ["sft-probe", *sys.argv[1:]])
