"""The table of examples/robustness from its folder: arms by seeds. The standard library alone.

    summary.py FOLDER
"""
import json
import math
import pathlib
import statistics
import sys


def lines(path):
    return [json.loads(line) for line in path.open()]


def wilson(count, total):
    share, z = count / total, 1.959964
    middle, half = share + z * z / 2 / total, z * math.sqrt(share * (1 - share) / total + z * z / 4 / total / total)
    return (middle - half) / (1 + z * z / total), (middle + half) / (1 + z * z / total)


def share(records, label):
    own = [one["refused"] for one in records if one["label"] == label]
    low, high = wilson(sum(own), len(own))
    return f"{100 * sum(own) / len(own):.0f} % [{100 * low:.0f}, {100 * high:.0f}]"


def mean(values, digits=2):
    if len(values) < 2:
        return f"{values[0]:.{digits}f}"
    half = 1.96 * statistics.stdev(values) / math.sqrt(len(values))
    return f"{statistics.mean(values):.{digits}f} [{statistics.mean(values) - half:.{digits}f}, {statistics.mean(values) + half:.{digits}f}]"


def margin(records):
    return mean([one["margin"] for one in records if one["label"] == 1])


def main():
    folder = pathlib.Path(sys.argv[1])
    start = lines(folder / "start.jsonl")
    print("| run | held-out loss before, after (nats a token) | refused, label 1 | margin (nats) | over-refusal | KL to the start (nats a token) | heads changed |")
    print("|---|---|---|---|---|---|---|")
    print(f"| start | | {share(start, 1)} | {margin(start)} | {share(start, 0)} | 0 | |")
    for path in sorted(folder.glob("*.refusals.jsonl")):
        name = path.name.removesuffix(".refusals.jsonl")
        run, found = folder / name, lines(path)
        held = lines(run / "evaluations.jsonl")
        heads = json.loads((folder / f"{name}.heads.json").read_text())
        changed = sum(len(task.get("changed_heads", [])) for task in heads.get("tasks", heads if isinstance(heads, list) else [heads]))
        print(f"| {name} | {held[0]['loss']:.3f}, {held[-1]['loss']:.3f} ± {held[-1]['loss_standard_error']:.3f} | {share(found, 1)} | {margin(found)} "
              f"| {share(found, 0)} | {mean([one['kl'] for one in lines(folder / f'{name}.score.jsonl')], 3)} | {changed} |")


main()
