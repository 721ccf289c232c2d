"""Makes the tasks of the experiments with fine-tuning: six basic ones and two that are made of the first two.

`sort-words` needs both skills in every example: numbers are to be sorted and written in words. `sort-and-words` is a
mixture: two examples of `sort` for each one of `words`. No line of the file that measures a task (measured/), of the one
that trains it (train/) and of the one that tests it (test/) is in another file.

Run as `python3 make_tasks.py FOLDER`. The same on every run.
"""

import json
import random
import sys
from pathlib import Path

COUNTS = {"train": 384, "measured": 64, "test": 64}
ONES = ("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen").split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
MONTHS = ("January February March April May June July August September October November December").split()
NAMES = "Anna Ben Clara David Emma Felix Grace Henry Iris Jack Lena Martin Nina Oscar Paula Ruth Simon Tara".split()
CITIES = "Oslo Paris Rome Madrid Berlin Vienna Dublin Lisbon Prague Athens Cairo Tokyo Lima Boston Denver".split()
WORDS = ("river stone garden window table bread winter summer road bridge horse apple paper letter music tower "
         "forest island market silver candle basket kitchen doctor farmer engine mirror pocket ladder bottle").split()


def in_words(n):
    if n < 20:
        return ONES[n - 1]
    return TENS[n // 10 - 2] + ("-" + ONES[n % 10 - 1] if n % 10 else "")


def numbers(draw, count):
    return draw.sample(range(1, 100), count)


def joined(items):
    return " ".join(str(item) for item in items)


def sort(draw):
    some = numbers(draw, 6)
    return f"Numbers: {joined(some)}\nSorted:", joined(sorted(some))


def words(draw):
    some = numbers(draw, 6)
    return f"Numbers: {joined(some)}\nIn words:", joined(in_words(n) for n in some)


def sort_words(draw):
    some = numbers(draw, 6)
    return f"Numbers: {joined(some)}\nSorted, in words:", joined(in_words(n) for n in sorted(some))


def capitals(draw):
    some = draw.sample(WORDS, 7)
    return f"Words: {joined(some)}\nIn capitals:", joined(word.upper() for word in some)


def reverse(draw):
    some = draw.sample(WORDS, 9)
    return f"Words: {joined(some)}\nReversed:", joined(reversed(some))


def dates(draw):
    days = [(draw.randint(1950, 2029), draw.randint(1, 12), draw.randint(1, 28)) for _ in range(3)]
    return ("Dates: " + joined(f"{year}-{month:02}-{day:02}" for year, month, day in days) + "\nWritten:",
            ", ".join(f"{day} {MONTHS[month - 1]} {year}" for year, month, day in days))


def people(draw):
    name, city, age = draw.choice(NAMES), draw.choice(CITIES), draw.randint(18, 90)
    friend = draw.choice(NAMES)
    return (f"{name} from {city} is {age} years old and a friend of {friend}.\nJSON:",
            json.dumps({"name": name, "age": age, "city": city, "friend": friend}))


def mixture(draw):
    return sort(draw) if draw.random() < 2 / 3 else words(draw)


TASKS = {"sort": sort, "words": words, "capitals": capitals, "reverse": reverse, "dates": dates, "json": people,
         "sort-words": sort_words, "sort-and-words": mixture}


def main(folder):
    seen = set()
    for name, make in TASKS.items():
        draw = random.Random(name)
        for part, count in COUNTS.items():
            (folder / part).mkdir(parents=True, exist_ok=True)
            with open(folder / part / f"{name}.jsonl", "w", encoding="utf-8") as file:
                written = 0
                while written < count:
                    prompt, answer = make(draw)
                    if prompt in seen:
                        continue
                    seen.add(prompt)
                    record = {"id": f"{name}-{part}-{written}", "task": name, "prompt": prompt,
                              "completion": " " + answer}
                    file.write(json.dumps(record) + "\n")
                    written += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
