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


def add_task(file, task, checkpoint, means, generator, examples=24, **changed):
    """A measurement whose examples scatter by a fifth about given means: [layer, head]."""
    group = file.create_group(f"{task}/{checkpoint}")
    signed = means * (1 + 0.2 * generator.standard_normal((examples, *means.shape)))
    names = dict(example="id", layer="layer", head="head")
    group.create_dataset("id", data=[f"{task}-{i}" for i in range(examples)], dtype=h5py.string_dtype("utf-8"))
    for name, count in zip(("layer", "head"), means.shape):
        group.create_dataset(name, data=np.arange(count, dtype="i4"))
    group.create_dataset("signed", data=signed.astype("f4"))
    for axis, (label, name) in enumerate(names.items()):
        group[name].make_scale(label)
        group["signed"].dims[axis].attach_scale(group[name])
        group["signed"].dims[axis].label = label
    group.create_dataset("activation", data=np.abs(signed).mean(0).astype("f4"))
    group.create_dataset("loss", data=generator.random(examples).astype("f4"))
    group.create_dataset("tokens", data=np.full(examples, 30, "i4"))
    group.create_dataset("supervised_tokens", data=np.full(examples, 12, "i4"))
    group.attrs.update(ATTRIBUTES, seed=0, complete=True, data_sha256=task.encode().hex().ljust(64, "0"))
    group.attrs.update(changed)


def write_tasks(folder):
    """tasks.h5: six tasks at base, step-000010 and final that share a part; the change of `mixed` is 0.7 times that of `a`
    plus 0.4 times that of `b`. other.h5: `odd`, measured in another precision."""
    generator = np.random.default_rng(3)
    shape = (5, 4)
    shared = np.exp(generator.standard_normal(shape))
    base = {name: shared * np.exp(0.5 * generator.standard_normal(shape)) for name in "abcde"}
    change = {name: 0.5 * shared + np.exp(generator.standard_normal(shape)) for name in "abcde"}
    base["mixed"], change["mixed"] = shared, 0.7 * change["a"] + 0.4 * change["b"]
    with h5py.File(folder / "tasks.h5", "w") as file:
        file.attrs.update(format="sft-probe/patterns", format_version=1)
        for name in base:
            for checkpoint, part in ("base", 0), ("step-000010", 0.5), ("final", 1):
                # The same noise at each checkpoint: the examples are the same.
                add_task(file, name, checkpoint, base[name] + part * change[name], np.random.default_rng(ord(name[0])))
    with h5py.File(folder / "other.h5", "w") as file:
        file.attrs.update(format="sft-probe/patterns", format_version=1)
        add_task(file, "odd", "base", shared, generator, precision="bf16")


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
    write_tasks(folder)


if __name__ == "__main__":
    main()
