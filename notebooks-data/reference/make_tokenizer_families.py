"""Makes the fixtures of TokenizationTests for SentencePiece-style, Unigram and WordPiece tokenizers.

Run: python make_tokenizer_families.py [GEMMA.gguf MINILM_FOLDER]
Needs tokenizers, transformers and sentencepiece. With the arguments (Gemma 3 270M as a GGUF file, a folder with
all-MiniLM-L6-v2's tokenizer.json), also writes the ids of these two real vocabularies.
"""

import gzip
import inspect
import io
import json
import pathlib
import random
import sys
import tempfile
import textwrap

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as protobuf
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer
from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS, convert_gguf_tokenizer
from transformers.tokenization_utils_base import generate_merges

from hard_strings import HARD

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests/TokenizationTests/Fixtures"
EXTRA = [
    "\u2581", "\u2581a", "a\u2581b", " \u2581 ", "\u2581\u2581the", "the\u2581 the", "<0x0A>", "a<0xE2><0x96>", "<0xZZ>", "</s>", "<s>a</s> b",
    "<unk>", "a<unk>b", "<bos>hi<eos>", "<start_of_turn>user\nWhat is 2+2?<end_of_turn>\n<start_of_turn>model\n", "<table><tr><td>1</td></tr></table>",
    "[CLS] a [SEP]", "[UNK][MASK] [mask]", "\u2581</", ">\u2581</", "> </b>", "a" * 99, "a" * 100, "a" * 101, "\u00e9" * 101, "un" * 60 + " ok", "a\t\tb\t\t\tc", "\n" * 40,
    "don 't do not I 'm . , ? ! can n't they 're", "x\u00adx", "\u2f00\u3400\u9fff\ua000\u2b820\u2b920", "\U0002b820\U0002b920\U0002a6df", "Stra\u00dfe \u03a3\u03c3\u03c2 \u0130\u0131 \u1f80", "\u2460\u24b6 \u33a5 \ufdfa",
] + [" " * n for n in (4, 5, 7, 8, 15, 16, 31, 32, 33, 40, 63, 64, 65, 100)] + ["x" + " " * n + "y" for n in (2, 3, 4, 5, 6, 9, 17, 33, 70)]
STRINGS = HARD + EXTRA
TEXT = [inspect.getsource(module) for module in (textwrap, json, gzip, random)] + [s for s in HARD if s] * 3


def write(name, value):
    (FIXTURES / name).write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def part(component):
    """A component as tokenizer.json writes it."""
    return None if component is None else json.loads(component.__getstate__().decode())


def spm(kind, size, **options):
    model = io.BytesIO()
    sentences = [line for text in TEXT for line in text.splitlines() if line.strip() and "\0" not in line]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences), model_writer=model, model_type=kind, vocab_size=size, byte_fallback=True,
        add_dummy_prefix=True, remove_extra_whitespaces=False, minloglevel=2, hard_vocab_limit=False, **options
    )
    proto = protobuf.ModelProto()
    proto.ParseFromString(model.getvalue())
    return proto


def answers(tokenizer, strings=STRINGS):
    ids = [tokenizer.encode(text).ids for text in strings]
    return {
        "ids": ids,
        "decoded": {i: d for i, (x, text) in enumerate(zip(ids, strings)) if (d := tokenizer.decode(x, skip_special_tokens=True)) != text},
    }


def raw(value):
    return json.dumps(value, separators=(",", ":"))


def template(spec):
    """The text of a tokenizer.json, its large parts left out."""
    spec = spec | {"model": {k: f"@{k}" if k in ("vocab", "merges") else v for k, v in spec["model"].items()}}
    return raw(spec)


def variants(name, base, changes):
    """Whole files, but for the vocabulary and the merges that they share; and their ids and texts."""
    model = json.loads(base)["model"]
    stored = {"vocab": raw(model["vocab"]), "merges": raw(model.get("merges")), "variants": {}}
    for key, (sections, changed) in changes.items():
        spec = json.loads(base)
        spec |= {k: part(value) if not isinstance(value, (dict, list)) else value for k, value in sections.items()}
        spec["model"] |= changed
        stored["variants"][key] = {"file": template(spec), **answers(Tokenizer.from_str(json.dumps(spec)))}
    write(name, stored)


FALLBACK = [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()]
UNDERLINE = normalizers.Replace(" ", "\u2581")


