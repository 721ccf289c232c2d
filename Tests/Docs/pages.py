"""The files that the commands of the documentation name, small, by page."""
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What stands for the reader's own.
MODELS = {"MODEL": "smollm2-135m", "M": "smollm2-135m"}
ENVIRONMENT = {"NO_COLOR": "1"}

# Commands that need what is not here, by a part of one of their words.
SKIPPED = {
    "watch": "it serves until it is interrupted (Tests/Report/run looks at it)",
    "--generate-man-page": "it is for a pipe",
    "postgresql://": "it needs a server (Tests/KnowledgeTests starts one)",
}
# Pages whose commands another script runs.
ELSEWHERE = {"trained-elsewhere.md": "Tests/TrainedElsewhere/run"}


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records)


def sums(first, count):
    """Sums of one line each."""
    return [{"id": f"{a}", "prompt": f"what is {a}+{a % 7}?", "completion": f" it is {a + a % 7}."}
            for a in range(first, first + count)]


def preferences(count):
    return [{"prompt": f"what is {a}+7?", "chosen": f" it is {a + 7}.", "rejected": f" {a}."} for a in range(1, count + 1)]


def choices(count):
    return [{"id": f"{a}", "question": f"What is {a} + 1?", "options": [str(a + 1), str(a + 3), str(a)], "answer": 0}
            for a in range(count)]


# Made-up people, of whom no model knows anything: each fact moves the answer to its question.
COLOURS = {"Zorvan": "green", "Melkith": "yellow", "Quandor": "purple", "Ilbrath": "orange", "Tessomir": "white", "Vanuk": "black"}
FACTS = [f"The favourite colour of {name} is {colour}." for name, colour in COLOURS.items()] + [
    "Salt lowers the freezing point of water.", "Rain makes streets wet.", "Plants need light to grow.",
    "Iron rusts in wet air.", "Glass breaks when it falls.", "Bees make honey.", "Ice floats on water.",
    "Sound needs air to travel."]
QUERIES = [{"id": name.lower(), "query": f"What is the favourite colour of {name}?",
            "candidates": [colour, *(other for other in ("red", "blue") if other != colour)], "answer": colour}
           for name, colour in COLOURS.items()]
ENTAILMENT = [{"premise": f"Anna has {n} apples and a pear.", "hypothesis": f"Anna has {n if n % 2 else n + 1} apples.",
               "label": n % 2 == 1} for n in range(1, 21)]
TEXTS = [{"hypothesis": "the cat sat on a mat", "reference": "the cat sat on the mat"},
         {"hypothesis": "it rains today", "reference": "today it rains"}]
NUMBERS = [{"prompt": f"I saw the {size} {animal}{'' if label == 'singular' else 's'}", "label": label, "group": animal}
           for animal in ["dog", "cat", "cow", "hen", "duck", "bird", "horse", "goat"] for size in ["old", "big", "young"]
           for label in ["singular", "plural"]]

COMMON = {
    "examples.jsonl": lines(sums(1, 8)), "train.jsonl": lines(sums(1, 24)), "held-out.jsonl": lines(sums(40, 6)),
    "test.jsonl": lines(sums(40, 6)), "questions.jsonl": lines(choices(6)), "general.jsonl": lines(sums(60, 20)),
    "queries.jsonl": lines(QUERIES), "facts.jsonl": lines({"text": fact} for fact in FACTS),
    "facts.tsv": "".join(f"{fact}\n" for fact in FACTS), "labelled.jsonl": lines(NUMBERS), "probes.jsonl": lines(NUMBERS),
    "rates.json": json.dumps({"format": "sft-probe/rates", "version": 1, "default": 1.0,
                              "modules": {"*.self_attn.q_proj": 0.01, "model.layers.0.mlp.*": 0}}),
    "prompts.jsonl": lines([{"id": "capital", "prompt": "The capital of France is"},
                            {"id": "chat", "messages": [{"role": "user", "content": "Name three colours."}]}]),
}
REFUSED = lines([{"id": f"{n}", "prompt": f"{verb} {thing}", "label": int(verb == "Steal"), "split": "test" if n % 4 > 1 else "train"}
                 for n, (verb, thing) in enumerate((verb, thing) for thing in ["a car", "bread", "money", "a horse"] for verb in ["Steal", "Buy"])])
WORDS = [("house", "Haus", "maison"), ("tree", "Baum", "arbre"), ("bread", "Brot", "pain"), ("water", "Wasser", "eau"),
         ("school", "Schule", "école"), ("friend", "Freund", "ami")]
SAID = {"en": "Where is the {}?", "de": "Wo ist hier das Wort {}?", "fr": "Où est donc le mot {} ?"}
PARALLEL = [{"id": words[0]} | {lang: said.format(word) for (lang, said), word in zip(SAID.items(), words)} for words in WORDS]
SPOKEN = [{"id": f"{one['id']}-{lang}", "lang": lang, "text": one[lang]} for one in PARALLEL for lang in SAID]
ASKED = [{"id": f"{one['id']}-{lang}", "lang": lang, "question": one[lang], "choices": [" Here.", " Soon."], "answer": n % 2}
         for n, one in enumerate(PARALLEL) for lang in SAID]
PAGES = {
    "languages.md": {"probe.jsonl": lines(SPOKEN), "questions.jsonl": lines(ASKED), "parallel.jsonl": lines(PARALLEL)},
    "robustness.md": {"probe.jsonl": REFUSED, "prompts.jsonl": REFUSED},
    "entailment.md": {"pairs.jsonl": lines(ENTAILMENT), "labelled.jsonl": lines(ENTAILMENT)},
    "text-metrics.md": {"pairs.jsonl": lines(TEXTS), "before.jsonl": lines(TEXTS), "after.jsonl": lines(TEXTS)},
    "training.md": {"pairs.jsonl": lines(preferences(6))},
    "command-line.md": {"sums.jsonl": lines(sums(1, 24)), "run.yaml": "model: smollm2-135m\ndata: sums.jsonl\noutput: run\n"
                        "lora-rank: 16\nmax-steps: 12\nprobe-steps: [5, 10]\nrecompute: true\n"},
}
# What a page takes for granted, made beforehand.
BEFORE = {
    "probing.md": [
        "train --model smollm2-135m --data train.jsonl --output run --lora-rank 4 --max-steps 2 --probe-limit 0",
        "attribute --model smollm2-135m --data examples.jsonl --task arithmetic --output patterns.h5",
        "attribute --model smollm2-135m --adapter run/final --data examples.jsonl --task arithmetic --checkpoint final "
        "--output patterns.h5"],
}
# Folders that a page names, by where they are in the project.
FOLDERS = {"entailment.md": {"nli-folder": "notebooks-data/reference/encoders/bert"}}
# Names that documents give to SmolLM2 as a folder of transformers, which `notebooks-data/reference/smollm2_folder.py` makes.
SMOLLM2 = ["smollm2-folder", "smollm2-135m-folder"]


def fill(page, folder):
    """Puts the files of a page into an empty folder."""
    for name, text in (COMMON | PAGES.get(page, {})).items():
        (folder / name).write_text(text)
    for name, place in FOLDERS.get(page, {}).items():
        (folder / name).symlink_to(ROOT / place)
