"""Writes measurements with h5py and their patterns with NumPy, for the tests of HDF5 and HeadActivation.

Needs h5py and NumPy. Run from anywhere: python make_patterns.py
"""

import json
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
ATTRIBUTES = dict(
    model="tiny", model_sha256="ab" * 32, adapter="", data="data.jsonl", data_sha256="cd" * 32, template_sha256="",
    method="gate", reduction="example-mean", precision="fp32", tool_version="reference", created="2025-01-02T03:04:05Z",
)


def add_measurement(file, task, checkpoint, generator, examples, layers, heads, fixed_ids):
    group = file.create_group(f"{task}/{checkpoint}")
    signed = (generator.standard_normal((examples, layers, heads)) * 0.1).astype("f4")
    ids = [f"beispiel-ä-{i}" for i in range(examples)]
    if fixed_ids:
        kind = h5py.string_dtype("utf-8", 20)
        group.create_dataset("id", data=np.array([i.encode() for i in ids]).astype(kind), dtype=kind)
    else:
        group.create_dataset("id", data=ids, dtype=h5py.string_dtype("utf-8"))
    group.create_dataset("layer", data=np.arange(layers, dtype="i4"))
    group.create_dataset("head", data=np.arange(heads, dtype="i4"))
    for dataset, name in [("id", "example"), ("layer", "layer"), ("head", "head")]:
        group[dataset].make_scale(name)
    group.create_dataset("signed", data=signed, chunks=(1, layers, heads), compression="gzip", shuffle=True)
    group.create_dataset("activation", data=np.abs(signed).mean(0))
    group.create_dataset("loss", data=generator.random(examples).astype("f4"))
    group.create_dataset("tokens", data=np.arange(10, 10 + examples, dtype="i4"))
    group.create_dataset("supervised_tokens", data=np.arange(1, 1 + examples, dtype="i4"))
    for index, name in enumerate(["id", "layer", "head"]):
        group["signed"].dims[index].attach_scale(group[name])
        group["signed"].dims[index].label = "example" if name == "id" else name
    group.attrs.update(ATTRIBUTES, seed=7, complete=True)
    exact = signed.astype("f8")
    return dict(
        task=task, checkpoint=checkpoint, shape=signed.shape, signed=signed.ravel().tolist(), ids=ids,
        activation=np.abs(exact).mean(0).ravel().tolist(), mean=exact.mean(0).ravel().tolist(),
        stderr=(exact.std(0, ddof=1) / np.sqrt(examples)).ravel().tolist(), loss=group["loss"][:].tolist())


def main():
    generator = np.random.default_rng(0)
    folder = ROOT / "Tests/HeadActivationTests/Fixtures"
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(folder / "h5py.h5", "w") as file:
        file.attrs.update(format="sft-probe/patterns", format_version=1)
        expected = [
            add_measurement(file, "gsm8k", "base", generator, 5, 2, 3, fixed_ids=False),
            add_measurement(file, "数学", "step-000050", generator, 4, 2, 3, fixed_ids=True),
        ]
        file.create_group("gsm8k/unfinished").attrs["complete"] = False
        telemetry = file.create_group("gsm8k/telemetry")
        telemetry.create_dataset("step", data=[1, 2])
    (folder / "h5py.json").write_text(json.dumps(expected, ensure_ascii=False))


if __name__ == "__main__":
    main()
