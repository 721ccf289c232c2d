"""The tables of examples/languages from its folder: arms by language, over seeds. The standard library alone.

    summary.py FOLDER
"""
import json
import math
import pathlib
import re
import statistics
import sys

TRAINED = ["zh", "ja", "ko", "ar", "bn", "sw"]


def lines(path):
    return [json.loads(line) for line in path.open()]


def value(record):
    for key in ("acc", "faithful"):
        if isinstance(record.get(key), bool):
            return float(record[key])
    return record.get("nll")


def share(records, low=2):
    """A mean with its interval over records."""
    values = [value(one) for one in records if value(one) is not None]
    if not values:
        return "–"
    mean, half = statistics.mean(values), 1.96 * statistics.stdev(values) / math.sqrt(len(values))
    return f"{mean:.{low}f} ± {half:.{low}f}"


def change(runs, start, chosen):
    """The mean difference from the start, with an interval over records, seeds averaged first; and the seeds' own means."""
    before = {(one["id"], one["lang"]): value(one) for one in start if chosen(one)}
    each = []
    differences = {}
    for run in runs:
        own = [value(one) - before[one["id"], one["lang"]] for one in run if chosen(one) and value(one) is not None]
        each.append(statistics.mean(own))
        for one in run:
            if chosen(one) and value(one) is not None:
                differences.setdefault((one["id"], one["lang"]), []).append(value(one) - before[one["id"], one["lang"]])
    means = [statistics.mean(values) for values in differences.values()]
    half = 1.96 * statistics.stdev(means) / math.sqrt(len(means))
    mean = statistics.mean(means)
    spread = f"; seeds {min(each):+.3f} to {max(each):+.3f}" if len(each) > 1 else ""
    mark = " **" if abs(mean) > half else " "
    return f"{mark.strip()}{mean:+.3f}{mark.strip()} [{mean - half:+.3f}, {mean + half:+.3f}]{spread}"


def main():
    folder = pathlib.Path(sys.argv[1])
    names = sorted({re.sub(r"-\d+$", "", path.name.split(".")[0]) for path in folder.glob("*-*.questions.jsonl")})
    order = [name for name in ("lens", "noalign", "noseparate", "random", "sft") if name in names]
    figures = {what: lines(folder / f"start.{what}.jsonl") for what in ("questions", "prompts", "english")}
    rows = [("choices, trained languages", "questions", lambda one: one["lang"] in TRAINED),
            ("choices, other languages", "questions", lambda one: one["lang"] not in TRAINED + ["en"]),
            ("choices, English", "questions", lambda one: one["lang"] == "en"),
            ("answers in the prompt's language", "prompts", lambda one: one["lang"] in TRAINED),
            ("answers to English in English", "prompts", lambda one: one["lang"] == "en"),
            ("English texts, nats a token", "english", lambda one: True)]
    rows += [(f"choices, {lang}", "questions", lambda one, lang=lang: one["lang"] == lang) for lang in ("zh", "ja", "sw", "it", "tr")]
    print("| figure | start | " + " | ".join(order) + " |\n|" + "---|" * (len(order) + 2))
    for title, what, chosen in rows:
        cells = []
        for name in order:
            runs = [lines(path) for path in sorted(folder.glob(f"{name}-*.{what}.jsonl"))]
            cells.append(change(runs, figures[what], chosen))
        print(f"| {title} | {share([one for one in figures[what] if chosen(one)])} | " + " | ".join(cells) + " |")
    print("\nDifferences from the start, records paired, 95 % over records with seeds averaged; bold where the interval leaves out 0.")


main()
