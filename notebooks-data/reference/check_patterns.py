"""Opens a file of measurements with h5py and checks what other tools rely on.

Needs h5py and NumPy. Usage: python check_patterns.py patterns.h5
"""

import sys

import h5py
import numpy as np

LABELS = dict(
    signed=["example", "layer", "head"], activation=["layer", "head"], activation_signed=["layer", "head"],
    activation_stderr=["layer", "head"], loss=["example"], tokens=["example"], supervised_tokens=["example"])
SCALES = dict(example="id", layer="layer", head="head")
TEXTS = ["model", "model_sha256", "adapter", "data", "data_sha256", "template_sha256", "method", "reduction",
         "precision", "tool_version", "created"]


def check_measurement(group):
    examples, layers, heads = group["signed"].shape
    extents = dict(example=examples, layer=layers, head=heads)
    for name, labels in LABELS.items():
        dataset = group[name]
        assert dataset.shape == tuple(extents[label] for label in labels), (dataset.name, dataset.shape)
        assert [dimension.label for dimension in dataset.dims] == labels, dataset.name
        for dimension, label in zip(dataset.dims, labels):
            assert dimension[0].name == group[SCALES[label]].name, (dataset.name, label)
    for label, scale in SCALES.items():
        assert group[scale].is_scale and group[scale].shape == (extents[label],), group[scale].name
    assert all(isinstance(text, str) for text in group["id"].asstr()[:])
    assert (group["layer"][:] == np.arange(layers)).all() and (group["head"][:] == np.arange(heads)).all()
    assert all(isinstance(group.attrs[name], bytes) for name in TEXTS)  # of fixed length: UTF-8
    assert group.attrs["complete"] == np.True_ and group.attrs["complete"].dtype == bool
    assert np.issubdtype(type(group.attrs["seed"]), np.integer)
    signed = group["signed"][:].astype("f8")
    assert np.allclose(group["activation"], np.abs(signed).mean(0), rtol=1e-6, atol=0)
    assert np.allclose(group["activation_signed"], signed.mean(0), rtol=1e-5, atol=1e-12)
    if examples > 1:
        error = signed.std(0, ddof=1) / np.sqrt(examples)
        assert np.allclose(group["activation_stderr"], error, rtol=1e-5, atol=0)
    else:
        assert np.isnan(group["activation_stderr"][:]).all()
    print(f"{group.name}: {examples} examples, {layers} layers, {heads} heads")


def main():
    with h5py.File(sys.argv[1]) as file:
        assert file.attrs["format"] == b"sft-probe/patterns" and file.attrs["format_version"] == 1
        for task in file.values():
            for name, group in task.items():
                if name != "telemetry":
                    check_measurement(group)


if __name__ == "__main__":
    main()
