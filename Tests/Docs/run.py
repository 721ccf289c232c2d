#!/usr/bin/env python3
"""Runs every command of README.md and docs/*.md as it stands there, page by page, in a folder with small files.

    Tests/Docs/run.py [PAGE…]       (after a build; SmolLM2-135M in the cache; what is missing is skipped, saying so)

A command is a line of a block that begins with `sft-probe` or `$S`. Names of models and files are kept; `pages.py` says what
the files hold. A command that ends with another code than 0 fails the test, and so does a page without its files.
"""
import atexit
import functools
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
import pages


def commands(text):
    """The commands of a page: (line, words). Lines that end in a backslash go on."""
    found, lines, fenced = [], text.split("\n"), False
    for number, line in enumerate(lines):
        if line.strip().startswith("```"):
            fenced = not fenced
        code = line.strip()
        if not (fenced or line.startswith("    ")) or not re.match(r"(sft-probe|\$S|\.build/release/sft-probe) +[a-z]", code):
            continue
        following = number
        while code.endswith("\\"):
            following += 1
            code = code[:-1] + lines[following].strip()
        found.append((number + 1, shlex.split(code, comments=True)))
    return found


@functools.cache
def smollm2_folder():
    """SmolLM2 as a folder of transformers, made once; nothing where transformers is not there."""
    folder = pathlib.Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    script = ROOT / "notebooks-data/reference/smollm2_folder.py"
    made = subprocess.run([sys.executable, script, folder], capture_output=True, text=True)
    return folder if made.returncode == 0 else None


def skipped(words):
    """Why a command cannot run here; nothing if it can."""
    for mark, reason in pages.SKIPPED.items():
        if any(mark in word for word in words):
            return reason
    if any(word in pages.SMOLLM2 for word in words) and not smollm2_folder():
        return "it needs SmolLM2 as a folder (notebooks-data/reference/smollm2_folder.py: torch, transformers, gguf)"
    return ""


def told(tool, words, folder):
    """Runs the tool; another example's output of the same name is put aside first, as a reader would."""
    if words[0] == "train" and "--output" in words:
        output = pathlib.Path(folder, words[words.index("--output") + 1])
        if output.exists():
            output.rename(output.with_name(f"{output.name}-{time.monotonic_ns()}"))
    return subprocess.run([tool, *words], cwd=folder, capture_output=True, text=True, errors="replace",
                          env=os.environ | pages.ENVIRONMENT)


def run(page, tool):
    failures = count = 0
    with tempfile.TemporaryDirectory() as folder:
        pages.fill(page.name, pathlib.Path(folder))
        (pathlib.Path(folder) / "notebooks-data").symlink_to(ROOT / "notebooks-data")
        for command in pages.BEFORE.get(page.name, []):
            if told(tool, shlex.split(command), folder).returncode:
                sys.exit(f"{page.name}: this was to come before its commands and fails: {command}")
        for line, words in commands(page.read_text()):
            if reason := skipped(words):
                print(f"skipped  {page.name}:{line}: {reason}")
                continue
            words = [str(smollm2_folder()) if word in pages.SMOLLM2 else pages.MODELS.get(word, word)
                     for word in words[1:]]
            ended = told(tool, words, folder)
            count += 1
            if ended.returncode:
                failures += 1
                print(f"FAILED   {page.name}:{line}: exit {ended.returncode}: {shlex.join(words)}\n"
                      f"    {ended.stderr.strip().splitlines()[-1:]}", flush=True)
    print(f"{page.name}: {count} commands, {failures} failed", flush=True)
    return count, failures


def main():
    tool = pathlib.Path(os.environ.get("SFT_PROBE", ROOT / ".build/release/sft-probe"))
    wanted = sys.argv[1:]
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    for name in ("smollm2-135m", "all-minilm-l6-v2"):
        if subprocess.run([tool, "model", "pull", name, "--quiet"], stdout=subprocess.DEVNULL).returncode:
            print(f"Tests/Docs: no {name}: skipped", file=sys.stderr)
            return
    found = [page for page in found if page.name not in pages.ELSEWHERE and (not wanted or page.name in wanted)]
    total = [run(page, tool) for page in found]
    failures = sum(failed for _, failed in total)
    print(f"{sum(count for count, _ in total)} commands of the documentation, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
