"""Writes Sources/Tokenization/Tables/NormalizerTables.swift: what the reference's normalizers do to single scalars.

Run: python make_normalizer_tables.py  (needs the `tokenizers` package)
"""

import pathlib

from tokenizers import normalizers, pre_tokenizers

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "Sources/Tokenization/Tables/NormalizerTables.swift"
SCALARS = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]

clean = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
accents = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
marks, lower = normalizers.StripAccents().normalize_str, normalizers.Lowercase().normalize_str
decomposed, compatible = normalizers.NFD().normalize_str, normalizers.NFKD().normalize_str
punctuation = pre_tokenizers.Punctuation("removed").pre_tokenize_str


def rows(numbers):
    lines, line = [], "   "
    for number in numbers:
        word = f"0x{number:X}," if number >= 0 else f"-0x{-number:X},"
        if len(line) + 1 + len(word) > 110:
            lines.append(line)
            line = "   "
        line += " " + word
    return "\n".join(lines + [line])


def ranges(belongs):
    runs = []
    for c in map(ord, filter(belongs, SCALARS)):
        if runs and runs[-1][1] == c - 1:
            runs[-1][1] = c
        else:
            runs.append([c, c])
    return [n for run in runs for n in run]


def lowercase():
    """First, last and offset of runs of scalars that have a lowercase form, and the step from one to the next."""
    runs = []
    for c in SCALARS:
        small = lower(c)
        if small == c or len(small) != 1:
            assert small == c or (c, small) == ("\u0130", "i\u0307")
            continue
        c, offset = ord(c), ord(small) - ord(c)
        last = runs[-1] if runs else None
        if last and last[2] == offset and (last[3] == c - last[1] or last[0] == last[1] and c - last[1] <= 2):
            last[3] = c - last[1]
            last[1] = c
        else:
            runs.append([c, c, offset, 1])
    return [n for run in runs for n in run]


def compatibility():
    """A scalar, how many scalars it stands for, and these, where NFKD goes beyond NFD."""
    numbers = []
    for c in SCALARS:
        if compatible(c) != decomposed(c):
            numbers += [ord(c), len(compatible(c)), *map(ord, compatible(c))]
    return numbers


def table(name, comment, numbers, kind="UInt32"):
    return f"/// {comment}\nlet {name}: [{kind}] = [\n{rows(numbers)}\n]\n"


OUTPUT.write_text(
    "// swift-format-ignore-file\n"
    "// Made by notebooks-data/reference/make_normalizer_tables.py; ranges are first and last scalar.\n\n"
    + "\n".join(
        [
            table("removedByCleaning", "What BertNormalizer's cleaning takes out.", ranges(lambda c: clean.normalize_str(c) == "")),
            table("nonspacingMarkRanges", "The marks that BertNormalizer strips.", ranges(lambda c: accents.normalize_str(c) == "")),
            table("markRanges", "What StripAccents takes out.", ranges(lambda c: marks(c) == "")),
            table("punctuationRanges", "What the Punctuation and BertPreTokenizer steps isolate.", ranges(lambda c: punctuation(c) == [])),
            table("lowercaseRuns", "First, last, distance to the lowercase form, and step of runs of capitals.", lowercase(), "Int32"),
            table("compatibilityDecompositions", "A scalar, how many it stands for in NFKD, and these.", compatibility()),
        ]
    )
)
