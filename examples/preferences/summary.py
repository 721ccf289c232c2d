"""The figures of a run of this folder as JSON lines: summary.py FOLDER

Accuracies on the held-out pairs with 95 % intervals (Wilson), their change (McNemar), what the steps reported, and the heads that moved.
"""
import json
import pathlib
import sys


def read(path):
    return json.loads(path.read_text())


def main(folder):
    before = read(folder / "before.json")
    print(json.dumps({"what": "before", "accuracies": before["accuracies"], "margin": before["margin"]}))
    for arm in ("train", "swapped"):
        found = read(folder / f"{arm}.json")
        steps = [json.loads(line) for line in (folder / arm / "metrics.jsonl").read_text().splitlines()]
        last = steps[-10:]
        mean = lambda key: round(sum(step[key] for step in last) / len(last), 4)
        print(json.dumps({
            "what": arm, "accuracies": found["accuracies"], "margin": found["margin"],
            "differences": found["comparison"]["differences"],
            "first_loss": steps[0]["loss"], "steps": len(steps),
            "last_10_steps": {key: mean(key) for key in ("loss", "margin", "accuracy", "rewards_chosen", "rewards_rejected")},
            "seconds": round(sum(step["seconds"] for step in steps))}))
        print(json.dumps({"what": f"{arm}, heads", **heads(read(folder / f"{arm}.heads.json"))}))


def heads(compared):
    """The verdict on the pattern, how much of it moved, and the heads whose share changed, as layer.head."""
    change = compared[0] if isinstance(compared, list) else compared
    named = lambda key: [f"{head['layer']}.{head['head']}" for head in change[key]]
    return {"verdict": change["verdict"], "finding": change["finding"], "moved": change["moved"], "q": change["q"],
            "gained": named("gained_heads"), "lost": named("lost_heads"), "changed": len(change["changed_heads"])}


main(pathlib.Path(sys.argv[1]))
