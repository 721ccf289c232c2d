"""Where an answer's tokens begin when prompt and answer are encoded together, by the offsets of `tokenizers`.

Trains a small tokenizer of each kind that puts something where a text begins, or changes the text before it is split, and
writes them with the expected tokens to Tests/ExamplesTests/Fixtures/boundaries.json.

    python notebooks-data/reference/make_boundaries.py
"""

import json
import os

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "../../Tests/ExamplesTests/Fixtures/boundaries.json")

TEXTS = [
    "The answer is Paris. The capital of France is Paris, and 2+2=4.",
    "Question: where is it? Answer: in Paris or in London; yes or no.",
    "def f(x):\n    return x\n", "naïve café, Zürich, 北京",
] * 20
SPECIAL = ["<unk>", "<s>", "</s>", "<|end|>"]
CASES = [
    ["The answer is", " Paris"], ["2+2=", "4"], ["The answer is ", "Paris"], ["Question:\n", "Answer"],
    ["<|end|>", "yes"], ["<|end|>\n", "yes"], ["Par", "is"], ["The", "  answer"], ["", "Paris"], ["café", " Zürich"],
    ["<s>The answer is", " no"], ["def f(x):\n", "    return x"], ["in Paris,", " or in London"],
]


def bpe(normalizer, pre_tokenizer, decoder, byte_fallback=False, alphabet=()):
    # Byte tokens as SentencePiece files have them, so that nothing is unknown.
    special = SPECIAL + ([f"<0x{i:02X}>" for i in range(256)] if byte_fallback else [])
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=byte_fallback))
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre_tokenizer:
        tokenizer.pre_tokenizer = pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=len(special) + 180, special_tokens=special, initial_alphabet=list(alphabet), show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.decoder = decoder
    return tokenizer


def finished(tokenizer):
    """The file with only the true special tokens marked, and the beginning token put before a text."""
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))])
    content = json.loads(tokenizer.to_str())
    content["added_tokens"] = [token for token in content["added_tokens"] if token["content"] in SPECIAL]
    return content


SENTENCEPIECE = decoders.Sequence(
    [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
BYTES = pre_tokenizers.ByteLevel.alphabet()


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.train_from_iterator(
        TEXTS, trainers.UnigramTrainer(
            vocab_size=140, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False))
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    return tokenizer


KINDS = {
    "prepend": bpe(
        normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]), None, SENTENCEPIECE, True),
    "replace": bpe(normalizers.Replace(" ", "▁"), None, SENTENCEPIECE, True),
    "metaspace first": bpe(
        None, pre_tokenizers.Metaspace(prepend_scheme="first", split=False), SENTENCEPIECE, True),
    "metaspace always": bpe(
        None, pre_tokenizers.Metaspace(prepend_scheme="always"), decoders.Metaspace(prepend_scheme="always"), True),
    "byte level": bpe(
        None, pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False),
        decoders.ByteLevel(), alphabet=BYTES),
    "byte level with a space": bpe(
        None, pre_tokenizers.ByteLevel(add_prefix_space=True, trim_offsets=False),
        decoders.ByteLevel(), alphabet=BYTES),
    "lower case": bpe(
        normalizers.Lowercase(), pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False),
        decoders.ByteLevel(), alphabet=BYTES),
    "unigram": unigram(),
}

fixture = []
for name, tokenizer in KINDS.items():
    content = finished(tokenizer)
    tokenizer = Tokenizer.from_str(json.dumps(content))
    cases = []
    for prompt, answer in CASES:
        encoding = tokenizer.encode(prompt + answer)
        beginning = tokenizer.token_to_id("<s>")
        first = next(
            i for i, (start, end) in enumerate(encoding.offsets) if end > len(prompt) and i > 0)
        ids = encoding.ids
        if ids[:2] == [beginning, beginning]:  # a text that brings its own beginning has one
            ids, first = ids[1:], first - 1
        # What the prompt has when nothing follows it, as TRL and lm-eval take it away.
        alone = tokenizer.encode(prompt).ids
        alone = alone[1:] if alone[:2] == [beginning, beginning] else alone
        cases.append({
            "prompt": prompt, "answer": answer, "ids": ids, "first": first,
            "prompt_is_prefix": ids[: len(alone)] == alone and len(alone) == first,
        })
    fixture.append({"name": name, "tokenizer": content, "cases": cases})

os.makedirs(os.path.dirname(TARGET), exist_ok=True)
with open(TARGET, "w", encoding="utf-8") as file:
    json.dump(fixture, file, ensure_ascii=False, separators=(",", ":"))
for kind in fixture:
    print(kind["name"], [(c["first"], c["prompt_is_prefix"]) for c in kind["cases"]])
