"""Writes Tests/TrainingTests/Fixtures/preferences.json: six steps of DPO and IPO on the tiny models, in PyTorch.

    python make_preferences.py       (torch, transformers, peft; some seconds; after make_training.py, whose adapter it uses)

The reference is the model as the run starts. Constant rate 1e-3, decay 0.1 of matrices, no clipping.
"""
import json
import pathlib

import peft
import torch
import torch.nn.functional as F
import transformers

import references

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parents[1] / "Tests/TrainingTests/Fixtures"
STEPS, BATCH, PAIRS = 6, 4, 12
USUAL = {"form": "sigmoid", "beta": 0.1, "label_smoothing": 0.0, "supervised_weight": 0.0}
LLAMA = "tiny-llama/untied-bias"
RUNS = [
    {"name": "llama", "model": LLAMA, **USUAL},
    {"name": "gpt2", "model": "families/gpt2", **USUAL, "beta": 0.5, "label_smoothing": 0.1},
    {"name": "gemma3", "model": "families/gemma3", **USUAL, "supervised_weight": 0.5},
    {"name": "qwen3", "model": "families/qwen3", **USUAL, "beta": 2.0},
    {"name": "llama-ipo", "model": LLAMA, **USUAL, "form": "ipo"},
    {"name": "llama-lora", "model": LLAMA, "adapter": "llama-adapter", **USUAL, "beta": 0.5},
]


def pairs():
    """Pairs with a prompt in common and two answers of unequal length."""
    generator = torch.Generator().manual_seed(19)
    draw = lambda low, high: torch.randint(low, high, (), generator=generator).item()
    made = []
    for _ in range(PAIRS):
        prompt = torch.randint(3, 64, (draw(1, 12),), generator=generator)
        sides = []
        for _ in range(2):
            ids = torch.cat([prompt, torch.randint(3, 64, (draw(1, 16),), generator=generator)])
            sides.append((ids, torch.arange(len(ids)) >= len(prompt)))
        made.append(sides)
    return made


def log_probability(model, side):
    """log p of an answer, summed, and its number of tokens."""
    losses = references.next_token_losses(model, *side)[1]
    return -losses.sum(), len(losses)


def pair_loss(run, model, pair, reference):
    """The loss of a pair, h, and the rewards of both sides."""
    (chosen, chosen_tokens), (rejected, rejected_tokens) = (log_probability(model, side) for side in pair)
    ratios = [chosen - reference[0], rejected - reference[1]]
    rewards = [run["beta"] * ratio.item() for ratio in ratios]
    if run["form"] == "ipo":
        ratios = [ratios[0] / chosen_tokens, ratios[1] / rejected_tokens]
    difference = ratios[0] - ratios[1]
    h = run["beta"] * difference
    if run["form"] == "ipo":
        loss = (difference - 1 / (2 * run["beta"])) ** 2
    else:
        smoothing = run["label_smoothing"]
        loss = -(1 - smoothing) * F.logsigmoid(h) - smoothing * F.logsigmoid(-h)
    return loss - run["supervised_weight"] * chosen / chosen_tokens, h.item(), rewards


def make(run, data):
    model = transformers.AutoModelForCausalLM.from_pretrained(
        HERE / run["model"], dtype=torch.float32, attn_implementation="eager").eval()
    if "adapter" in run:
        model = peft.PeftModel.from_pretrained(model, FIXTURES / run["adapter"], is_trainable=True).eval()
    with torch.no_grad():
        reference = [[log_probability(model, side)[0].item() for side in pair] for pair in data]
    weights = [w for w in model.parameters() if w.requires_grad]
    groups = [{"params": [w for w in weights if w.ndim >= 2], "weight_decay": 0.1},
              {"params": [w for w in weights if w.ndim < 2], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW([g for g in groups if g["params"]], lr=1e-3)
    steps = []
    for step in range(STEPS):
        items = [(step * BATCH + i) % PAIRS for i in range(BATCH)]
        found = [pair_loss(run, model, data[item], reference[item]) for item in items]
        loss = torch.stack([loss for loss, _, _ in found]).mean()
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(weights, float("inf")).item()
        optimizer.step()
        mean = lambda values: sum(values) / len(values)
        steps.append({
            "loss": loss.item(), "gradient_norm": norm, "margin": mean([h for _, h, _ in found]),
            "rewards_chosen": mean([rewards[0] for *_, rewards in found]),
            "rewards_rejected": mean([rewards[1] for *_, rewards in found]),
            "accuracy": mean([float(h > 0) for _, h, _ in found])})
    print(run["name"], [round(step["loss"], 4) for step in steps])
    return run | {"reference": reference, "steps": steps}


def main():
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    data = pairs()
    written = {
        "batch_size": BATCH,
        "pairs": [[{"ids": ids.tolist(), "supervised": marks.int().tolist()} for ids, marks in pair] for pair in data],
        "runs": [make(run, data) for run in RUNS]}
    (FIXTURES / "preferences.json").write_text(json.dumps(written, separators=(",", ":")).replace("[{", "\n[{") + "\n")


main()
