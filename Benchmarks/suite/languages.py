"""A step that moves languages by LoRA on the last block: what lies below it is known, so the step costs that block alone."""
import json
import pathlib
import sys

import compare_steps
import training
from groups import Group, Line, Row
from measuring import run

HERE = pathlib.Path(__file__).parent
ITEMS = 4  # texts of a step, each in four languages
OURS, PEER = "sft-probe languages train", "PyTorch, the last block through the whole model"


def group(options, data, folder):
    texts, subspaces, adapter = folder / "parallel.jsonl", folder / "subspaces.safetensors", folder / "last-block"
    prepare(options, data, texts, subspaces, adapter)
    count = options.size["steps"]
    rows = [Row(OURS, lambda outcome, _: training.uniform(ours(options, texts, subspaces, adapter, outcome, count))),
            Row(PEER, lambda _, setting: peer(options, texts, subspaces, adapter, setting, count), [{"piece": piece} for piece in (1, ITEMS)])]
    return Group(
        "languages", f"{count - compare_steps.DROPPED} steps of {ITEMS} texts in four made-up languages, after {compare_steps.DROPPED} that do not "
        "count; LoRA of rank 16 on the last block; reference states are computed before by both",
        rows, [Line("step of the last block, LoRA, fp32", OURS, [PEER], "tokens/s", bar=4, memory_bar=0.4)],
        reference=PEER, difference=training.losses, difference_is="of a step's loss, relative")


def prepare(options, data, texts, subspaces, adapter):
    """Word problems as they are, in capitals, and with words and letters turned round: as good as languages for a clock."""
    ways = {"en": lambda t: t, "aa": str.upper, "bb": lambda t: " ".join(reversed(t.split())), "cc": lambda t: t[::-1]}
    lines = [json.loads(line)["prompt"] for line in data.examples(options.size["steps"] * ITEMS).read_text().splitlines()]
    texts.write_text("".join(json.dumps({"id": str(i)} | {name: way(text) for name, way in ways.items()}) + "\n"
                             for i, text in enumerate(lines)))
    probe = texts.with_name("language-probe.jsonl")
    probe.write_text("".join(json.dumps({"id": f"{name}{i}", "lang": name, "text": way(text)}) + "\n"
                             for i, text in enumerate(lines) for name, way in ways.items()))
    code, _, _, _, err = run([options.ours, "languages", "probe", "--model", options.model, "--data", probe, "--layers", "final",
                              "--output", subspaces, "--quiet"])
    if code:
        sys.exit(f"subspaces could not be read: {err[-1]}")
    # An adapter that both begin with.
    code, _, _, _, err = run([options.ours, "languages", "train", "--model", options.model, "--subspaces", subspaces, "--data", texts, "--limit", ITEMS,
                              "--train-layers", 1, "--lora-rank", 16, "--max-steps", 1, "--checkpoint-every", 0, "--output", adapter, "--quiet"])
    if code:
        sys.exit(f"the adapter could not be made: {err[-1]}")


def ours(options, texts, subspaces, adapter, folder, steps):
    code, wall, memory, _, err = run([
        options.ours, "languages", "train", "--model", options.model, "--adapter", adapter / "final", "--subspaces", subspaces, "--data", texts,
        "--output", folder, "--train-layers", 1, "--threads", options.threads, "--max-steps", steps, "--batch-size", ITEMS, "--order", "given",
        "--learning-rate", 1e-5, "--schedule", "constant", "--weight-decay", 0.01, "--clip-norm", 1, "--checkpoint-every", 0,
        "--probe-every", 0])
    if code:
        return {"failed": f"exit code {code}: {err[-1]}"}
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return {"seconds": [line["seconds"] for line in lines], "losses": [line["loss"] for line in lines],
            "tokens": [line["tokens"] for line in lines], "wall": wall, "memory": memory}


def peer(options, texts, subspaces, adapter, setting, count):
    steps, dropped = (2, 1) if "tuning" in setting else (count, compare_steps.DROPPED)
    code, wall, memory, out, err = run([
        sys.executable, HERE / "peer_languages.py", "--model", options.pytorch_model, "--data", texts, "--subspaces", subspaces,
        "--adapter", adapter / "final", "--threads", options.threads, "--steps", steps, "--batch", ITEMS, "--piece", setting["piece"]])
    if code:
        return {"failed": "killed, most likely out of memory" if code == -9 else f"exit code {code}: {err[-1]}"}
    return training.uniform(json.loads(out[-1]) | {"wall": wall, "memory": memory}, dropped)
