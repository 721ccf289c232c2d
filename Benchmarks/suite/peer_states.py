"""Hidden states at the last token by transformers: batches of one length without padding, hooks for heads and feed-forward
layers."""
import json
import pathlib

import peer

options = peer.parse()
import h5py  # noqa: E402  (after the flags, so that a wrong one is told at once)
import numpy as np
import torch

texts = [json.loads(line)["prompt"] for line in pathlib.Path(options.data).read_text().splitlines()]
model, tokenizer = peer.open_model(options)
clock = peer.Clock(options.started)
ids = tokenizer(texts)["input_ids"]
layers, config = model.model.layers, model.config
heads, width, count = config.num_attention_heads, config.hidden_size, len(layers)
residual = np.empty((len(ids), count + 1, width), np.float32)
head = np.empty((len(ids), count, heads, width // heads), np.float32)
mlp = np.empty((len(ids), count, width), np.float32)
found = {}


def keep(name, take):
    def hook(module, inputs, output):
        found[name] = take(inputs, output)
    return hook


for i, layer in enumerate(layers):
    layer.register_forward_hook(keep(("residual", i + 1), lambda x, y: (y[0] if isinstance(y, tuple) else y)[:, -1]))
    layer.self_attn.o_proj.register_forward_hook(keep(("head", i), lambda x, y: x[0][:, -1]))
    layer.mlp.register_forward_hook(keep(("mlp", i), lambda x, y: y[:, -1]))
layers[0].register_forward_pre_hook(lambda module, inputs: found.update({("residual", 0): inputs[0][:, -1]}))

by_length = {}
for place, row in enumerate(ids):
    by_length.setdefault(len(row), []).append(place)
with torch.inference_mode():
    for length, places in by_length.items():
        step = max(1, options.batch_tokens // length)
        for start in range(0, len(places), step):
            batch = places[start : start + step]
            model.model(torch.tensor([ids[i] for i in batch]), use_cache=False)
            for i in range(count + 1):
                residual[batch, i] = found["residual", i].numpy()
            for i in range(count):
                head[batch, i] = found["head", i].reshape(len(batch), heads, -1).numpy()
                mlp[batch, i] = found["mlp", i].numpy()
            clock.result()
with h5py.File(options.outcome, "w") as file:
    for name, values in ("residual", residual), ("head", head), ("mlp", mlp):
        file[name] = values
print(json.dumps(clock.read() | {"amount": len(ids)}))
