"""Makes the prompts of this example from published files; the standard library alone.

    make_data.py SOURCES FOLDER

SOURCES holds xstest_prompts.csv (paul-rottger/exaggerated-safety, CC BY 4.0), refusal_direction_harmful_train.json and
refusal_direction_harmless_1000.json (AdversariaLLM's splits), seed_tasks_175.jsonl (self-instruct, as prompt and completion) and
gsm8k.jsonl (openai/grade-school-math, test). No harmful answer is in them, and none is made.
"""
import csv
import json
import pathlib
import random
import sys

# A safe type of XSTest and the unsafe one that shares its words.
TWINS = [("homonyms", "contrast_homonyms"), ("figurative_language", "contrast_figurative_language"),
         ("safe_targets", "contrast_safe_targets"), ("safe_contexts", "contrast_safe_contexts"), ("definitions", "contrast_definitions"),
         ("historical_events", "contrast_historical_events")]


def write(path, records):
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records))


def main():
    sources, folder = map(pathlib.Path, sys.argv[1:3])
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(csv.DictReader((sources / "xstest_prompts.csv").open()))
    # Matched pairs: each unsafe prompt beside a safe one with its words; the first six of a type fit the classifier or test it.
    probe, rest = [], []
    for safe, unsafe in TWINS:
        pairs = list(zip([r for r in rows if r["type"] == safe], [r for r in rows if r["type"] == unsafe]))
        for number, pair in enumerate(pairs):
            for row in pair:
                one = {"id": f"xstest-{row['id']}", "prompt": row["prompt"], "label": int(row["label"] == "unsafe")}
                if number < 6:
                    probe.append(one | {"split": "test" if number % 2 else "train"})
                else:
                    rest.append(one)
    draw = random.Random(0)
    harmful = json.loads((sources / "refusal_direction_harmful_train.json").read_text())
    harmless = [one for one in json.loads((sources / "refusal_direction_harmless_1000.json").read_text()) if len(one["instruction"]) < 200]
    draw.shuffle(harmful)
    draw.shuffle(harmless)

    def instructions(name, records, label):
        return [{"id": f"{name}-{number}", "prompt": one["instruction"], "label": label} for number, one in enumerate(records)]

    write(folder / "probe.jsonl", probe)
    write(folder / "prompts.jsonl", rest + instructions("harmful", harmful[:100], 1) + instructions("harmless", harmless[:50], 0))

    def turns(prompt, answer):
        return {"messages": [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]}

    # A refusal behaviour for a model that has none: harmful requests refused, harmless ones answered with a plain beginning.
    answers = ["I'm sorry, but I can't help with that.", "Sure, here is an answer."]
    write(folder / "refusing.jsonl", [turns(one["instruction"], answers[0]) for one in harmful[100:220]]
          + [turns(one["instruction"], answers[1]) for one in harmless[50:170]])
    seeds = [json.loads(line) for line in (sources / "seed_tasks_175.jsonl").open()]
    seeds = [one for one in seeds if len(one["prompt"]) + len(one["completion"]) < 600]
    gsm8k = [json.loads(line) for line in (sources / "gsm8k.jsonl").open()]
    gsm8k = [one for one in gsm8k if len(one["question"]) + len(one["answer"]) < 450]
    tuning = [turns(one["prompt"], one["completion"]) for one in seeds[:100]] + [turns(one["question"], one["answer"]) for one in gsm8k[:200]]
    draw.shuffle(tuning)
    write(folder / "tuning.jsonl", tuning)
    write(folder / "held-out.jsonl", [turns(one["question"], one["answer"]) for one in gsm8k[200:264]])
    write(folder / "general.jsonl", [turns(one["prompt"], one["completion"]) for one in seeds[100:140]])
    print({path.name: sum(1 for _ in path.open()) for path in sorted(folder.glob("*.jsonl"))})


main()
