"""Training: steps of LoRA and of all weights; and by itself, what measuring the heads in every step costs."""
import argparse
import sys

import compare_steps
import machine
from groups import Group, Line, Row
from measuring import run

LORA, PROBED, FULL = "sft-probe LoRA", "sft-probe LoRA, heads measured every step", "sft-probe full"
HALF = "PyTorch + peft, LoRA, sdpa, bf16"


def group(options, data, folder):
    prepare(options, data, folder)

    def peer(kind):
        def measure(_, setting):
            steps, dropped = (2, 1) if "tuning" in setting else (options.steps, compare_steps.DROPPED)
            row = f"{kind}-{setting['attention']}"
            return uniform(compare_steps.measure_pytorch(options, row, steps, setting["piece"]), dropped)
        return measure

    fast = machine.runs_bf16()

    def bf16(outcome, setting):
        """Far slower where the processor has no such products, so there a step of one example after another."""
        if fast:
            return peer("lora")(outcome, setting | {"attention": "sdpa-bf16"})
        single = argparse.Namespace(**(vars(options) | {"batch": 1}))
        result = uniform(compare_steps.measure_pytorch(single, "lora-sdpa-bf16", 2, 1), 1)
        return {key: value for key, value in result.items() if key != "losses"}

    settings = [{"attention": attention, "piece": piece} for attention in ("sdpa", "eager") for piece in (1, options.batch)]
    lora, full = "PyTorch + peft, LoRA, fp32", "PyTorch, full, fp32"
    rows = [
        Row(LORA, ours(options, "lora-ours")), Row(lora, peer("lora"), settings),
        Row(HALF, bf16, takes_setting_of=lora, once=not fast, note="" if fast else "one step of one example"),
        Row(FULL, ours(options, "full-ours"), reference=full), Row(full, peer("full"), settings, reference=full)]
    lines = [
        Line("LoRA step, fp32", LORA, [lora], "tokens/s", bar=1.5, memory_bar=0.4),
        Line("full step, fp32", FULL, [full], "tokens/s", bar=1.2)]
    if fast:
        rows.insert(1, Row(f"{LORA}, bf16", ours(options, "lora-ours", "--precision bf16")))
        lines.insert(1, Line("LoRA step, bf16", f"{LORA}, bf16", [HALF], "tokens/s", bar=1.8))
    if machine.runs_bf16x3():
        rows.insert(1, Row(f"{LORA}, bf16x3", ours(options, "lora-ours", "--precision bf16x3")))
        rows.append(Row(f"{FULL}, bf16x3", ours(options, "full-ours", "--precision bf16x3"), reference=full))
        lines += [Line("LoRA step, bf16x3 beside fp32", f"{LORA}, bf16x3", [lora], "tokens/s"),
                  Line("full step, bf16x3 beside fp32", f"{FULL}, bf16x3", [full], "tokens/s")]
    return Group(
        "training", f"{title(options, data)}; LoRA of rank 16 on all linear layers",
        rows, lines, reference=lora, difference=losses,
        difference_is="of a step's loss, relative")


def telemetry(options, data, folder):
    """Two runs differ by more than this costs, so there are many of them, in turns."""
    prepare(options, data, folder)
    return Group(
        "telemetry", f"{title(options, data)}, with and without heads",
        [Row(LORA, ours(options, "lora-ours")), Row(PROBED, ours(options, "lora-ours-probed"))],
        [Line("telemetry: LoRA step with heads over without", PROBED, [LORA], "ms/token", milliseconds, False, "time", 1.02)],
        reference=LORA, difference=losses, difference_is="of a step's loss, relative", turns=4)


def prepare(options, data, folder):
    options.steps, options.batch = options.size["steps"], options.size["batch"]
    options.prepared, options.adapter = folder / "training.jsonl", folder / "adapter"
    options.learning_rate = 1e-5
    code, _, _, _, err = run([
        sys.executable, compare_steps.HERE / "prepare.py", options.pytorch_model, data.examples(options.steps * options.batch),
        options.batch, options.prepared, options.adapter, 16])
    if code:
        sys.exit(f"data and adapter could not be prepared: {err[-1]}")


def title(options, data):
    return (f"{options.steps - compare_steps.DROPPED} steps of {options.batch} examples of {data.name}, after "
            f"{compare_steps.DROPPED} that do not count")


def uniform(result, dropped=compare_steps.DROPPED):
    return result if "failed" in result else result | {
        "amount": sum(result["tokens"][dropped:]), "seconds": sum(result["seconds"][dropped:]), "outcome": None}


def ours(options, row, flags=""):
    def measure(outcome, _):
        return uniform(compare_steps.measure_ours(argparse.Namespace(**vars(options) | {"flags_of_ours": flags}), row, outcome))
    return measure


def milliseconds(result):
    return 1e3 * result["seconds"] / result["amount"]


def losses(result, truth):
    return max(abs(a - b) / abs(b) for a, b in zip(result["losses"], truth["losses"]))
