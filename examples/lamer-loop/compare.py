"""Compares the arms of the experiment from their outcomes.jsonl and remedy.json, over the seeds that all arms have done.

A number is the mean over seeds: each query's outcomes are averaged over the seeds, then over queries. Its 95 % interval is
a bootstrap over queries in which all arms and seeds draw the same ones, so that differences are paired. Three seeds are too
few to draw anew: what others would give is not in the intervals, and each seed's number stands in the second table.

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
once = {q: 1 for q in names}


def value(runs, figure, counts):
    total = [sum(counts[q] * run[q][figure][part] for run in runs for q in counts) for part in (0, 1)]
    return total[0] / total[1] if total[1] else float("nan")


def written(value, draws):
    draws = sorted(v for v in draws if v == v)
    if draws[0] == draws[-1]:
        return f"{value:.3f} (the same in every query)"
    low, high = draws[int(0.025 * len(draws))], draws[int(0.975 * len(draws))]
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def row(*cells):
    print("|", " | ".join(cells).replace("-0.000", "0.000").replace("-", "−"), "|")


def general(arm):
    return [json.load(open(f"{arm}-{seed}/remedy.json"))["general"] for seed in SEEDS]


draws = []
for seed in range(DRAWS):
    counts = {}
    for q in random.Random(seed).choices(names, k=len(names)):
        counts[q] = counts.get(q, 0) + 1
    draws.append(counts)

FIGURES = list(figures([{"outcome": "", "answer": None}]))
row(f"mean of {len(SEEDS)} seeds", *ARMS, *(f"ascending − {other}" for other in ARMS[1:]))
print("|---|" + "---:|" * (2 * len(ARMS) - 1))
for figure in FIGURES:
    drawn = {arm: [value(runs[arm], figure, counts) for counts in draws] for arm in ARMS}
    own = {arm: value(runs[arm], figure, once) for arm in ARMS}
    row(figure, *(written(own[arm], drawn[arm]) for arm in ARMS), *(
        written(own["ascending"] - own[other], [a - b for a, b in zip(drawn["ascending"], drawn[other])])
        for other in ARMS[1:]))
print()
row("seed by seed", *ARMS)
print("|---|" + "---:|" * len(ARMS))
for figure in FIGURES:
    row(figure, *(", ".join(f"{value([run], figure, once):.3f}" for run in runs[arm]) for arm in ARMS))
row("general loss, nats a token", *(
    ", ".join(f"{g['before']:.3f} → {g['after']:.3f}" for g in general(arm)) for arm in ARMS))
row("its change", *(
    ", ".join(f"{g['change']['value']:.3f} [{g['change']['low']:.3f}, {g['change']['high']:.3f}]" for g in general(arm))
    for arm in ARMS))
