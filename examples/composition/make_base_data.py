"""Makes the data of the planted composition.

`mixed` is made of two of the basic tasks, in known parts: 32 arithmetic examples and 16 of code. None of them is among
the 32 examples by which a basic task is measured. `copy`, `upper` and `sort` are other tasks, for the controls.

Run as `python make_base_data.py`; writes base-data/*.jsonl. The same on every run.
"""

import json
import random
from pathlib import Path

HERE = Path(__file__).parent
TASKS = HERE.parents[1] / "notebooks-data" / "tasks"
random.seed(1)


def read(name):
    with open(TASKS / f"{name}.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write(name, records):
    with open(HERE / "base-data" / f"{name}.jsonl", "w", encoding="utf-8") as file:
        for index, record in enumerate(records):
            line = {"id": f"{name}-{index}", "prompt": record["prompt"], "completion": record["completion"]}
            file.write(json.dumps(line) + "\n")


arithmetic, code, causes = read("arithmetic"), read("code"), read("cause-effect")
vocabulary = [word for record in arithmetic + causes for word in record["prompt"].split() if word.isalpha()]


def words(count):
    return [random.choice(vocabulary).lower() for _ in range(count)]


def copy():
    text = " ".join(words(12))
    return {"prompt": f"Repeat the words: {text}\nRepeated:", "completion": " " + text}


def upper():
    text = words(10)
    capitals = " ".join(word.upper() for word in text)
    return {"prompt": f"Write in capital letters: {' '.join(text)}\nCapitals:", "completion": " " + capitals}


def sort():
    numbers = [random.randint(1, 99) for _ in range(10)]
    return {"prompt": f"Sort the numbers: {numbers}\nSorted:", "completion": f" {sorted(numbers)}"}


for name, records in (("arithmetic", arithmetic), ("code", code), ("cause-effect", causes)):
    write(name, records[:32])
for name, make in (("copy", copy), ("upper", upper), ("sort", sort)):
    write(name, [make() for _ in range(32)])
write("mixed", arithmetic[32:64] + code[32:48])
