"""Reads a run's curves and head maps with TensorBoard's own reader, and compares them with metrics.jsonl and patterns.h5.

    python check_events.py RUN       (tensorboard, h5py, numpy, pillow)

A map must have a pixel of one colour for each head, and a head with the larger share the lighter colour (viridis). Ends
with the number of faults.
"""
import io
import json
import pathlib
import sys

import h5py
import numpy as np
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

run = pathlib.Path(sys.argv[1])
faults = 0


def expect(holds, what):
    global faults
    print(("ok    " if holds else "FAULT ") + what)
    faults += not holds


events = EventAccumulator(str(run), size_guidance={"images": 0, "scalars": 0}).Reload()
lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
losses = [event.value for event in events.Scalars("train/loss")]
expect(np.allclose(losses, [line["loss"] for line in lines], rtol=1e-6), f"{len(losses)} losses are those of metrics.jsonl")
tags = events.Tags()["images"]
tasks = {tag.split("/")[1] for tag in tags}
expect(len(tasks) == 1 and set(tags) == {f"heads/{task}/{name}" for task in tasks for name in ("activation", "signed")},
       f"the pictures are {tags}")
task = tasks.pop()
with h5py.File(run / "patterns.h5") as file:
    telemetry = file[f"{task}/telemetry"]
    recorded = list(telemetry["step"][()])
    activation = telemetry["activation"][()].astype(np.float64)
for name in ("activation", "signed"):
    images = events.Images(f"heads/{task}/{name}")
    steps = [image.step for image in images]
    expect(steps == sorted(set(steps)) and set(steps) <= set(recorded), f"{name}: steps {steps[:5]} … of the recorded ones")
    expect({recorded[0], recorded[-1]} <= set(steps) and len(steps) <= 101, f"{name}: {len(steps)}, first and last are there")
    for image in images:
        picture = np.asarray(Image.open(io.BytesIO(image.encoded_image_string)).convert("RGB")).astype(int)
        layers, heads = activation.shape[1:]
        cell = picture.shape[0] // layers
        if picture.shape != (layers * cell, heads * cell, 3) or (image.height, image.width) != picture.shape[:2]:
            expect(False, f"{name}, step {image.step}: {picture.shape} is no picture of {layers} × {heads} heads")
            continue
        colors = picture[::cell, ::cell]
        if not (np.repeat(np.repeat(colors, cell, 0), cell, 1) == picture).all():
            expect(False, f"{name}, step {image.step}: a head has several colours")
        if name == "activation":
            share = activation[recorded.index(image.step)].ravel()
            light = (colors @ [0.2126, 0.7152, 0.0722]).ravel()[np.argsort(share)]
            if (np.diff(light) < -1).any():
                expect(False, f"step {image.step}: a head with the larger share is darker")
    expect(True, f"{name}: {len(images)} pictures were read")
sys.exit(faults)
