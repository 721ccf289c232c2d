"""The SHA-256 of a model, as the tool names it in its records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch


def model_digest(model: Any) -> str:
    """SHA-256 over the files that a model was loaded from, as the tool has it; over its weights where there are none."""
    files = weight_files(model.config.name_or_path, getattr(model.config, "_commit_hash", None))
    return files_digest(files) if files else _weights_digest(model)


def files_digest(files: Sequence[Path]) -> str:
    """SHA-256 of a file, or of the digests of several, in the order of their paths."""
    digests = []
    for path in sorted(files):
        found = hashlib.sha256()
        with path.open("rb") as file:
            while part := file.read(1 << 22):
                found.update(part)
        digests.append(found.hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def weight_files(name: str, revision: str | None) -> list[Path]:
    """The files with the weights, in a folder or in the cache of the Hugging Face hub; empty where there are none."""
    folder = Path(name) if name else None

    def find(file: str) -> Path | None:
        if folder is not None and folder.is_dir():
            return folder / file if (folder / file).exists() else None
        if not name:
            return None
        from huggingface_hub import try_to_load_from_cache

        found = try_to_load_from_cache(name, file, revision=revision)
        return Path(found) if isinstance(found, str) else None

    index = find("model.safetensors.index.json")
    if index is not None:
        names = sorted(set(json.loads(index.read_text())["weight_map"].values()))
        shards = [found for shard in names if (found := find(shard)) is not None]
        return shards if len(shards) == len(names) else []
    single = find("model.safetensors")
    if single is not None:
        return [single]
    return sorted(folder.glob("*.gguf"))[:1] if folder is not None and folder.is_dir() else []


def _weights_digest(model: Any) -> str:
    found = hashlib.sha256()
    for name, parameter in sorted(model.named_parameters()):
        if "lora_" not in name:
            found.update(name.replace(".base_layer", "").encode())
            found.update(parameter.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes())
    return found.hexdigest()
