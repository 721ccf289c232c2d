"""Writes Sources/Tokenization/Tables/CanonicalTables.swift: composition as the reference's (older) Unicode tables have it.

Run: python make_canonical_tables.py  (needs the `tokenizers` package)
"""

import pathlib
import unicodedata

from tokenizers import normalizers

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "Sources/Tokenization/Tables/CanonicalTables.swift"
SCALARS = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
decomposed, composed = normalizers.NFD().normalize_str, normalizers.NFC().normalize_str


def combining_class(c):
    """Python's class, if the reference puts the scalar in order by it."""
    k = unicodedata.combining(c)
    if k == 0:
        return 0
    known = decomposed("\u0301" + c) == c + "\u0301" if k == 1 else decomposed(c + "\u0334") == "\u0334" + c
    return k if known else 0


def rows(numbers):
    lines, line = [], "   "
    for number in numbers:
        word = f"0x{number:X},"
        if len(line) + 1 + len(word) > 110:
            lines.append(line)
            line = "   "
        line += " " + word
    return "\n".join(lines + [line])


classes = []
for c in SCALARS:
    k = combining_class(c)
    if k == 0:
        continue
    if classes and classes[-1][1] == ord(c) - 1 and classes[-1][2] == k:
        classes[-1][1] += 1
    else:
        classes.append([ord(c), ord(c), k])

decompositions, final = [], []
for c in SCALARS:
    if decomposed(c) == c or 0xAC00 <= ord(c) <= 0xD7A3:
        continue
    parts = [int(part, 16) for part in unicodedata.decomposition(c).split()]
    assert decomposed("".join(map(chr, parts))) == decomposed(c)
    decompositions += [ord(c), parts[0], parts[1] if len(parts) == 2 else 0]
    if len(parts) == 2 and composed(c) != c:
        final.append(ord(c))

OUTPUT.write_text(
    "// swift-format-ignore-file\n"
    "// Made by notebooks-data/reference/make_canonical_tables.py.\n\n"
    "/// First scalar, last scalar and combining class of each range whose class is not 0.\n"
    f"let combiningClasses: [UInt32] = [\n{rows(n for run in classes for n in run)}\n]\n\n"
    "/// A scalar and the one or two (else 0) that it stands for, one step of its canonical decomposition.\n"
    f"let canonicalDecompositions: [UInt32] = [\n{rows(decompositions)}\n]\n\n"
    "/// Scalars that decompose into two and are not composed again.\n"
    f"let compositionExclusions: [UInt32] = [\n{rows(final)}\n]\n"
)
