"""Trains by PyTorch in a process of its own, the fastest way we know: prints a JSON line.

Only what a loss needs is computed for logits, optimizer and clipping work on all weights at once, and a batch may be cut
into pieces whose gradients are added up.
"""
import argparse
import json
import pathlib
import sys
import time

import peft
import torch
import torch.nn.functional as F
import transformers

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / "compare-pytorch"),
                str(pathlib.Path(__file__).parents[2] / "notebooks-data/reference")]
import references
from sequences import padded, read_sequences


def sum_of_losses(model, sequences):
    """Over the supervised tokens of right-padded sequences; `model` is a Llama of transformers."""
    ids, mask, wanted = padded(sequences)
    hidden = model.model(ids, attention_mask=mask, use_cache=False).last_hidden_state
    logits = model.lm_head(hidden[:, :-1][wanted[:, 1:]]).float()
    return F.cross_entropy(logits, ids[wanted], reduction="sum")


def step(model, weights, optimizer, batch, piece):
    supervised = sum(len(ids) - prompt for ids, prompt in batch)
    optimizer.zero_grad(set_to_none=True)
    loss = 0.0
    for i in range(0, len(batch), piece):
        part = sum_of_losses(model, batch[i : i + piece]) / supervised
        part.backward()
        loss += part.item()
    torch.nn.utils.clip_grad_norm_(weights, 1.0, foreach=True)
    optimizer.step()
    return loss


def main():
    flags = argparse.ArgumentParser()
    for name in ("model", "data", "adapter", "attention", "precision"):
        flags.add_argument(f"--{name}")
    for name in ("threads", "steps", "batch", "piece"):
        flags.add_argument(f"--{name}", type=int)
    flags.add_argument("--learning-rate", type=float)
    options = flags.parse_args()
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)  # as we do: a product with numbers below 1e-38 takes many times as long
    model, tokenizer = references.read_model(options.model, getattr(torch, {"fp32": "float32", "bf16": "bfloat16"}[options.precision]),
                                             options.attention)
    _, sequences = read_sequences(options.data, tokenizer)
    if options.adapter:
        peft.PeftModel.from_pretrained(model, options.adapter, is_trainable=True)  # changes the model's layers in place
    model.train()
    weights = [w for w in model.parameters() if w.requires_grad]
    optimizer = torch.optim.AdamW([{"params": [w for w in weights if w.ndim >= 2], "weight_decay": 0.01},
                                   {"params": [w for w in weights if w.ndim < 2], "weight_decay": 0.0}],
                                  lr=options.learning_rate, fused=True)
    seconds, losses = [], []
    for i in range(options.steps):
        batch = sequences[i * options.batch : (i + 1) * options.batch]
        start = time.perf_counter()
        losses.append(step(model, weights, optimizer, batch, options.piece))
        seconds.append(time.perf_counter() - start)
    batches = [sequences[i * options.batch : (i + 1) * options.batch] for i in range(options.steps)]
    print(json.dumps({"seconds": seconds, "losses": losses, "tokens": [sum(len(ids) for ids, _ in b) for b in batches]}))


main()
