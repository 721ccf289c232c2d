"""Writes Tests/TrainingTests/Fixtures/new-token-steps.json: six steps of tiny models with three new tokens, in PyTorch.

    python make_new_token_steps.py      (torch, transformers, peft; some seconds; after make_new_tokens.py)

All weights of a grown model, or an adapter of peft whose embedding and head are trained with its pairs (`modules_to_save`).
Constant rate 1e-2, decay 0.1 of matrices, gradients clipped to 1.
"""
import json
import pathlib

import peft
import torch
import transformers

import references
from make_new_tokens import COUNT, grown

HERE = pathlib.Path(__file__).parent
TESTS = HERE.parents[1] / "Tests"
STEPS, BATCH, RATE = 6, 4, 1e-2
RUNS = [("tiny-llama/gqa-tied", None), ("tiny-llama/untied-bias", None), ("families/gpt2", None),
        ("tiny-llama/untied-bias", "saved-untied"), ("tiny-llama/gqa-tied", "saved-kept-tied")]


def examples():
    generator = torch.Generator().manual_seed(5)
    made = []
    for length in (12, 17, 9, 14, 21, 11, 16, 10):
        ids = torch.randint(3, COUNT, (length,), generator=generator)
        ids[torch.randint(1, length, (4,), generator=generator)] = torch.tensor([64, 65, 66, 64])
        supervised = torch.ones(length, dtype=torch.bool)
        supervised[:3] = False
        made.append((ids, supervised))
    return made


def make(folder, adapter):
    model = grown(folder).eval()
    if adapter:
        model = peft.PeftModel.from_pretrained(
            model, TESTS / "TransformersTests/Fixtures/new-tokens" / adapter, is_trainable=True).eval()
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW([{"params": [w], "weight_decay": 0.1 if w.ndim >= 2 else 0.0} for w in weights], lr=RATE)
    data, steps = examples(), []
    for step in range(STEPS):
        optimizer.zero_grad(set_to_none=True)
        batch = [data[(step * BATCH + i) % len(data)] for i in range(BATCH)]
        loss = torch.cat([references.next_token_losses(model, *example)[1] for example in batch]).mean()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        steps.append({"loss": loss.item(), "gradient_norm": norm.item()})
    print(folder, adapter, [round(step["loss"], 4) for step in steps], sum(w.numel() for w in weights))
    return {"model": folder, "adapter": adapter, "parameters": sum(w.numel() for w in weights), "steps": steps}


def main():
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    runs = [make(*run) for run in RUNS]
    made = [{"ids": ids.tolist(), "supervised": supervised.int().tolist()} for ids, supervised in examples()]
    (TESTS / "TrainingTests/Fixtures/new-token-steps.json").write_text(
        json.dumps({"examples": made, "runs": runs}, separators=(",", ":")).replace('{"model"', '\n{"model"') + "\n")


main()
