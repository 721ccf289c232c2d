"""Makes pairs of a right and a wrong line of working from the word problems that the project ships.

    python make_pairs.py FOLDER [SEED]        (standard library only)

Each line of a worked answer that ends in an equation gives one pair: the prompt is the question with the lines before it, the chosen
answer the line as it is, the rejected one the same line with another result. Writes train.jsonl (500 pairs of
arithmetic-train.jsonl), swapped.jsonl (the same with chosen and rejected exchanged in a random half: the control) and
held-out.jsonl (all pairs of arithmetic.jsonl, other numbers and names).
"""
import json
import pathlib
import random
import re
import sys

TASKS = pathlib.Path(__file__).resolve().parents[2] / "notebooks-data/tasks"
EQUATION = re.compile(r"^(.* = )(\d+)(\D*)$")


def wrong(value, r):
    """A near miss: the value off by a little, or with one digit replaced."""
    digits = list(str(value))
    place = r.randrange(len(digits))
    digits[place] = r.choice([d for d in "123456789" if d != digits[place]])
    near = [value + d for d in (-10, -2, -1, 1, 2, 10)] + [int("".join(digits))]
    return r.choice([v for v in near if v > 0 and v != value])


def pairs(file, r):
    for line in (TASKS / file).read_text().splitlines():
        record = json.loads(line)
        lines = record["completion"].split("\n")
        for number, step in enumerate(lines):
            match = EQUATION.match(step)
            if not match:
                continue
            before, value, after = match.groups()
            # The space after "Answer:" belongs to the first token of what follows.
            prompt = (record["prompt"] + "".join(f"{l}\n" for l in lines[:number])).rstrip(" ")
            space = "" if number else " "
            yield {"id": f"{record['id']}-{number + 1}", "prompt": prompt, "chosen": space + step,
                   "rejected": f"{space}{before}{wrong(int(value), r)}{after}"}


def swapped(pair, r):
    if r.random() < 0.5:
        return pair
    return pair | {"chosen": pair["rejected"], "rejected": pair["chosen"]}


def main():
    folder, r = pathlib.Path(sys.argv[1]), random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    folder.mkdir(parents=True, exist_ok=True)
    train = r.sample(list(pairs("arithmetic-train.jsonl", r)), 500)
    held_out = list(pairs("arithmetic.jsonl", r))
    for name, made in (("train", train), ("swapped", [swapped(pair, r) for pair in train]), ("held-out", held_out)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(pair) + "\n" for pair in made))
        print(f"{name}.jsonl: {len(made)} pairs")


main()
