"""What the suite measures on: examples and questions, the same for all rows."""
import json
import pathlib
import random

from measuring import read_examples, write_lines

ROOT = pathlib.Path(__file__).parents[2]
TASKS = ROOT / "notebooks-data/tasks"


class Data:
    """GSM8K's questions where a file of them is given, else the word problems that the project brings."""

    def __init__(self, options, folder):
        self.folder = folder
        options.data, options.limit = [TASKS / "arithmetic.jsonl"], None
        self.drawn = read_examples(options)
        self.name = f"GSM8K ({options.gsm8k.name})" if options.gsm8k else "arithmetic.jsonl"

    def examples(self, count):
        """A file with the first `count` of the drawn examples."""
        return self.write(f"{count}.jsonl", self.drawn[:count])

    def questions(self, count):
        """The same with the last line of each answer alone, for answers that are to be written."""
        return self.write(f"questions-{count}.jsonl", [
            line | {"completion": line["completion"].splitlines()[-1]} for line in self.drawn[:count]])

    def queries(self, count):
        """Which of two sentences follows from a cause? Each with the rule that says it and three others; drawn once."""
        rows = [line.split("\t") for line in (TASKS / "causes.tsv").read_text().splitlines()[1:]]
        draw = random.Random(0)
        draw.shuffle(rows)
        return self.write(f"queries-{count}.jsonl", [
            {"id": str(i), "query": f"{cause} What happened as a result?",
             "options": [effect, *draw.sample([row[1] for row in rows if row[1] != effect], 1)],
             "facts": [rule, *draw.sample([row[2] for row in rows if row[2] != rule], 3)]}
            for i, (cause, effect, rule) in enumerate(rows[:count])])

    def texts(self):
        """The project's own documents, sources and tasks: English and code, a text for each file; and a first short one."""
        paths = sorted(path for pattern in ("docs/*.md", "notebooks-data/tasks/*.jsonl", "Sources/*/*.swift")
                       for path in ROOT.glob(pattern))
        texts = [{"text": path.read_text()} for path in paths]
        return self.write("texts.jsonl", texts), self.write("text.jsonl", [{"text": "short"}])

    def write(self, name, lines):
        path = self.folder / name
        if not path.exists():
            write_lines(path, lines)
        return path


def megabytes(path):
    """Of the texts in a file, in UTF-8."""
    return sum(len(json.loads(line)["text"].encode()) for line in path.read_text().splitlines()) / 1e6
