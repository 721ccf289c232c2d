"""What sharing the layers below a module saves when one module after the other is perturbed."""
import random

from children import tool
from groups import Group, Line, Row, wall
from probing import numbers

NAMES = ["all modules, what lies below shared", "as many whole passes"]


def group(options, data):
    count = options.size["perturbed"]
    layers = options.shape["layers"]
    lines = list(numbers(random.Random(1), others=4))
    random.Random(2).shuffle(lines)
    # Four sentences are about as long as a request to a chat model.
    prompts = data.write(f"perturbed-{count}.jsonl", [
        {"id": str(i), "prompt": ". ".join(line["prompt"] for line in lines[4 * i:4 * i + 4]), "label": i % 2,
         "split": "test" if i % 4 < 2 else "train"} for i in range(count)])

    def row(*flags):
        def measured(outcome, _):
            result = tool(options, "robustness", "measure", "--model", options.model, "--data", prompts, "--output", outcome,
                          "--threads", options.threads, "--progress", "json", *flags)
            return result if "failed" in result else result | {"amount": 1, "seconds": result["wall"]}
        return measured

    shared, whole = NAMES
    return Group(
        "robustness", f"Seven modules of each of {layers} layers perturbed once, {count} prompts",
        [Row(shared, row("--seeds", 1)),
         Row(whole, row("--layers", 0, "--seeds", layers), note=f"the modules of the first layer under {layers} seeds")],
        [Line("perturbed modules", shared, [whole], "s", wall, False, ratio="time", bar=0.55)], unit="s", value=wall)
