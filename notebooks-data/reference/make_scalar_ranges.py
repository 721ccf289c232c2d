"""Writes Sources/Tokenization/Tables/ScalarRanges.swift: what the reference's regex engine and its digit test accept.

Run: python make_scalar_ranges.py  (needs the `tokenizers` package)
"""

import pathlib

from tokenizers import Regex, pre_tokenizers

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "Sources/Tokenization/Tables/ScalarRanges.swift"
SCALARS = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
BLOCK = 2048


def matching(pattern):
    """The scalars that the pattern takes out of a text of all scalars."""
    split, found = pre_tokenizers.Split(Regex(pattern), "removed"), set()
    for i in range(0, len(SCALARS), BLOCK):
        block = SCALARS[i : i + BLOCK]
        left = {c for piece, _ in split.pre_tokenize_str("".join(block)) for c in piece}
        found |= set(block) - left
    return found


def digits():
    """The scalars that `Digits` isolates, each between letters."""
    split, found = pre_tokenizers.Digits(individual_digits=True), set()
    for i in range(0, len(SCALARS), BLOCK):
        text = "".join("xx" + c for c in SCALARS[i : i + BLOCK])
        found |= {piece for piece, _ in split.pre_tokenize_str(text) if len(piece) == 1}
    return found


def ranges(scalars):
    runs = []
    for c in sorted(map(ord, scalars)):
        if runs and runs[-1][1] == c - 1:
            runs[-1][1] = c
        else:
            runs.append([c, c])
    return runs


def declaration(name, comment, scalars):
    words = [f"0x{bound:X}," for run in ranges(scalars) for bound in run]
    lines, line = [], "   "
    for word in words:
        if len(line) + 1 + len(word) > 110:
            lines.append(line)
            line = "   "
        line += " " + word
    lines.append(line)
    return f"/// {comment}\nlet {name}: [UInt32] = [\n" + "\n".join(lines) + "\n]\n"


letters, numbers, spaces, numeric = matching(r"\p{L}"), matching(r"\p{N}"), matching(r"\s"), digits()
assert numbers <= numeric
OUTPUT.write_text(
    "// swift-format-ignore-file\n"
    "// Made by notebooks-data/reference/make_scalar_ranges.py; first and last scalar of each range.\n\n"
    + declaration("letterRanges", "What `\\p{L}` matches in the reference.", letters)
    + "\n"
    + declaration("numberRanges", "What `\\p{N}` matches in the reference.", numbers)
    + "\n"
    + declaration("spaceRanges", "What `\\s` matches in the reference.", spaces)
    + "\n"
    + declaration("newerDigitRanges", "What only `Digits` takes for a digit: its Unicode tables are newer.", numeric - numbers)
)
