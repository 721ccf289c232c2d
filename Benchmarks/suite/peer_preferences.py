"""DPO by PyTorch in a process of its own, the fastest way we know: prints a JSON line.

Both sides of a pair are rows of one batch, only what a loss needs is computed for logits, the reference's log-probabilities are
computed once before the first step, and a batch may be cut into pieces of pairs whose gradients are added up.
"""
import argparse
import json
import pathlib
import sys
import time

BENCHMARKS = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(BENCHMARKS / "compare-pytorch"), str(BENCHMARKS.parent / "notebooks-data/reference")]
import peft
import references
import torch
import torch.nn.functional as F
import transformers
from sequences import padded, token_losses

BETA = 0.1


def read_pairs(path, tokenizer):
    """Both sides of each pair, as read_sequences makes them of an example."""
    encode = lambda text, special: tokenizer(text, add_special_tokens=special).input_ids
    pairs = []
    for line in pathlib.Path(path).read_text().splitlines():
        record = json.loads(line)
        prompt = encode(record["prompt"], True)
        pairs.append([(torch.tensor(prompt + encode(record[side], False) + [tokenizer.eos_token_id]), len(prompt))
                      for side in ("chosen", "rejected")])
    return pairs


def log_probabilities(model, pairs):
    """Sums of log p over the answers' tokens: [pair, side]."""
    ids, mask, wanted = padded([side for pair in pairs for side in pair])
    losses = token_losses(model, ids, mask, wanted)
    sums = torch.zeros(len(ids)).index_add(0, wanted.nonzero()[:, 0], losses)
    return -sums.view(-1, 2)


def step(model, weights, optimizer, pairs, reference, piece):
    optimizer.zero_grad(set_to_none=True)
    loss = 0.0
    for i in range(0, len(pairs), piece):
        ratios = log_probabilities(model, pairs[i : i + piece]) - reference[i : i + piece]
        part = -F.logsigmoid(BETA * (ratios[:, 0] - ratios[:, 1])).sum() / len(pairs)
        part.backward()
        loss += part.item()
    torch.nn.utils.clip_grad_norm_(weights, 1.0, foreach=True)
    optimizer.step()
    return loss


def main():
    flags = argparse.ArgumentParser()
    for name in ("model", "data", "adapter"):
        flags.add_argument(f"--{name}")
    for name in ("threads", "steps", "batch", "piece"):
        flags.add_argument(f"--{name}", type=int)
    flags.add_argument("--learning-rate", type=float)
    options = flags.parse_args()
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)  # as we do: a product with numbers below 1e-38 takes many times as long
    model, tokenizer = references.read_model(options.model, torch.float32, "sdpa")
    pairs = read_pairs(options.data, tokenizer)[: options.steps * options.batch]
    peft.PeftModel.from_pretrained(model, options.adapter, is_trainable=True)  # changes the model's layers in place
    model.train()
    weights = [w for w in model.parameters() if w.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=options.learning_rate, weight_decay=0.01, fused=True)
    with torch.no_grad():
        reference = torch.cat([log_probabilities(model, [pair]) for pair in pairs])
    seconds, losses, tokens = [], [], []
    for i in range(0, len(pairs), options.batch):
        batch = pairs[i : i + options.batch]
        start = time.perf_counter()
        losses.append(step(model, weights, optimizer, batch, reference[i : i + options.batch], options.piece))
        seconds.append(time.perf_counter() - start)
        tokens.append(sum(len(ids) for pair in batch for ids, _ in pair))
    print(json.dumps({"seconds": seconds, "losses": losses, "tokens": tokens}))


main()
