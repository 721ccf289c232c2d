"""Processes that measure: the tool with its progress as JSON, and Python scripts that print a JSON line."""
import json
import pathlib
import sys
import time

from measuring import run

HERE = pathlib.Path(__file__).parent


def failure(code, err):
    return {"failed": "killed, most likely out of memory" if code == -9 else f"exit code {code}: {err[-1]}"}


def tool(options, *arguments, keep=None):
    """Runs sft-probe: what its `done` event says, `lines` on standard output, wall time and memory. `keep` names a file
    for the output."""
    code, wall, memory, out, err = run([options.ours, *arguments])
    if code:
        return failure(code, err)
    events = [json.loads(line) for line in err if line.startswith("{")]
    done = [event for event in events if event.get("event") == "done"]
    if keep:
        keep.write_text("\n".join(out) + "\n")
    return (done[0] if done else {}) | {"wall": wall, "memory": memory, "outcome": keep}


def python(script, *arguments, outcome=None):
    """Runs a script of this folder, which prints a JSON line last; `--started` tells it when it was started."""
    code, wall, memory, out, err = run([sys.executable, HERE / script, "--started", time.time(), *arguments])
    if code:
        return failure(code, err)
    return json.loads(out[-1]) | {"wall": wall, "memory": memory, "outcome": outcome}


def flags(setting):
    """A setting as flags, without the mark that it is being tried."""
    return [x for key, value in setting.items() if key != "tuning" for x in (f"--{key.replace('_', '-')}", value)]


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def largest(pairs):
    """The largest absolute difference of pairs of numbers."""
    return max(abs(a - b) for a, b in pairs)
