"""Writes the three task sets of this page: names, agreement, copy. Python alone; a second run repeats the files.

Each prompt has a counterfactual of as many tokens under SmolLM2's tokenizer (words are chosen to be one token
each; sft-probe refuses a pair that is not as long)."""

import json
import pathlib
import random

folder = pathlib.Path(__file__).parent / "data"
folder.mkdir(exist_ok=True)

NAMES = "Mary John Tom Anna James Sarah Paul Emma David Laura Mark Alice Peter Jane Michael Susan".split()
PLACES = "store park school office station library hospital garden".split()
THINGS = "drink book letter ring gift ball key ticket".split()

SINGULAR = "key report picture letter book friend teacher dog road tree house boy girl car window door".split()
NEAR = ["near the cabinets", "behind the buildings", "of the artists", "beside the tables"]

WORDS = "green water music paper summer river stone light garden table winter silver letter window forest bread".split()


def write(task, examples):
    with open(folder / f"{task}.jsonl", "w") as file:
        for number, example in enumerate(examples):
            file.write(json.dumps({"id": f"{task}-{number:02}"} | example) + "\n")


def names(draw):
    """Who gets it: the one who is named once. Counterfactual: the other one gives."""
    for _ in range(32):
        a, b = draw.sample(NAMES, 2)
        place, thing = draw.choice(PLACES), draw.choice(THINGS)
        start = f"When {a} and {b} went to the {place}, "
        yield {
            "prompt": f"{start}{b} gave a {thing} to",
            "completion": f" {a}",
            "other_completion": f" {b}",
            "counterfactual_prompt": f"{start}{a} gave a {thing} to",
        }


def agreement(draw):
    """The verb goes with the first noun, not with the last. Counterfactual: the first noun in its other number."""
    pairs = [(noun, near) for noun in SINGULAR for near in NEAR]
    for place, (noun, near) in enumerate(draw.sample(pairs, 32)):
        plural = place % 2 == 0
        if not plural:
            near = near[:-1]
        one, many = f"The {noun} {near}", f"The {noun}s {near}"
        yield {
            "prompt": many if plural else one,
            "completion": " are" if plural else " is",
            "other_completion": " is" if plural else " are",
            "counterfactual_prompt": one if plural else many,
        }


def copy(draw):
    """Six words, then the first five again: the sixth is asked for. Counterfactual: another sixth word."""
    for _ in range(32):
        words = draw.sample(WORDS, 7)
        again = " ".join(words[:5])
        yield {
            "prompt": f"{again} {words[5]}; {again}",
            "completion": f" {words[5]}",
            "other_completion": f" {words[6]}",
            "counterfactual_prompt": f"{again} {words[6]}; {again}",
        }


for task in (names, agreement, copy):
    write(task.__name__, task(random.Random(task.__name__)))
