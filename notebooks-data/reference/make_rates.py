"""Writes Tests/TrainingTests/Fixtures/rates.json: ten steps with rates by module and phase, in PyTorch.

    python make_rates.py       (torch, transformers, peft; some seconds; after make_training.py, whose examples it uses)

Each weight is a parameter group with its own learning rate. A factor of 0 takes the gradient away (`requires_grad = False`,
`grad = None`), so that AdamW passes the weight over. Constant rate 1e-3, decay 0.1 of matrices, gradients clipped to 1.
"""
import fnmatch
import json
import pathlib

import peft
import torch
import transformers

import references

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parents[1] / "Tests/TrainingTests/Fixtures"
STEPS, BATCH, RATE = 10, 4, 1e-3
HEADER = {"format": "sft-probe/rates", "version": 1}
ONE = {**HEADER, "default": 1.0, "modules": {"*.q_proj": 0.01, "*.0.mlp.*": 0, "*.v_proj": 3}}


def phases(paused):
    """Feed-forward layers, then the rest, then all but some."""
    return {**HEADER, "phases": [
        {"steps": 4, "default": 0, "modules": {"*mlp*": 1}},
        {"steps": 0.3, "default": 0.5, "modules": {"*mlp*": 0}},
        {"default": 1, "modules": {paused: 0, "*.[!0].mlp*": 0.1}}]}


RUNS = [
    {"name": "llama", "model": "tiny-llama/untied-bias", "rates": ONE},
    {"name": "llama-phases", "model": "tiny-llama/untied-bias", "rates": phases("*.0.*norm")},
    {"name": "gpt2", "model": "families/gpt2", "rates": phases("*ln_?")},
    {"name": "gemma3", "model": "families/gemma3", "rates": phases("*norm*")},
    {"name": "qwen3", "model": "families/qwen3", "rates": ONE},
    {"name": "opt", "model": "families/opt", "rates": {**HEADER, "modules": {"*fc?": 0, "*": 1}}},
    {"name": "llama-lora", "model": "tiny-llama/untied-bias", "adapter": "llama-adapter", "rates": phases("*.0.*")},
    {"name": "gpt2-lora", "model": "families/gpt2", "adapter": "gpt2-adapter",
     "rates": {**HEADER, "phases": [{"steps": 0.5, "default": 0, "modules": {"*attn*": 1}}, {"default": 2}]}},
]


def module(name):
    """The module of a parameter, as the model's files name it; of an adapter, the one that it sits on."""
    name = name.removeprefix("base_model.model.").replace(".base_layer", "")
    for part in (".lora_A.default.weight", ".lora_B.default.weight", ".weight", ".bias"):
        name = name.removesuffix(part)
    return name


def factor(rates, name, step):
    end, phases = 0, rates.get("phases", [rates])
    for phase in phases:
        length = phase.get("steps", STEPS)
        end += length * STEPS if length < 1 else length
        if step < round(end):
            break
    for pattern, value in phase.get("modules", {}).items():
        if fnmatch.fnmatchcase(module(name), pattern):
            return value
    return phase.get("default", 1)


def make(run, examples):
    model = transformers.AutoModelForCausalLM.from_pretrained(
        HERE / run["model"], dtype=torch.float32, attn_implementation="eager").eval()
    if "adapter" in run:
        model = peft.PeftModel.from_pretrained(model, FIXTURES / run["adapter"], is_trainable=True).eval()
    weights = {name: w for name, w in model.named_parameters() if w.requires_grad}
    optimizer = torch.optim.AdamW(
        [{"params": [w], "weight_decay": 0.1 if w.ndim >= 2 else 0.0, "lr": 0.0} for w in weights.values()])
    steps = []
    for step in range(STEPS):
        optimizer.zero_grad(set_to_none=True)
        for group, (name, weight) in zip(optimizer.param_groups, weights.items()):
            group["lr"] = RATE * factor(run["rates"], name, step)
            weight.requires_grad_(group["lr"] != 0)
        batch = [examples[(step * BATCH + i) % len(examples)] for i in range(BATCH)]
        loss = torch.cat([references.next_token_losses(model, *example)[1] for example in batch]).mean()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        optimizer.step()
        trained = sum(w.grad is not None for w in weights.values())
        steps.append({"loss": loss.item(), "gradient_norm": norm.item(), "trained": trained})
    with torch.no_grad():
        final = torch.cat([references.next_token_losses(model, *example)[1] for example in examples]).mean().item()
    print(run["name"], [round(step["loss"], 4) for step in steps], [step["trained"] for step in steps])
    return run | {"steps": steps, "final_loss": final}


def main():
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    stored = json.loads((FIXTURES / "trajectories.json").read_text())["examples"]
    examples = [(torch.tensor(e["ids"]), torch.tensor(e["supervised"]) == 1) for e in stored]
    runs = [make(run, examples) for run in RUNS]
    (FIXTURES / "rates.json").write_text(
        json.dumps({"steps": STEPS, "runs": runs}, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")


main()
