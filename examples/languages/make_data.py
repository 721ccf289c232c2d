"""Makes the texts, prompts and questions of this example from published files; the standard library alone.

    make_data.py SOURCES FOLDER [QUESTIONS [TEXTS [ITEMS]]]

SOURCES holds aya_probe_7x300.jsonl and alpaca_parallel_200.json (circle-hit/Lens; Aya is Apache-2.0, Alpaca CC BY-NC 4.0),
xcopa/test.<lang>.jsonl (XCOPA, CC BY 4.0) and xwinograd.jsonl (XWinograd, Apache-2.0). QUESTIONS: the most of each language (100).
TEXTS: those of each language that subspaces are read from (60). ITEMS: parallel texts that are trained on (96).
"""
import json
import pathlib
import sys

# Between premise and choice, for a cause and for an effect, as XCOPA is usually asked.
JOINS = {"it": ("perché", "quindi"), "sw": ("kwa sababu", "kwa hiyo"), "tr": ("çünkü", "bu yüzden"), "zh": ("因为", "所以"),
         "id": ("karena", "maka"), "vi": ("bởi vì", "vì vậy"), "ta": ("காரணமாக", "எனவே")}


def write(path, records):
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records))


def xcopa(path, language, count):
    for line in path.read_text().splitlines()[:count]:
        one = json.loads(line)
        join = JOINS[language][one["question"] == "effect"]
        space = "" if language == "zh" else " "
        lower = (lambda text: text) if language in ("zh", "ta") else (lambda text: text[:1].lower() + text[1:])
        yield {"id": f"xcopa-{language}-{one['idx']}", "lang": language, "prompt": one["premise"].rstrip(" .。") + space + join,
               "options": [space + lower(one[name]) for name in ("choice1", "choice2")], "answer": one["label"]}


def xwinograd(path, counts):
    seen = {}
    for number, line in enumerate(path.read_text().splitlines()):
        one = json.loads(line)
        language = {"jp": "ja"}.get(one["lang"], one["lang"])
        sentence, pronoun = one["sentence"], one["pronoun"]
        # The whole sentence with each option in the place of the pronoun; where it stands more than once, it is left out.
        if seen.get(language, 0) >= counts.get(language, 0) or sentence.count(pronoun) != 1 or sentence.startswith(pronoun):
            continue
        seen[language] = seen.get(language, 0) + 1
        before, after = sentence.split(pronoun)
        gap = " " if before.endswith(" ") else ""
        yield {"id": f"xwinograd-{language}-{number}", "lang": language, "prompt": before.rstrip(" "),
               "options": [gap + option + after for option in one["options"]], "answer": one["answer"]}


def main():
    sources, folder = map(pathlib.Path, sys.argv[1:3])
    most, probed, trained = (int(one) for one in (sys.argv[3:6] + [100, 60, 96][len(sys.argv[3:6]):]))
    folder.mkdir(parents=True, exist_ok=True)
    aya = [json.loads(line) for line in (sources / "aya_probe_7x300.jsonl").open()]
    write(folder / "probe.jsonl", [{"id": f"{lang}-{number}", "lang": lang, "text": text[:160]}
                                   for number, row in enumerate(aya[:probed]) for lang, text in row.items()])
    write(folder / "english.jsonl", [{"id": f"en-{number}", "lang": "en", "text": row["en"][:300]} for number, row in enumerate(aya[200:240])])
    items = [{key.removeprefix("input_"): text.strip() for key, text in row.items() if key.startswith("input_")}
             for row in json.loads((sources / "alpaca_parallel_200.json").read_text())["Instances"]]
    items = [{"id": str(number)} | row for number, row in enumerate(items) if max(map(len, row.values())) < 200]
    write(folder / "parallel.jsonl", items[:trained])
    write(folder / "texts.jsonl", [{"id": f"{row['id']}-{lang}", "text": text}
                                   for row in items[:trained] for lang, text in row.items() if lang != "id"])
    write(folder / "prompts.jsonl", [{"id": f"{row['id']}-{lang}", "lang": lang, "prompt": text}
                                     for row in items[trained:trained + 20] for lang, text in row.items() if lang != "id"])
    questions = [one for language in ("zh", "sw", "it", "tr") for one in xcopa(sources / f"xcopa/test.{language}.jsonl", language, most)]
    questions += xwinograd(sources / "xwinograd.jsonl", {"en": most, "ja": most})
    write(folder / "questions.jsonl", questions)


main()
