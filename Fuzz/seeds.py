"""Writes the small files that a fuzz target begins with: seeds.py TARGET FOLDER. Standard library only."""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "notebooks-data/reference"
TESTS = ROOT / "Tests"
TOOL = ROOT / ".build/release/sft-probe"

FILES = {
    "gguf": ["Tests/ModelFilesTests/Fixtures/*.gguf", "notebooks-data/reference/tiny-llama/*.gguf"],
    "safetensors": [
        "Tests/ModelFilesTests/Fixtures/*.safetensors", "notebooks-data/reference/adapters/*/*.safetensors"],
    "index": ["Tests/ModelFilesTests/Fixtures/sharded/*.index.json"],
    "config": ["notebooks-data/reference/families/*/config.json"],
    "adapter": ["notebooks-data/reference/adapters/*/adapter_config.json"],
}

RECORDS = [
    {"id": "a", "task": "t", "prompt": "2+2=", "completion": "4", "other_completion": "5"},
    {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]},
    {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
    {"instruction": "Add", "input": "1 2", "output": "3", "history": [["a", "b"]]},
    {"question": "Why?", "choices": ["a", "b"], "answer": 1},
    {"text": "once upon"},
]


ENDPOINT = [
    {"id": "x", "choices": [{"index": 0, "message": {"role": "assistant", "content":
        '<think>So.</think>```json\n[{"problem": "2+2?", "answer": "\\frac{4}{1}", "options": ["4", "5"]}]\n```'}}],
     "usage": {"prompt_tokens": 3, "completion_tokens": 9}},
    {"choices": [{"message": {"content": [{"type": "text", "text": "Answer: 4"}, {"type": "image"}]}}]},
    {"error": {"message": "Unsupported parameter: 'max_tokens'; use max_completion_tokens", "code": 400}},
    {"detail": "temperature and random_seed are not known"},
    {"message": "slow down"},
]


def endpoint():
    for reply in ENDPOINT:
        yield json.dumps(reply).encode()
    yield b"Sun, 06 Nov 1994 08:49:37 GMT\nSunday, 06-Nov-94 08:49:37 GMT"
    yield b"120\nSun Nov  6 08:49:37 1994"
    yield b'Here they are: [{"problem": "a", "answer": "b"},]'


def files(target):
    for pattern in FILES[target]:
        for path in sorted(ROOT.glob(pattern)):
            yield path.read_bytes()


def templates():
    found = json.loads((TESTS / "ChatTemplatesTests/Fixtures/renderings.json").read_text())["templates"]
    for template in found.values() if isinstance(found, dict) else found:
        text = template if isinstance(template, str) else template.get("source", "")
        yield text.encode()


def tokenizers():
    """Small tokenizers of every model with every kind of normalizer, pre-tokenizer and decoder that is common."""
    vocabulary = {"<s>": 0, "a": 1, "b": 2, "ab": 3, "\u2581": 4, "\u0120": 5, "##b": 6, "[UNK]": 7}
    models = [
        {"type": "BPE", "vocab": vocabulary, "merges": [["a", "b"]], "byte_fallback": True, "unk_token": "[UNK]"},
        {"type": "Unigram", "vocab": [[token, -1.5] for token in vocabulary], "unk_id": 7},
        {"type": "WordPiece", "vocab": vocabulary, "unk_token": "[UNK]", "continuing_subword_prefix": "##",
         "max_input_chars_per_word": 100},
    ]
    normalizers = [
        None, {"type": "NFKC"}, {"type": "Prepend", "prepend": "\u2581"}, {"type": "Lowercase"},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "\u2581"},
        {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "StripAccents"}]},
        {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "lowercase": True},
    ]
    splitters = [
        None, {"type": "ByteLevel", "add_prefix_space": True, "use_regex": True}, {"type": "BertPreTokenizer"},
        {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
        {"type": "Split", "pattern": {"Regex": "\\p{L}+|\\p{N}{1,3}|\\s+"}, "behavior": "Isolated",
         "invert": False},
        {"type": "Digits", "individual_digits": True},
    ]
    decoders = [None, {"type": "ByteLevel"}, {"type": "ByteFallback"}, {"type": "WordPiece", "prefix": "##"}]
    for i, normalizer in enumerate(normalizers):
        for j, splitter in enumerate(splitters):
            yield json.dumps({
                "version": "1.0", "truncation": None, "padding": None,
                "added_tokens": [{"id": 0, "content": "<s>", "single_word": False, "lstrip": i % 2 == 0,
                                  "rstrip": False, "normalized": False, "special": True}],
                "normalizer": normalizer, "pre_tokenizer": splitter, "post_processor": None,
                "decoder": decoders[(i + j) % 4], "model": models[(i + j) % 3]}).encode()


def made_by_tool(target, folder):
    """A measurement, or an index, that the tool of this checkout writes; none where it is not built."""
    if not TOOL.exists():
        return
    model = REFERENCE / "tiny-llama/gqa-tied.f32.gguf"
    data, output = folder / "data", folder / f"{target}.seed"
    if target == "patterns":
        data.write_text('{"prompt": "a", "completion": "b"}\n' * 1)
        command = ["attribute", "--model", model, "--data", data, "--task", "t", "--output", output, "--quiet"]
    else:
        data.write_text('{"fact": "Salt melts ice."}\n{"fact": "Ice is cold."}\n')
        command = ["knowledge", "build", data, "--output", output]
    subprocess.run([TOOL, *map(str, command)], check=False, stdout=subprocess.DEVNULL)
    data.unlink()


def main(target, folder):
    folder = pathlib.Path(folder)
    if target in ("patterns", "knowledge"):
        return made_by_tool(target, folder)
    seeds = {
        "template": templates, "tokenizer": tokenizers, "endpoint": endpoint,
        "records": lambda: (json.dumps(record).encode() + b"\n" for record in RECORDS),
    }.get(target, lambda: files(target))()
    for number, seed in enumerate(seeds):
        (folder / f"seed-{number}").write_bytes(seed)


main(sys.argv[1], sys.argv[2])
