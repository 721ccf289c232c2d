"""Compares the arms of the experiment from their outcomes.jsonl and remedy.json: means over the seeds that all arms have
done, 95 % intervals of a bootstrap over queries, in which all arms and seeds draw the same queries.

    python compare.py
"""
import json
import os
import random

ARMS, DRAWS = ["ascending", "shuffled", "control"], 2000
SEEDS = [seed for seed in range(3) if all(os.path.exists(f"{arm}-{seed}/remedy.json") for arm in ARMS)]


def queries(arm, seed):
    found = {}
    for line in open(f"{arm}-{seed}/outcomes.jsonl", encoding="utf-8"):
        pair = json.loads(line)
        found.setdefault(pair["query_id"], []).append(pair)
    return found


def right(pair, when):
    return pair["answer"] is not None and pair[f"untold_{when}"] == pair["answer"]


def figures(pairs):
    """Sums and counts of one query of one run, figure by figure."""
    lacking = [p for p in pairs if p["outcome"] in ("remedied", "unchanged")]
    quiet = [p for p in pairs if p["outcome"] in ("newly_broken", "sound")]
    return {
        "remedied": (sum(p["outcome"] == "remedied" for p in lacking), len(lacking)),
        "answered as told before": (sum(p["adopted"] for p in lacking), len(lacking)),
        "change of RE*, nats": (
            sum(p["re_calibrated_after"] - p["re_calibrated_before"] for p in lacking), len(lacking)),
        "newly broken": (sum(p["outcome"] == "newly_broken" for p in quiet), len(quiet)),
        "right after": (right(pairs[0], "after"), 1),
        "right after less right before": (right(pairs[0], "after") - right(pairs[0], "before"), 1),
    }


runs = {arm: [{q: figures(p) for q, p in queries(arm, seed).items()} for seed in SEEDS] for arm in ARMS}
names = sorted(runs["ascending"][0])


def value(arm, figure, counts):
    total = [sum(counts[q] * run[q][figure][part] for run in runs[arm] for q in counts) for part in (0, 1)]
    return total[0] / total[1] if total[1] else float("nan")


def interval(values):
    values = sorted(v for v in values if v == v)
    return values[int(0.025 * len(values))], values[int(0.975 * len(values))]


once = {q: 1 for q in names}
draws = []
for seed in range(DRAWS):
    generator = random.Random(seed)
    counts = {}
    for q in generator.choices(names, k=len(names)):
        counts[q] = counts.get(q, 0) + 1
    draws.append(counts)
print("| |", " | ".join(ARMS), "| ascending − shuffled | ascending − control |")
print("|---|" + "---:|" * (len(ARMS) + 2))
for figure in figures([{"outcome": "", "answer": None}]):
    drawn = {arm: [value(arm, figure, counts) for counts in draws] for arm in ARMS}
    cells = []
    for arm in ARMS:
        low, high = interval(drawn[arm])
        cells.append(f"{value(arm, figure, once):.3f} [{low:.3f}, {high:.3f}]")
    for other in ARMS[1:]:
        low, high = interval([a - b for a, b in zip(drawn["ascending"], drawn[other])])
        difference = value("ascending", figure, once) - value(other, figure, once)
        cells.append(f"{difference:+.3f} [{low:+.3f}, {high:+.3f}]")
    print(f"| {figure} |", " | ".join(cells), "|")
for arm in ARMS:
    general = [json.load(open(f"{arm}-{seed}/remedy.json"))["general"] for seed in SEEDS]
    print(f"{arm}: general loss", ", ".join(
        f"{g['before']:.4f} → {g['after']:.4f} ({g['change']['value']:+.4f} [{g['change']['low']:+.4f}, {g['change']['high']:+.4f}])"
        for g in general))
