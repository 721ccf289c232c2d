"""Makes the fixtures of TokenizationTests with the `tokenizers` package.

Run: python make_tokenizers.py [FOLDER]
With FOLDER, a folder that holds SmolLM2's tokenizer.json, also writes the ids of the real vocabulary. (transformers
exports that file from a GGUF, but without SmolLM2's Digits step; it is put back here.)
"""

import gzip
import inspect
import json
import pathlib
import random
import sys
import textwrap
import unicodedata

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from hard_strings import HARD

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests/TokenizationTests/Fixtures"
REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + REST
LLAMA = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + REST


def sequence(*steps):
    return pre_tokenizers.Sequence(list(steps))


def split(expression):
    return sequence(
        pre_tokenizers.Split(Regex(expression), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    )


def smollm():
    return sequence(
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    )


def trained():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = smollm()
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=2000,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<repo_name>", "<file_sep>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    text = [inspect.getsource(module) for module in (textwrap, json, gzip, random)]
    tokenizer.train_from_iterator(text + HARD * 3, trainer)
    return tokenizer


def write(name, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n"
    (FIXTURES / name).write_text(text)


def variant(base, name, change):
    """Writes the sections in which a changed tokenizer differs, and its ids and texts."""
    tokenizer = Tokenizer.from_str(base.to_str())
    change(tokenizer)
    old, new = json.loads(base.to_str()), json.loads(tokenizer.to_str())
    sections = {k: v for k, v in new.items() if k != "model" and old[k] != v}
    model = {k: v for k, v in new["model"].items() if k not in ("vocab", "merges") and old["model"][k] != v}
    encoded = [tokenizer.encode(text) for text in HARD]
    write(
        f"variant-{name}.json",
        {
            "sections": sections,
            "model": model,
            "ids": [e.ids for e in encoded],
            "decoded": {
                i: tokenizer.decode(e.ids, skip_special_tokens=True)
                for i, (e, text) in enumerate(zip(encoded, HARD))
                if tokenizer.decode(e.ids, skip_special_tokens=True) != text
            },
        },
    )


def plain(t):
    pass


def gpt2(t):
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    t.post_processor = processors.ByteLevel(trim_offsets=True)


def qwen2(t):
    t.normalizer = normalizers.NFC()
    t.pre_tokenizer = split(QWEN)


def llama3(t):
    t.pre_tokenizer = split(LLAMA)
    t.model.ignore_merges = True
    t.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(single="<|im_start|> $A <|im_end|>", special_tokens=[("<|im_start|>", 1), ("<|im_end|>", 2)]),
        ]
    )


def prefixed(t):
    t.pre_tokenizer = sequence(
        pre_tokenizers.Digits(individual_digits=False), pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True)
    )


def added(t):
    """Every flag of an added token, on tokens that overlap each other and the hard strings."""
    t.normalizer = normalizers.Sequence([normalizers.NFC()])
    t.add_tokens(
        [
            AddedToken("the", single_word=True, normalized=False),
            AddedToken("!", lstrip=True, normalized=False),
            AddedToken("\u4e2d", rstrip=True, normalized=True),
            AddedToken("e\u0301", normalized=True),
            AddedToken("a b", normalized=False),
            AddedToken("a b c d", normalized=False),
            AddedToken("42", single_word=True, lstrip=True, rstrip=True, normalized=True),
            AddedToken("\U0001f600\U0001f601", normalized=False),
            AddedToken("<|im_end|>\n\n", normalized=False, special=True),
        ]
    )


def whole_words(base):
    """Words that are tokens, though no merge makes them; and bytes without a token."""
    spec = json.loads(base.to_str())
    vocabulary = spec["model"]["vocab"]
    for missing in ("x", "\u0120y", "\u00e4"):
        del vocabulary[missing]
    kept = [m for m in spec["model"]["merges"] if m[0] in vocabulary and m[1] in vocabulary and m[0] + m[1] in vocabulary]
    spec["model"] |= {"merges": kept, "unk_token": "<repo_name>", "fuse_unk": True, "ignore_merges": True}
    return spec


def with_gaps(base):
    spec = whole_words(base)
    for fuse in (True, False):
        spec["model"]["fuse_unk"] = fuse
        t = Tokenizer.from_str(json.dumps(spec))
        yield [t.encode(text).ids for text in HARD]
    spec["model"] |= {"unk_token": None}
    t = Tokenizer.from_str(json.dumps(spec))
    yield [t.encode(text).ids for text in HARD]


FIXTURES.mkdir(parents=True, exist_ok=True)
base = trained()
spec = json.loads(base.to_str())
write("tokenizer.json", spec)
write("strings.json", HARD)
for name, change in [("smollm", plain), ("gpt2", gpt2), ("qwen2", qwen2), ("llama3", llama3), ("prefixed", prefixed), ("added", added)]:
    variant(base, name, change)
fused, single, dropped = with_gaps(base)
removed = sorted(set(spec["model"]["vocab"]) - set(whole_words(base)["model"]["vocab"]))
write("gaps.json", {"removed": removed, "fused": fused, "single": single, "dropped": dropped})

generator = random.Random(5)
lists = [[generator.randrange(-0, 2000) for _ in range(generator.randint(0, 12))] for _ in range(150)]
write("decode.json", {"ids": lists, "texts": [base.decode(ids, skip_special_tokens=False) for ids in lists]})

parts = [c for c in map(chr, range(0xC0, 0x2FA1E)) if unicodedata.decomposition(c)[:1] not in ("", "<")]
parts += [c for c in map(chr, range(0x300, 0x1E94B)) if unicodedata.combining(c)] * 2
parts += [chr(c) for c in (*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A7, 0x11C3))] * 4
parts += list("aAeEoOuU \U00010041\uac00\ud558") * 40
texts = ["".join(generator.choices(parts, k=generator.randint(1, 6))) for _ in range(2500)]
write("composed.json", [[text, normalizers.NFC().normalize_str(text)] for text in texts])

if len(sys.argv) > 1:
    real = Tokenizer.from_file(str(pathlib.Path(sys.argv[1]) / "tokenizer.json"))
    real.pre_tokenizer = smollm()
    write("smollm2-ids.json", [real.encode(text).ids for text in HARD])
