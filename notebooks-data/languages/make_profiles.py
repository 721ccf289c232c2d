"""Profiles of languages for identification from character n-grams, from langdetect's (Nakatani Shuyo's, Apache-2.0).

    make_profiles.py PROFILES [PUD]      (standard library only)

PROFILES: the folder of langdetect 1.0.9's profiles, a JSON file for each language. Kept are those of scripts that several
languages share (Latin, Cyrillic, Arabic, Devanagari); a script that one language has tells it by itself. Of each language the
most frequent n-grams of 1 to 3 lower-case letters stay, with a space for the edge of a word.
PUD: parallel sentences {"en": …, "de": …} that the profiles were not made from: how often the language of a sentence is told,
printed by language.

profiles.txt: for each language a line "#name", then a line "n-gram<TAB>count" for each, in order of n-grams.
"""
import collections
import json
import math
import pathlib
import sys
import unicodedata

SHARED = {"LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI"}
MOST = 400  # n-grams of a length


def script(letter):
    return unicodedata.name(letter, "").split(" ")[0]


def profile(path):
    data = json.loads(path.read_text())
    counts = collections.Counter()
    for gram, count in data["freq"].items():
        counts[gram.lower()] += count
    return counts


def grams(text):
    words = "".join(c if c.isalpha() or unicodedata.category(c).startswith("M") else " " for c in text.lower()).split()
    for word in words:
        padded = f" {word} "
        for size in (1, 2, 3):
            for start in range(len(padded) - size + 1):
                gram = padded[start:start + size]
                if gram.strip():
                    yield gram


def main():
    folder = pathlib.Path(sys.argv[1])
    kept = {}
    for path in sorted(folder.glob("*.json")):
        counts = profile(path)
        letters = collections.Counter()
        for gram, count in counts.items():
            if len(gram) == 1 and gram.strip():
                letters[script(gram)] += count
        own = letters.most_common(1)[0][0]
        if own in SHARED:
            most = {gram: count for size in (1, 2, 3)
                    for gram, count in sorted(((g, c) for g, c in counts.items() if len(g) == size and g.strip() and
                                               all(x == " " or script(x) == own or unicodedata.category(x).startswith("M") for x in g)),
                                              key=lambda one: (-one[1], one[0]))[:MOST]}
            kept[path.stem] = own, most
    here = pathlib.Path(__file__).parent
    with (here / "profiles.txt").open("w") as file:
        for name, (own, most) in kept.items():
            file.write(f"#{name}\n")
            for gram in sorted(most):
                file.write(f"{gram}\t{most[gram]}\n")
    print({own: [name for name, one in kept.items() if one[0] == own] for own in SHARED})
    if len(sys.argv) > 2:
        judge(kept, pathlib.Path(sys.argv[2]))


def judge(kept, path):
    """Naive Bayes as the library has it: an n-gram that a profile lacks counts as a tenth of its rarest one."""
    models = {}
    for name, (own, most) in kept.items():
        sums = [sum(count for gram, count in most.items() if len(gram) == size) for size in (1, 2, 3)]
        least = [min(count for gram, count in most.items() if len(gram) == size) for size in (1, 2, 3)]
        models[name] = own, {gram: math.log(count / sums[len(gram) - 1]) for gram, count in most.items()}, [
            math.log(0.1 * low / total) for low, total in zip(least, sums)]
    right, total, wrong = collections.Counter(), collections.Counter(), collections.Counter()
    for line in path.open():
        for name, text in json.loads(line).items():
            if name not in models:
                continue
            rivals = {other: one for other, one in models.items() if one[0] == models[name][0]}
            found = [gram for gram in grams(text) if any(gram in logs for _, logs, _ in rivals.values())]
            scores = {other: sum(logs.get(gram, floors[len(gram) - 1]) for gram in found)
                      for other, (_, logs, floors) in rivals.items()}
            best = max(scores, key=scores.get)
            total[name] += 1
            right[name] += best == name
            if best != name:
                wrong[name, best] += 1
    for name in total:
        print(name, f"{right[name] / total[name]:.3f}")
    print(f"all {sum(right.values()) / sum(total.values()):.4f}", wrong.most_common(8))


if __name__ == "__main__":
    main()
