"""Stored blocks and the numbers they stand for, by the `gguf` package: fixtures of KernelsTests.

For each format, `<format>.blocks` has raw blocks and `<format>.floats` their float32 values, little-endian. The
first blocks cross every pair of extreme scales; the rest are random bytes with ordinary scales.
"""

from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf.quants import dequantize

folder = Path(__file__).parents[2] / "Tests" / "KernelsTests" / "Fixtures"
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(20250207)

# Zeros, smallest and largest subnormal, smallest normal, one, largest, infinities, NaN, and their negatives.
EXTREMES = np.array(
    [h | s for h in (0x0000, 0x0001, 0x03FF, 0x0400, 0x3C00, 0x7BFF, 0x7C00, 0x7E00) for s in (0, 0x8000)], np.uint16
)


def halves(scales):
    """[n, k] uint16 to [n, 2k] bytes."""
    return np.ascontiguousarray(scales).view(np.uint8)


def scales(count):
    """`count` scales for each block: extremes crossed, then 128 random ones."""
    crossed = np.stack(np.meshgrid(*[EXTREMES] * count), axis=-1).reshape(-1, count)
    ordinary = random.normal(0, 0.05, (128, count)).astype(np.float16).view(np.uint16)
    return np.concatenate([crossed, ordinary])


def write(name, kind, blocks):
    with np.errstate(all="ignore"):
        floats = dequantize(np.ascontiguousarray(blocks), kind).astype("<f4")
    (folder / f"{name}.blocks").write_bytes(np.ascontiguousarray(blocks).tobytes())
    (folder / f"{name}.floats").write_bytes(floats.tobytes())
    print(name, blocks.shape, floats.size)


for name, kind, scale_count, byte_count in [
    ("q4_0", Type.Q4_0, 1, 16),
    ("q4_1", Type.Q4_1, 2, 16),
    ("q5_0", Type.Q5_0, 1, 20),
    ("q5_1", Type.Q5_1, 2, 20),
    ("q8_0", Type.Q8_0, 1, 32),
]:
    head = halves(scales(scale_count))
    write(name, kind, np.concatenate([head, random.integers(0, 256, (len(head), byte_count), np.uint8)], axis=1))

# Blocks of 256: of the crossed scales every fifth, so that the files stay small; Q6_K has its scale last.
for name, kind, scale_count, byte_count in [
    ("q4_k", Type.Q4_K, 2, 140),
    ("q5_k", Type.Q5_K, 2, 172),
    ("q6_k", Type.Q6_K, 1, 208),
]:
    head = halves(scales(scale_count)[:: 5 if scale_count == 2 else 2])
    tail = random.integers(0, 256, (len(head), byte_count), np.uint8)
    write(name, kind, np.concatenate([tail, head] if name == "q6_k" else [head, tail], axis=1))

plain = random.integers(0, 1 << 16, 4096, np.uint16)
plain[: len(EXTREMES)] = EXTREMES
for name, kind in [("f16", Type.F16), ("bf16", Type.BF16)]:
    # The package reads F16 as numpy's own half type.
    write(name, kind, plain.view(np.float16) if kind == Type.F16 else halves(plain[:, None]))

# Later formats, after the others so that those stay as they are. Q2_K and Q3_K have their scales last.
for name, kind, scale_count, byte_count in [
    ("q2_k", Type.Q2_K, 2, 80),
    ("q3_k", Type.Q3_K, 1, 108),
    ("iq4_nl", Type.IQ4_NL, 1, 16),
    ("iq4_xs", Type.IQ4_XS, 1, 134),
]:
    head = halves(scales(scale_count)[:: {"q2_k": 5, "iq4_nl": 1}.get(name, 2)])
    tail = random.integers(0, 256, (len(head), byte_count), np.uint8)
    write(name, kind, np.concatenate([tail, head] if name in ("q2_k", "q3_k") else [head, tail], axis=1))
