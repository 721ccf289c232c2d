"""The commands that are killed, starved of room and run twice at once: how each is begun and begun again, whether what it
leaves can be opened, and what it comes to. Standard library only."""

import hashlib
import http.server
import json
import os
import pathlib
import re
import sqlite3
import struct
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = os.environ.get("TOOL", str(ROOT / ".build/release/sft-probe"))
MODEL = str(ROOT / "notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf")


class Inputs:
    """What the commands read: a small model, and data made here."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True)
        words = ["salt", "ice", "iron", "rust", "tea", "cup", "rain", "leaf"]
        lines = [{"prompt": f"{words[i % 8]} and {words[i * 3 % 8]} {i % 17}:", "completion": f" {words[i * 5 % 8]}"}
                 for i in range(240)]
        self.data = self.write("data.jsonl", lines)
        self.queries = self.write("queries.jsonl", [
            {"id": f"q{i}", "query": f"What does {words[i % 8]} do?", "options": ["it melts", "it rusts", "it grows"],
             "facts": [f"{words[i % 8]} melts {i}.", f"{words[(i + 1) % 8]} rusts."], "answer": i % 3} for i in range(100)])
        self.facts = str(folder / "facts.txt")
        pathlib.Path(self.facts).write_text("".join(f"{words[i % 8]} number {i} melts {words[i * 7 % 8]}.\n" for i in range(30000)))
        self.pairs = str(folder / "pairs.jsonl")
        run(["diagnose", "--model", MODEL, "--queries", self.queries, "--output", self.pairs, "--threshold", "0",
             "--limit", "40", "--quiet"])
        self.repair = str(folder / "repair.jsonl")
        run(["synthesize", self.pairs, "--output", self.repair])
        self.measured, self.large = str(folder / "measured.h5"), str(folder / "large.h5")
        attribute = ["attribute", "--model", MODEL, "--quiet", "--audit", "0"]
        run(attribute + ["--data", self.data, "--task", "other", "--output", self.measured])
        # Over a megabyte, from which on a file is changed where it is: the scores of many tokens.
        wide = self.write("wide.jsonl", [{"prompt": " ".join(words) * 5 + f" {i}:", "completion": " tea"} for i in range(220)])
        run(attribute + ["--data", wide, "--task", "large", "--output", self.large, "--token-scores"])
        if pathlib.Path(self.large).stat().st_size <= 1 << 20:
            raise SystemExit("the large file is too small to be changed where it is")
        self.hub = Hub()

    def write(self, name, records):
        path = self.folder / name
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        return str(path)


class Hub(http.server.ThreadingHTTPServer):
    """A hub with one slow model."""

    files = {"config.json": b"{}", "model.safetensors": os.urandom(1 << 21), "tokenizer.json": b"{}"}

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, address):
        """One who asked and went away is what is wanted here."""


class Answer(http.server.BaseHTTPRequestHandler):
    def log_message(self, *words):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = self.path.split("?")[0]
        if path.startswith("/api/models/owner/model"):
            siblings = [{"rfilename": name, "size": len(data)} for name, data in Hub.files.items()]
            return self.answer(200, json.dumps({"sha": "c0ffee", "siblings": siblings}).encode())
        data = Hub.files.get(path.removeprefix("/owner/model/resolve/c0ffee/"))
        if data is None:
            return self.answer(404, b"")
        start = int((re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) or [0, 0])[1])
        part = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
        self.answer(206 if start else 200, data[start:], {"ETag": f'"{len(data)}"', **part})

    def answer(self, status, body, headers=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        for start in range(0, len(body), 1 << 16):
            self.wfile.write(body[start:start + (1 << 16)])
            time.sleep(0.02)


def run(arguments, environment=None, check=True):
    """Runs the tool to its end: its exit code, and what it said."""
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True, errors="replace", env=environment)
    if check and done.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)}: exit {done.returncode}: {done.stderr[-500:]}")
    return done.returncode, done.stdout + done.stderr


def begin(arguments, environment=None):
    return subprocess.Popen([TOOL, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)


class Scene:
    """A command, of which `folder` is all that it writes to."""

    def __init__(self, name, inputs, arguments, result, start=None, environment=None):
        self.name, self.inputs, self.arguments, self.result = name, inputs, arguments, result
        self.start, self.environment = start or (lambda folder: None), environment or (lambda folder: None)


def scenes(inputs):
    model, quiet = ["--model", MODEL, "--threads", "1"], ["--quiet"]

    def train(folder):
        if (folder / "run/run.json").exists():
            return ["train", "--resume", str(folder / "run")] + quiet
        return ["train", *model, "--data", inputs.data, "--output", str(folder / "run"), "--lora-rank", "4",
                "--lora-dropout", "0.1", "--max-steps", "40", "--batch-size", "4", "--checkpoint-every", "3",
                "--probe-limit", "16"] + quiet

    def attribute(folder, output="p.h5", extra=()):
        return ["attribute", *model, "--data", inputs.data, "--task", "t", "--output", str(folder / output), "--modules",
                "--pack-tokens", "64", *extra] + quiet

    def copies(*paths):
        return lambda folder: [(folder / pathlib.Path(path).name).write_bytes(pathlib.Path(path).read_bytes())
                               for path in paths]

    def hub(folder):
        return {**os.environ, "HF_ENDPOINT": f"http://127.0.0.1:{inputs.hub.server_port}",
                "SFT_PROBE_CACHE": str(folder / "cache")}

    return [
        Scene("train", inputs, train, lambda f: [table(f / "run/patterns.h5"), metrics(f / "run"),
                                                 digest(f / "run/final/adapter_model.safetensors")]),
        Scene("attribute", inputs, lambda f: attribute(f, extra=["--audit", "2", "--points", "2", "--no-refine", "--limit",
                                                                 "60"]), lambda f: [table(f / "p.h5")]),
        Scene("append", inputs, lambda f: attribute(f, "large.h5", ["--limit", "40", "--replace"]),
              lambda f: [table(f / "large.h5")], copies(inputs.large)),
        Scene("diagnose", inputs, lambda f: ["diagnose", *model, "--queries", inputs.queries, "--output", str(f / "d.jsonl"),
                                             "--pack-tokens", "128", "--threshold", "0"] + quiet,
              lambda f: [digest(f / "d.jsonl")]),
        Scene("remedy", inputs, lambda f: ["remedy", inputs.repair, *model, "--diagnosis", inputs.pairs, "--output",
                                           str(f / "run"), "--epochs", "1", "--lora-rank", "2", "--heads", "8"] + quiet,
              lambda f: [digest(f / "run/outcomes.jsonl"), metrics(f / "run"),
                         digest(f / "run/final/adapter_model.safetensors")]),
        Scene("patterns merge", inputs, lambda f: ["patterns", "merge", str(f / "large.h5"), inputs.measured, "--output",
                                                   str(f / "m.h5"), "--replace"],
              lambda f: [table(f / "m.h5")], copies(inputs.large)),
        Scene("patterns remove", inputs, lambda f: ["patterns", "remove", str(f / "large.h5"), "--task", "large",
                                                    "--checkpoint", "base"],
              lambda f: [table(f / "large.h5")], lambda f: two(f, inputs)),
        Scene("knowledge build", inputs, lambda f: ["knowledge", "build", inputs.facts, "--output", str(f / "k.db")] + quiet,
              lambda f: [rows(f / "k.db")]),
        Scene("synthesize", inputs, lambda f: ["synthesize", inputs.pairs, "--output", str(f / "s.jsonl")],
              lambda f: [digest(f / "s.jsonl")]),
        Scene("model pull", inputs, lambda f: ["model", "pull", "owner/model"] + quiet,
              lambda f: [sorted(digest(path) for path in f.rglob("model.safetensors"))], environment=hub),
    ]


def two(folder, inputs):
    """A large file with a second measurement."""
    (folder / "large.h5").write_bytes(pathlib.Path(inputs.large).read_bytes())
    run(["attribute", "--model", MODEL, "--data", inputs.data, "--limit", "8", "--task", "small", "--output",
         str(folder / "large.h5"), "--quiet", "--audit", "0"])


def table(path):
    """The measurements as a table, without when they were made."""
    output = path.with_suffix(".csv")
    run(["patterns", "export", str(path), "--output", str(output)])
    text = output.read_text()
    output.unlink()
    return hashlib.sha256(re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "", text).encode()).hexdigest()


def metrics(folder):
    return re.sub(r'"seconds":[^,}]*,?', "", (folder / "metrics.jsonl").read_text())


def rows(path):
    with sqlite3.connect(path) as database:
        return [database.execute("SELECT count(*) FROM fact").fetchone(), database.execute("PRAGMA integrity_check").fetchone()]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def broken_files(folder):
    """What cannot be opened of that which lies under the names of outputs; what is still being made has other names."""
    for path in folder.rglob("*"):
        if not path.is_file() or path.name.startswith(".") or ".part" in str(path) or path.suffix in (".lock", ".incomplete"):
            continue
        try:
            if path.suffix == ".h5":
                code, said = run(["patterns", "list", str(path)], check=False)
                if code != 0 and "no measurement" not in said:
                    yield f"{path}: {said.strip()}"
            elif path.suffix == ".jsonl":
                [json.loads(line) for line in path.read_text().splitlines()]
            elif path.suffix == ".json":
                json.loads(path.read_text())
            elif path.suffix == ".safetensors" and "cache" not in path.parts:
                data = path.read_bytes()
                header = json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]])
                assert max(t["data_offsets"][1] for n, t in header.items() if n != "__metadata__") == \
                    len(data) - 8 - struct.unpack("<Q", data[:8])[0]
            elif path.suffix == ".db":
                assert rows(path)[1] == ("ok",)
        except (ValueError, AssertionError, sqlite3.Error, struct.error) as error:
            yield f"{path}: {error!r}"
