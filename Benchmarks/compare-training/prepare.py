"""Prepares what all rows train on: prepare.py MODEL EXAMPLES BATCH DATA ADAPTER RANK

Writes DATA, the examples in batches of like lengths (so that padding costs PyTorch least), the batches in an order drawn
once; and ADAPTER, a LoRA adapter by peft for all linear layers, B away from zero, so that every row begins with the same.
"""
import json
import pathlib
import random
import sys

import peft
import torch
import transformers

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / "compare-pytorch"),
                str(pathlib.Path(__file__).parents[2] / "notebooks-data/reference")]
import references
from sequences import read_sequences


def order(sequences, batch):
    by_length = sorted(range(len(sequences)), key=lambda i: len(sequences[i][0]))
    batches = [by_length[i : i + batch] for i in range(0, len(by_length), batch)]
    random.Random(0).shuffle(batches)
    return [i for batch in batches for i in batch]


def main(model, examples, batch, data, adapter, rank):
    transformers.utils.logging.disable_progress_bar()
    model, tokenizer = references.read_model(model)
    lines = pathlib.Path(examples).read_text().splitlines()
    pathlib.Path(data).write_text("".join(
        lines[i] + "\n" for i in order(read_sequences(examples, tokenizer)[1], int(batch))))
    torch.manual_seed(0)
    adapted = peft.get_peft_model(model, peft.LoraConfig(
        r=int(rank), lora_alpha=2 * int(rank), target_modules="all-linear", task_type="CAUSAL_LM"))
    for name, weight in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.01)
    adapted.save_pretrained(adapter)


main(*sys.argv[1:])