def byte_pairs():
    proto = spm("bpe", 1200, normalization_rule_name="identity", user_defined_symbols=["  ", "   ", "    ", "<table>", "\n\n"], split_digits=True)
    tokens = [p.piece for p in proto.pieces]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    scores = {p.piece: p.score for p in proto.pieces}
    control = [p.piece for p in proto.pieces if p.type in (2, 3)]
    tokenizer = Tokenizer(models.BPE(vocabulary, generate_merges(vocabulary, scores), unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens(control)
    base = tokenizer.to_str()
    def metaspace(scheme, split):
        return {"pre_tokenizer": pre_tokenizers.Metaspace("\u2581", scheme, split), "decoder": decoders.Metaspace("\u2581", scheme, split)}

    lacking = {t: i for t, i in vocabulary.items() if t not in ("e", "<0xC3>")}
    whole = [m for m in generate_merges(vocabulary, scores) if m[0] in lacking and m[1] in lacking and m[0] + m[1] in lacking]
    variants("spm-bpe.json", base, {
        "gemma": ({"normalizer": UNDERLINE, "pre_tokenizer": pre_tokenizers.Split(" ", "merged_with_previous"), "decoder": decoders.Sequence(FALLBACK)}, {}),
        "llama2": ({
            "normalizer": normalizers.Sequence([normalizers.Prepend("\u2581"), UNDERLINE]),
            "post_processor": processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", vocabulary["<s>"])]),
            "decoder": decoders.Sequence([*FALLBACK, decoders.Strip(" ", 1, 0)]),
        }, {}),
        "whole": ({**metaspace("always", True), "post_processor": processors.RobertaProcessing(("</s>", 2), ("<s>", 1))}, {"ignore_merges": True}),
        "first": (metaspace("first", True), {}),
        "never": (metaspace("never", False), {}),
        "joined": (metaspace("first", False), {}),
    })
    gaps = json.loads(base)
    gaps["model"] |= {"vocab": lacking, "merges": [list(m) for m in whole]}
    changes = {"fused": {}, "single": {"fuse_unk": False}, "dropped": {"unk_token": None}, "plain": {"byte_fallback": False}}
    variants("spm-bpe-gaps.json", json.dumps(gaps), {name: ({"normalizer": UNDERLINE}, change) for name, change in changes.items()})

    stored = {"tokens": tokens, "scores": [p.score for p in proto.pieces], "kinds": [p.type for p in proto.pieces], "architectures": {}}
    for architecture in ("llama", "gemma", "phi3"):
        names = {"<s>": "<bos>", "</s>": "<eos>"} if architecture == "gemma" else {}
        spelled = [names.get(token, token) for token in tokens]
        t, _ = convert_gguf_tokenizer(architecture, {"tokenizer_type": "llama", "tokens": spelled, "scores": stored["scores"], "token_type": stored["kinds"]})
        t.post_processor = processors.TemplateProcessing(single="$A", special_tokens=[])
        stored["architectures"][architecture] = answers(t)
    write("spm-gguf.json", stored)


def unigram():
    rules = [("\ufb01", "fi"), ("\u00e9", "e"), ("e\u0301", "E"), ("\u00bd", "1/2"), ("\u3000", " "), ("\u00a0", " "), ("\u200b", ""), ("\t", " "), ("\n", " "),
             ("\u304b\u3099", "\u304c"), ("\u0915\u094d", "k"), ("\u2764\ufe0f", "<3"), ("A", "a"), ("\uff11", "1"), ("\u1100\u1161", "\uac00")]
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        for source, target in rules:
            file.write(" ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n")
        file.flush()
        proto = spm("unigram", 900, normalization_rule_tsv=file.name)
    pieces = [(p.piece, p.score) for p in proto.pieces]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(["<s>", "</s>"])
    base = tokenizer.to_str()
    variants("unigram.json", base, {
        "precompiled": ({}, {}),
        "bytes": ({"normalizer": None, "decoder": decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])}, {"byte_fallback": True}),
        "whole": ({"normalizer": UNDERLINE, "pre_tokenizer": None}, {}),
    })


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=1500, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False)
    tokenizer.train_from_iterator(TEXT, trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.decoder = decoders.WordPiece()
    base = tokenizer.to_str()
    cased = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    variants("wordpiece.json", base, {
        "uncased": ({}, {}),
        "cased": ({"normalizer": cased, "post_processor": None, "decoder": decoders.WordPiece("##", False)}, {}),
        "short": ({"normalizer": normalizers.Lowercase(), "pre_tokenizer": pre_tokenizers.WhitespaceSplit()}, {"max_input_chars_per_word": 6}),
    })


SHORT = [text for text in STRINGS if len(text) <= 120]


def components():
    capitals = "".join(c for c in map(chr, range(0x110000)) if not 0xD800 <= ord(c) <= 0xDFFF and normalizers.Lowercase().normalize_str(c) != c)
    compatible = "".join(c + " " for c in map(chr, range(0x110000)) if not 0xD800 <= ord(c) <= 0xDFFF and normalizers.NFKD().normalize_str(c) != normalizers.NFD().normalize_str(c))
    N = normalizers
    steps = [
        N.NFC(), N.NFD(), N.NFKC(), N.NFKD(), N.Lowercase(), N.Strip(), N.Strip(left=False), N.Strip(right=False), N.StripAccents(), N.Prepend("\u2581"), N.Replace("a", "bb"),
        N.Replace(Regex(r"\s+"), "_"), N.BertNormalizer(), N.BertNormalizer(False, True, True, False), N.BertNormalizer(True, False, False, True),
        N.ByteLevel(), N.Sequence([N.NFD(), N.StripAccents(), N.Lowercase(), N.Strip()]), N.Sequence([]),
    ]
    long = {"Lowercase": capitals, "NFKC": compatible, "NFKD": compatible}
    write("normalizers.json", {"strings": SHORT[::2], "steps": [
        {
            "json": part(step),
            "changed": {i: found for i, text in enumerate(SHORT[::2]) if (found := step.normalize_str(text)) != text},
            "scalars": [text := long.get(type(step).__name__, ""), step.normalize_str(text) if text else ""],
        }
        for step in steps
    ]})

    P, splits = pre_tokenizers, []
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        splits += [P.Split(" ", behavior), P.Split(Regex(r"\d{1,2}|[a-z]+"), behavior), P.Split(Regex(r"[aeiou]"), behavior, True), P.Punctuation(behavior)]
    splits += [
        P.Digits(False), P.Digits(True), P.Whitespace(), P.WhitespaceSplit(), P.BertPreTokenizer(), P.Metaspace("_", "always", True), P.Metaspace("\u2581", "never", True),
        P.Metaspace("\u2581", "first", False), P.Sequence([P.WhitespaceSplit(), P.Metaspace("\u2581", "first")]), P.Sequence([P.ByteLevel(False), P.Digits(True)]), P.Sequence([]),
        P.Split(Regex(r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"), "isolated"),
    ]
    texts = [text for text in SHORT if text][::3]
    write("pre-tokenizers.json", {"strings": texts, "steps": [
        {"json": part(step), "pieces": [[piece for piece, _ in step.pre_tokenize_str(text)] for text in texts]} for step in splits
    ]})

    D = decoders
    steps = [
        D.ByteLevel(), D.ByteFallback(), D.Fuse(), D.Strip(" ", 1, 0), D.Strip("a", 0, 1), D.Replace("\u2581", " "), D.Replace(Regex("[ab]+"), "-"), D.Metaspace(),
        D.Metaspace("\u2581", "never"), D.WordPiece(), D.WordPiece("##", False), D.BPEDecoder(), D.Sequence([*FALLBACK, D.Strip(" ", 1, 0)]), D.Sequence([D.Fuse(), D.Replace("a", "b")]),
    ]
    pool = ["\u2581the", "the", "\u2581\u2581", " a", "a ", "aab", "<0xE2>", "<0x96>", "<0x81>", "<0x41>", "<0xC3>", "<0xe9>", "<0x+1>", "##ing", "##", "'", "s", "n't", ".", "?", "do", "not", "\u0120the", "\u010a", "\u00e9", "x</w>", "</w>", "\u4e2d", "i\u2581j"]
    generator = random.Random(9)
    lists = [[]] + [generator.choices(pool, k=generator.randint(1, 9)) for _ in range(120)]
    write("decoders.json", {"tokens": lists, "steps": [{"json": part(step), "texts": [step.decode(list(tokens)) for tokens in lists]} for step in steps]})


def named_splitters():
    """What GGUF calls the splitters that have no scanner, with the vocabulary of make_tokenizers.py."""
    tokenizer, stored = Tokenizer.from_file(str(FIXTURES / "tokenizer.json")), {}
    for name in ("tekken", "gpt-4o"):
        split = pre_tokenizers.Split(Regex(GGUF_PRE_TOKENIZER_SPLITS[name]), "isolated")
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
        stored[name] = [tokenizer.encode(text).ids for text in STRINGS]
    write("named-splitters.json", stored)


FIXTURES.mkdir(parents=True, exist_ok=True)
write("family-strings.json", STRINGS)
byte_pairs()
unigram()
word_piece()
components()
named_splitters()
if len(sys.argv) > 2:
    gguf = pathlib.Path(sys.argv[1])
    gemma = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
    write("gemma3-ids.json", [gemma.encode(text) for text in STRINGS])
    encoder = Tokenizer.from_file(str(pathlib.Path(sys.argv[2]) / "tokenizer.json"))
    encoder.no_padding()
    encoder.no_truncation()
    write("minilm-ids.json", [encoder.encode(text).ids for text in STRINGS])
