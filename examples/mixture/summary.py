"""The tables of the mixture experiment: means over seeds with 95 % intervals (Student's t), and paired differences.

    python3 summary.py FOLDER
"""

import json
import sys
from pathlib import Path

# The 97.5 % quantiles of Student's t for 1 to 9 degrees of freedom.
T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]
ARMS = {"alone": "the complex task alone", "alone-longer": "the complex task alone, as long as both stages",
        "random": "random set first", "weighted": "weighted set first", "ingredients": "true ingredients first"}
PAIRS = [("weighted", "alone"), ("weighted", "alone-longer"), ("random", "alone-longer"), ("weighted", "random"),
         ("ingredients", "random"), ("ingredients", "weighted")]


def interval(values):
    mean = sum(values) / len(values)
    if len(values) < 2:
        return f"{mean:.3f}"
    error = (sum((x - mean) ** 2 for x in values) / (len(values) - 1) / len(values)) ** 0.5
    reach = T[len(values) - 2] * error
    return f"{mean:.3f} [{mean - reach:.3f}, {mean + reach:.3f}]"


def evaluations(run):
    return [json.loads(line) for line in (run / "evaluations.jsonl").read_text().splitlines()]


def tokens(*runs):
    return sum(json.loads(line)["tokens"] for run in runs for line in (run / "metrics.jsonl").read_text().splitlines())


def main(folder):
    rounds = sorted(path.parent for path in folder.glob("seed-*/done"))
    before = [evaluations(path / "alone")[0]["loss"] for path in rounds]
    losses = {arm: [evaluations(path / arm)[-1]["loss"] for path in rounds] for arm in ARMS}
    print(f"| arm | tokens trained on | loss before the last stage | held-out loss, {len(rounds)} seeds | each seed |")
    print("|---|---:|---:|---:|---|")
    print(f"| base | 0 | | {before[0]:.3f} | |")
    for arm, name in ARMS.items():
        stages = [[path / arm] + ([path / f"{arm}-first"] if (path / f"{arm}-first").exists() else [])
                  for path in rounds]
        mean_tokens = sum(tokens(*runs) for runs in stages) / len(stages)
        first = interval([evaluations(path / arm)[0]["loss"] for path in rounds]) if len(stages[0]) > 1 else ""
        each = " ".join(f"{x:.2f}" for x in losses[arm])
        print(f"| {name} | {mean_tokens:.0f} | {first} | {interval(losses[arm])} | {each} |")
    print("\n| difference of losses, seed by seed | mean | below 0 |\n|---|---:|---:|")
    for one, other in PAIRS:
        differences = [a - b for a, b in zip(losses[one], losses[other])]
        print(f"| {one} − {other} | {interval(differences)} | {sum(x < 0 for x in differences)} of {len(rounds)} |")
    first = {arm: [evaluations(path / arm)[0]["loss"] for path in rounds] for arm in ("weighted", "random")}
    differences = [a - b for a, b in zip(first["weighted"], first["random"])]
    print(f"| weighted − random, before the last stage | {interval(differences)} "
          f"| {sum(x < 0 for x in differences)} of {len(rounds)} |")
    plans = [json.loads((path / "plan.json").read_text()) for path in rounds]
    print("\n| examples in the weighted set | " + " | ".join(f"seed {i + 1}" for i in range(len(plans))) + " |")
    print("|---" * (len(plans) + 1) + "|")
    for place, part in enumerate(plans[0]["parts"]):
        print(f"| {part['task']} | " + " | ".join(str(plan["parts"][place]["count"]) for plan in plans) + " |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
