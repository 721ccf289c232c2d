"""Preferences: steps of DPO on a LoRA adapter, each of some pairs of a right and a wrong answer."""
import json
import pathlib
import re
import sys

import compare_steps
import training
from groups import Group, Line, Row
from measuring import run, write_lines

HERE = pathlib.Path(__file__).parent
PAIRS = 8
OURS, PEER = "sft-probe DPO, LoRA", "PyTorch + peft, DPO, LoRA, fp32"


def group(options, data, folder):
    options.steps = options.size["steps"]
    options.learning_rate = 1e-5
    pairs, options.adapter = folder / "pairs.jsonl", folder / "preference-adapter"
    prepare(options, data, folder, pairs)
    rows = [
        Row(OURS, lambda outcome, _: training.uniform(measure_ours(options, pairs, outcome))),
        Row(PEER, lambda _, setting: peer(options, pairs, setting), [{"piece": piece} for piece in (1, 2, PAIRS)])]
    return Group(
        "preferences", f"{options.steps - compare_steps.DROPPED} steps of {PAIRS} pairs made of {data.name}, after "
        f"{compare_steps.DROPPED} that do not count; LoRA of rank 16 on all linear layers; the reference is scored before",
        rows, [Line("DPO step, LoRA, fp32", OURS, [PEER], "tokens/s", bar=1.5, memory_bar=0.4)],
        reference=PEER, difference=training.losses, difference_is="of a step's loss, relative")


def prepare(options, data, folder, pairs):
    """The pairs, in batches of like lengths, and an adapter that both begin with."""
    ordered = folder / "ordered.jsonl"
    code, _, _, _, err = run([
        sys.executable, compare_steps.HERE / "prepare.py", options.pytorch_model,
        data.examples(options.steps * PAIRS), PAIRS, ordered, options.adapter, 16])
    if code:
        sys.exit(f"pairs and adapter could not be prepared: {err[-1]}")
    write_lines(pairs, [pair(json.loads(line)) for line in ordered.read_text().splitlines()])


def pair(example):
    """The worked answer, and the same with the last result wrong. The space between prompt and answer is the answer's, so
    that both alone have the tokens that they have together."""
    chosen = " " + example["completion"]
    result = re.findall(r"\d+", chosen)[-1]
    wrong = re.sub(rf"\b{result}\b", str(int(result) + 10), chosen)
    return {"id": example["id"], "prompt": example["prompt"].rstrip(" "), "chosen": chosen, "rejected": wrong}


def measure_ours(options, pairs, folder):
    code, wall, memory, _, err = run([
        options.ours, "train", "--objective", "preference", "--model", options.model, "--adapter", options.adapter,
        "--data", pairs, "--output", folder, "--threads", options.threads, "--max-steps", options.steps, "--batch-size", PAIRS,
        "--order", "given", "--learning-rate", options.learning_rate, "--schedule", "constant", "--weight-decay", 0.01,
        "--clip-norm", 1, "--checkpoint-every", 0, "--probe-every", 0, "--probe-limit", 0])
    if code:
        return {"failed": f"exit code {code}: {err[-1]}"}
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return {"seconds": [line["seconds"] for line in lines], "losses": [line["loss"] for line in lines],
            "tokens": [line["tokens"] for line in lines], "wall": wall, "memory": memory}


def peer(options, pairs, setting):
    steps, dropped = (2, 1) if "tuning" in setting else (options.steps, compare_steps.DROPPED)
    code, wall, memory, out, err = run([
        sys.executable, HERE / "peer_preferences.py", "--model", options.pytorch_model, "--data", pairs, "--adapter",
        options.adapter, "--threads", options.threads, "--steps", steps, "--batch", PAIRS, "--piece", setting["piece"],
        "--learning-rate", options.learning_rate])
    if code:
        return {"failed": "killed, most likely out of memory" if code == -9 else f"exit code {code}: {err[-1]}"}
    return training.uniform(json.loads(out[-1]) | {"wall": wall, "memory": memory}, dropped)
