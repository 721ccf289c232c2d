"""The three losses of Lens on an adapter of the last block by PyTorch, in a process of its own, the fastest way we know: prints a JSON line.

The texts of a step are rows of one batch, which may be cut into pieces of items whose gradients are added up. Only the adapter
requires gradients, and the states of the reference are computed once before the first step.
"""
import argparse
import json
import pathlib
import time

import peft
import torch
import transformers
from safetensors import safe_open


def read(path, tokenizer, languages):
    return [[torch.tensor(tokenizer(json.loads(line)[name]).input_ids) for name in languages] for line in pathlib.Path(path).read_text().splitlines()]


def states(model, items):
    """The mean over each central text, the last state of it, and those of the others."""
    rows = [ids for item in items for ids in item]
    lengths = torch.tensor([len(ids) for ids in rows])
    batch = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    mask = torch.arange(batch.shape[1]) < lengths[:, None]
    hidden = model(batch, attention_mask=mask.long(), use_cache=False).last_hidden_state
    last = hidden[torch.arange(len(rows)), lengths - 1].view(len(items), len(items[0]), -1)
    central = [(i * len(items[0])) for i in range(len(items))]
    mean = torch.stack([hidden[i, :lengths[i]].mean(0) for i in central])
    return mean, last


def main():
    flags = argparse.ArgumentParser()
    for name in ("model", "data", "subspaces", "adapter"):
        flags.add_argument(f"--{name}")
    for name in ("threads", "steps", "batch", "piece"):
        flags.add_argument(f"--{name}", type=int)
    flags.add_argument("--started")
    options = flags.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    whole = transformers.AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32, attn_implementation="sdpa")
    whole = peft.PeftModel.from_pretrained(whole, options.adapter, is_trainable=True).eval()
    model, weights = whole.base_model.model.model, [w for w in whole.parameters() if w.requires_grad]
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
    with safe_open(options.subspaces, "pt") as file:
        names = file.metadata()["languages"].split(",")
        specific, agnostic = file.get_tensor("M_s.final"), file.get_tensor("M_a.final")
        delta = torch.stack([file.get_tensor(f"delta.{name}.final") for name in names[1:]])
    agnostic = agnostic / agnostic.norm()
    data = read(options.data, tokenizer, names)[:options.steps * options.batch]
    with torch.no_grad():
        before = [[one[0] for one in states(model, [item])] for item in data]
    optimizer = torch.optim.AdamW(weights, lr=1e-5, weight_decay=0.01, fused=True)
    seconds, losses, tokens = [], [], []
    for step in range(options.steps):
        begin = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        total, own = 0.0, range(step * options.batch, (step + 1) * options.batch)
        for start in range(own.start, own.stop, options.piece):
            places = range(start, min(start + options.piece, own.stop))
            mean, last = states(model, [data[i] for i in places])
            mean0 = torch.stack([before[i][0] for i in places])
            last0 = torch.stack([before[i][1] for i in places])
            d = mean.shape[1]
            retain = ((mean - mean0) ** 2).sum() / d
            separate = (((last - last0)[:, 1:] - delta) @ specific).square().sum() / d
            align = ((last[:, :1] - last[:, 1:]) @ agnostic).square().sum() / d
            loss = (retain + separate + align) / options.batch
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(weights, 1.0, foreach=True)
        optimizer.step()
        seconds.append(time.perf_counter() - begin)
        losses.append(total)
        tokens.append(sum(len(ids) for i in own for ids in data[i]))
    print(json.dumps({"seconds": seconds, "losses": losses, "tokens": tokens}))


main()
