"""A measurement of made-up scores: 10,000 examples of 32 layers with 32 heads, and the same some steps later.

    python make_measurement.py patterns.h5 [EXAMPLES] [LAYERS] [HEADS]        (h5py and NumPy)
"""

import sys

import h5py
import numpy as np

TEXTS = dict(model="made up", model_sha256="", adapter="", data="made up", data_sha256="", template_sha256="",
             method="gate", reduction="example-mean", precision="fp32", tool_version="", created="")


def write(file, checkpoint, signed):
    examples, layers, heads = signed.shape
    group = file.create_group(f"made-up/{checkpoint}")
    group.create_dataset("id", data=[str(i) for i in range(examples)], dtype=h5py.string_dtype("utf-8"))
    group.create_dataset("signed", data=signed)
    group.create_dataset("loss", data=np.ones(examples, "f4"))
    for name in ("tokens", "supervised_tokens"):
        group.create_dataset(name, data=np.full(examples, 100, "i4"))
    group.attrs.update(TEXTS, seed=0, complete=True)


def main(path, examples=10_000, layers=32, heads=32):
    generator = np.random.default_rng(0)
    means = np.exp(0.75 * generator.standard_normal((layers, heads)))
    signed = (means * generator.standard_normal((examples, layers, heads))).astype("f4")
    moved = means * np.exp(0.2 * generator.standard_normal((layers, heads)))
    with h5py.File(path, "w") as file:
        file.attrs.update(format="sft-probe/patterns", format_version=1)
        write(file, "base", signed)
        write(file, "final", (signed * (moved / means)).astype("f4"))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
