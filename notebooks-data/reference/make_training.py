"""Makes Tests/TrainingTests/Fixtures: how the tiny models of this folder train in PyTorch, and two adapters by peft.

    python make_training.py       (torch, transformers, peft, safetensors; half a minute)

README.md names the values. Each run is made a second time in float64; what is printed is the distance between both.
"""
import json
import pathlib
import shutil

import peft
import torch
import transformers

import references

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parents[1] / "Tests/TrainingTests/Fixtures"
STEPS, BATCH = 10, 4
USUAL = {"learning_rate": 1e-3, "schedule": "cosine", "warmup_steps": 2, "weight_decay": 0.1, "clip_norm": 1.0}
MODELS = {"llama": "tiny-llama/untied-bias", **{name: f"families/{name}" for name in (
    "gpt2", "gpt_neox", "gemma3", "qwen3", "opt", "phi")}}
RUNS = ([{"name": name, "model": model, **USUAL, "clip_norm": 2.3 if name == "phi" else 1.0}
         for name, model in MODELS.items()]
        + [{"name": "llama-plain", "model": MODELS["llama"], **USUAL, "schedule": "linear", "weight_decay": 0.0,
            "clip_norm": 0.0}]
        + [{"name": f"{name}-lora", "model": MODELS[name], "adapter": f"{name}-adapter", **USUAL}
           for name in ("llama", "gpt2")])


def examples():
    """Twenty sequences of unequal length: two epochs of five batches. Each begins with a prompt, every fourth has a
    second one in its middle."""
    generator = torch.Generator().manual_seed(7)
    draw = lambda low, high: torch.randint(low, high, (), generator=generator).item()
    made = []
    for number in range(20):
        prompt, answer = draw(1, 12), draw(1, 25)
        supervised = torch.arange(prompt + answer) >= prompt
        if number % 4 == 3:
            middle = prompt + answer // 2
            supervised[middle : middle + 3] = False
            supervised[-1] = True
        made.append((torch.randint(3, 64, (prompt + answer,), generator=generator), supervised))
    return made


def read_model(path):
    return transformers.AutoModelForCausalLM.from_pretrained(
        HERE / path, dtype=torch.float32, attn_implementation="eager").eval()


def make_adapter(name, path):
    """A folder as peft writes it: rank 4, all linear layers, B away from zero."""
    model = peft.get_peft_model(read_model(path), peft.LoraConfig(
        r=4, lora_alpha=8, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"))
    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if weight.requires_grad:
                weight.copy_(torch.randn(weight.shape, generator=generator) * (0.1 if "lora_B" in key else 0.3))
    model.peft_config["default"].base_model_name_or_path = f"notebooks-data/reference/{path}"
    folder = FIXTURES / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "README.md").unlink()
    config = json.loads((folder / "adapter_config.json").read_text())
    config["target_modules"].sort()  # a set in peft, in another order every time
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def optimizer_of(run, weights):
    """AdamW whose weight decay reaches matrices only, and its schedule."""
    groups = [{"params": [w for w in weights if w.ndim >= 2], "weight_decay": run["weight_decay"]},
              {"params": [w for w in weights if w.ndim < 2], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW([g for g in groups if g["params"]], lr=run["learning_rate"], betas=(0.9, 0.999),
                                  eps=1e-8)
    schedule = getattr(transformers, f"get_{run['schedule']}_schedule_with_warmup")
    return optimizer, schedule(optimizer, run["warmup_steps"], STEPS)


def train(run, model, examples):
    """Losses, gradient norms before clipping and learning rates of the steps; the model is changed in place. Without
    clipping the norm is computed all the same."""
    weights = [w for w in model.parameters() if w.requires_grad]
    optimizer, schedule = optimizer_of(run, weights)
    steps = []
    for step in range(STEPS):
        batch = [examples[(step * BATCH + i) % len(examples)] for i in range(BATCH)]
        loss = torch.cat([references.next_token_losses(model, *example)[1] for example in batch]).mean()
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(weights, run["clip_norm"] or float("inf"))
        rate = schedule.get_last_lr()[0]
        optimizer.step()
        schedule.step()
        steps.append((loss.item(), norm.item(), rate))
    return [list(column) for column in zip(*steps)]


def evaluate(model, examples):
    """The mean loss of all supervised tokens."""
    with torch.no_grad():
        return torch.cat([references.next_token_losses(model, *example)[1] for example in examples]).mean().item()


def stored_name(name):
    """As a file has it: peft leaves the adapter's name out."""
    return name.replace(".default.", ".")


def trainable(model):
    """Copies of the weights that are trained, in float64."""
    return {stored_name(name): w.detach().double().clone() for name, w in model.named_parameters() if w.requires_grad}


def trajectory(run, model, examples):
    """What the fixture says of a run, and the trained weights before and after."""
    before = trainable(model)
    losses, norms, rates = train(run, model, examples)
    values = {"losses": losses, "gradient_norms": norms, "learning_rates": rates,
              "final_loss": evaluate(model, examples)}
    return values, before, trainable(model)


def summary(before, after, exact):
    """Checksums of a weight after the last step, the size of its change, and how much of that is rounding."""
    change = (after - before).norm().item()
    return {"sum": after.sum().item(), "norm": after.norm().item(), "change": change,
            "rounding": float(f"{(after - exact).norm().item() / change:.1e}"),
            "first": after.flatten()[:4].float().tolist()}


def largest(a, b):
    return max(abs(x - y) / abs(y) for x, y in zip(a, b))


def make(run, examples):
    model = read_model(run["model"])
    adapted = lambda model: (peft.PeftModel.from_pretrained(model, FIXTURES / run["adapter"], is_trainable=True).eval()
                             if "adapter" in run else model)
    with references.in_float64(model) as exact:
        truth, _, exact_weights = trajectory(run, adapted(exact).double(), examples)
    values, before, after = trajectory(run, adapted(model), examples)
    weights = {name: summary(before[name], after[name], exact_weights[name]) for name in after}
    worst = max(weights, key=lambda name: weights[name]["rounding"])
    print(f"{run['name']}: loss {values['losses'][0]:.3f} to {values['final_loss']:.3f}, gradient norms "
          f"{min(values['gradient_norms']):.2f} to {max(values['gradient_norms']):.2f}; float32 from float64: loss "
          f"{largest(values['losses'], truth['losses']):.1e}, norm "
          f"{largest(values['gradient_norms'], truth['gradient_norms']):.1e}, weights "
          f"{sorted(w['rounding'] for w in weights.values())[len(weights) // 2]:.1e} of their change (median), "
          f"{weights[worst]['rounding']:.1e} ({worst})")
    return run | values | {"weights": weights}


def main():
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for run in RUNS:
        if "adapter" in run:
            make_adapter(run["adapter"], run["model"])
    data = examples()
    written = {
        "steps": STEPS, "batch_size": BATCH,
        "examples": [{"ids": ids.tolist(), "supervised": supervised.int().tolist()} for ids, supervised in data],
        "runs": [make(run, data) for run in RUNS]}
    lines = json.dumps(written, separators=(",", ":")).replace('{"name"', '\n{"name"').replace('{"ids"', '\n{"ids"')
    (FIXTURES / "trajectories.json").write_text(lines + "\n")


main()
