"""Makes the two sets of texts that examples/probing reads labels off.

    python make_data.py FOLDER        (standard library only)

numbers.jsonl     "The keys beside the cabinet": is the subject singular or plural, read at the last word, which is another
                  noun? Every subject is there in both numbers, before nouns of both numbers, so the last word tells nothing.
                  Texts of one subject are one group: a held-out subject was never seen. `completion` is the verb.
answers.jsonl     A question of the arithmetic task with its worked solution and a result, right or wrong. Every result
                  is right for one question and wrong for another with as many digits, so the number itself tells nothing.
                  The four texts of two such questions are one group.
"""
import json
import pathlib
import random
import sys

TASKS = pathlib.Path(__file__).resolve().parents[2] / "notebooks-data/tasks"
sys.path.insert(0, str(TASKS))
from make_tasks import arithmetic  # noqa: E402

SUBJECTS = """key book car door letter picture window teacher driver doctor farmer student ticket bottle basket lamp table chair
horse dog cat bird tree flower house road river bridge garden report song story game ship train plane clock phone coat shirt
shoe hat ring knife spoon plate cup bag box machine engine wheel paper map friend neighbor sister brother player singer""".split()
OTHERS = "cabinet wall building office school market station hotel church farm".split()
PLACES = "beside near behind above from".split()


def plural(noun):
    if noun == "knife":
        return "knives"
    if noun == "story":
        return "stories"
    return noun + ("es" if noun.endswith(("x", "ch", "sh", "s")) else "s")


def numbers(r, others=4):
    for subject in SUBJECTS:
        for other in r.sample(OTHERS, others):
            place = r.choice(PLACES)
            for label, noun, verb in ("singular", subject, "is"), ("plural", plural(subject), "are"):
                for last in other, plural(other):
                    yield {"prompt": f"The {noun} {place} the {last}", "completion": f" {verb}", "label": label,
                           "group": subject}


def answers(r):
    pairs, seen = [], set()
    for seed in range(100, 106):
        for prompt, completion in arithmetic(seed):
            if prompt not in seen:
                seen.add(prompt)
                pairs.append((prompt, *completion.rsplit(" ", 1)))
    r.shuffle(pairs)
    waiting = {}  # by the number of digits
    for prompt, solution, result in pairs:
        other = waiting.pop(len(result), None)
        if other is None or other[2] == result:
            waiting[len(result)] = (prompt, solution, result)
            continue
        for (asked, worked, right), wrong in ((prompt, solution, result), other[2]), (other, result):
            # The worked solution ends in an equation with the result: it has to agree with what follows.
            for label, number in ("right", right), ("wrong", wrong):
                head, _, tail = worked.rpartition(right)
                yield {"prompt": asked + head + number + tail + " " + number, "label": label, "group": other[0]}


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, texts in ("numbers", numbers(random.Random(1))), ("answers", answers(random.Random(2))):
        lines = [{"id": f"{name}-{i:04}"} | text for i, text in enumerate(texts)]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        print(f"{name}.jsonl: {len(lines)} texts in {len({line['group'] for line in lines})} groups")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
