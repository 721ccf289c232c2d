"""Puts the tool into the wheel where `make wheel` has laid it out, and gives the wheel the tag of its system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelTag(BuildHookInterface):  # type: ignore[type-arg,misc,unused-ignore]
    """Without the tool, the wheel is the Python package alone, for any system."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Runs before a wheel is made."""
        tool = Path(self.root) / "build/tool"
        if version == "editable" or not (tool / "sft-probe").exists():
            return
        build_data["pure_python"] = False
        build_data["tag"] = (tool / "tag").read_text().strip()
        build_data["force_include"] = {
            str(path): f"sft_probe/bin/{path.name}" for path in sorted(tool.iterdir()) if path.name != "tag"
        }
