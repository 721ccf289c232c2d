"""One measurement by PyTorch, in a process of its own: prints a JSON line, saves signed scores [example, layer, head]. The row
`reference` is computed in float64."""
import argparse
import contextlib
import json
import pathlib
import sys
import time

import numpy
import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "notebooks-data/reference"))
import gates
import published
import references
from sequences import read_sequences


def main():
    flags = argparse.ArgumentParser()
    for name in ("row", "model", "data", "scores"):
        flags.add_argument(f"--{name}")
    flags.add_argument("--started", type=float)
    flags.add_argument("--threads", type=int)
    flags.add_argument("--streams", type=int, default=1)
    flags.add_argument("--batch-tokens", type=int, default=1)
    options = flags.parse_args()
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(options.threads if options.streams == 1 else 1)
    torch.set_flush_denormal(True)  # as we do: a product with numbers below 1e-38 takes many times as long
    dtype = torch.bfloat16 if options.row.endswith("bf16") else torch.float32
    model, tokenizer = references.read_model(options.model, dtype, "sdpa" if "sdpa" in options.row else "eager")
    ids, sequences = read_sequences(options.data, tokenizer)
    with references.in_float64(model) if options.row == "reference" else contextlib.nullcontext(model) as model:
        if options.row.startswith("published"):
            plan, measure, workers = published.batches(sequences), published.Scores(model), 1
        else:
            plan, measure, workers = gates.batches(sequences, options.batch_tokens), gates.Scores(model), options.streams
        heads = model.config.num_hidden_layers, model.config.num_attention_heads
        scores = torch.empty(len(sequences), *heads, dtype=torch.float64)
        start, first = time.time(), []

        def one(batch):
            scores[batch] = measure([sequences[i] for i in batch]).to(scores.dtype)
            first.append(time.time())

        gates.spread(one, plan, workers)
        loop = time.time() - start
    numpy.savez(options.scores, ids=numpy.array(ids), scores=scores.numpy())
    print(json.dumps({
        "examples": len(sequences), "tokens": sum(len(i) for i, _ in sequences),
        "supervised": sum(len(i) - prompt for i, prompt in sequences), "loop": loop,
        "first": first[0] - options.started, "products": measure.products}))


main()
