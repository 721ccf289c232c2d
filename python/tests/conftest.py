"""What the tests share: the built tool, tiny models of several families with a tokenizer, and files that the tool wrote."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # tiny models, and other processes beside
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / ".build/release/sft-probe"
REFERENCE = ROOT / "notebooks-data/reference"
TASKS = ROOT / "notebooks-data/tasks"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,+=?Ġ"
FAMILIES = {
    "llama": "tiny-llama/gqa-tied", "gpt2": "families/gpt2", "gpt_neox": "families/gpt_neox", "opt": "families/opt",
    "phi": "families/phi", "qwen3": "families/qwen3",
}


def run(*arguments: Any) -> str:
    """Runs the tool; it must succeed."""
    if not TOOL.exists():
        pytest.skip(f"{TOOL} is missing: make build")
    done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def tiny_model(family: str, folder: Path) -> Path:
    """A copy of a tiny model of the repository with a tokenizer of single letters."""
    source = REFERENCE / FAMILIES[family]
    folder.mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        shutil.copy(source / name, folder / name)
    special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    tokenizer = {
        "version": "1.0", "added_tokens": [{"id": len(LETTERS), "content": "<end>", **special}], "normalizer": None,
        "pre_tokenizer": byte_level, "post_processor": None, "decoder": byte_level,
        "model": {"type": "BPE", "vocab": {letter: i for i, letter in enumerate(LETTERS)}, "merges": []},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    (folder / "tokenizer_config.json").write_text(
        '{"eos_token": "<end>", "pad_token": "<end>", "tokenizer_class": "PreTrainedTokenizerFast"}'
    )
    return folder


def write_records(path: Path, count: int = 6, first: int = 1) -> Path:
    """Short questions and answers of different lengths."""
    numbers = range(first, first + count)
    records = [
        {"id": f"sum-{n}", "prompt": f"what is {n}+7?", "completion": f" it is {n + 7}" + ", i say" * (n % 3) + "."}
        for n in numbers
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model("llama", tmp_path_factory.mktemp("llama") / "model")


@pytest.fixture(scope="session")
def trained(llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a guarded training by the tool: two tasks measured before and after, and telemetry."""
    folder = tmp_path_factory.mktemp("trained")
    data = write_records(folder / "sums.jsonl", 12)
    others = write_records(folder / "others.jsonl", 5, first=50)
    guard = folder / "guard.jsonl"
    guard.write_text("".join(json.dumps({"prompt": f"{n} + {n} =" if n % 2 else f"say {n}", "label": n % 2, "split": "test" if n > 8 else "train"}) + "\n"
                             for n in range(1, 13)))
    run("train", "--model", llama, "--data", data, "--guard", guard, "--output", folder / "run", "--max-steps", 6, "--batch-size", 3,
        "--learning-rate", "2e-2", "--lora-rank", 2, "--quiet", "--threads", 1)
    file = folder / "run/patterns.h5"
    for checkpoint, adapter in [("base", ()), ("final", ("--adapter", folder / "run/final"))]:
        run("attribute", "--model", llama, "--data", others, "--task", "a-second", "--output", file, "--modules",
            "--token-scores", "--audit", 3, "--checkpoint", checkpoint, "--quiet", "--threads", 1, *adapter)
    return file


@pytest.fixture(scope="session")
def smollm2(pytestconfig: pytest.Config) -> Path:
    """SmolLM2-135M as a folder of transformers, made once of the GGUF file in the tool's cache."""
    pytest.importorskip("transformers")
    sys.path.insert(0, str(REFERENCE))
    import smollm2_folder

    folder = Path(pytestconfig.cache.mkdir("smollm2"))
    try:
        smollm2_folder.write(folder)
    except SystemExit as absent:
        pytest.skip(str(absent))
    return folder
