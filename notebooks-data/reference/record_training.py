"""Records what short runs of `train` come to, bit for bit, so that a test can say that supervised training is unchanged.

These numbers are our own: what they are held against elsewhere is PyTorch (make_training.py). Made by the binary of
4607b65 on one processor; on another whose kernels differ, losses are compared and bits are not.

    python3 notebooks-data/reference/record_training.py
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / ".build/release/sft-probe"
OUTPUT = ROOT / "Tests/SFTProbeTests/Fixtures/unchanged-training.json"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,+=?Ġ"
RUNS = {
    "lora": ["--lora-rank", "2", "--lora-dropout", "0.2"],
    "all weights": ["--learning-rate", "1e-3", "--schedule", "cosine", "--warmup-steps", "2", "--weight-decay", "0.1"],
}
COMMON = ["--max-steps", "8", "--batch-size", "3", "--threads", "2", "--seed", "5", "--probe-every", "2"]


def write_model(folder: Path) -> None:
    shutil.copytree(ROOT / "notebooks-data/reference/tiny-llama/gqa-tied", folder)
    end = {"id": len(LETTERS), "content": "<end>", "single_word": False, "lstrip": False, "rstrip": False,
           "normalized": False, "special": True}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    tokenizer = {"version": "1.0", "added_tokens": [end], "normalizer": None, "pre_tokenizer": byte_level,
                 "post_processor": None, "decoder": {"type": "ByteLevel"},
                 "model": {"type": "BPE", "vocab": {letter: i for i, letter in enumerate(LETTERS)}, "merges": []}}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    (folder / "tokenizer_config.json").write_text('{"eos_token": "<end>"}')


def main() -> None:
    runs = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_model(folder / "model")
        lines = [json.dumps({"prompt": f"what is {n}+7?", "completion": f" it is {n + 7}."}) for n in range(1, 11)]
        (folder / "data.jsonl").write_text("\n".join(lines) + "\n")
        for what, flags in RUNS.items():
            run = folder / what
            command = ["train", "--model", folder / "model", "--data", folder / "data.jsonl", "--output", run, "--quiet"]
            subprocess.run([TOOL, *command, *flags, *COMMON], check=True)
            weights = next((run / "final").glob("*model.safetensors"))
            metrics = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
            runs.append({"name": what, "flags": flags + COMMON, "weights": weights.name,
                         "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
                         "losses": [line["loss"] for line in metrics],
                         "gradient_norms": [line["grad_norm"] for line in metrics]})
            kernels = json.loads((run / "run.json").read_text())["kernels"]
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"kernels": kernels, "runs": runs}, indent=1) + "\n")


if __name__ == "__main__":
    main()
