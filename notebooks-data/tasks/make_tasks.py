"""Makes three small sets of examples, 64 each: arithmetic.jsonl, code.jsonl and cause-effect.jsonl; and
arithmetic-train.jsonl, 320 examples of the same stories with other numbers and names, to learn the first from.

    python make_tasks.py        (standard library only)

All of it is our own: word_problems.py has the templates, functions/ the functions, causes.tsv the causes and effects.
What can be checked is checked: every equation of an answer, the examples in every docstring, likeness of any two
examples. A second run repeats the files.
"""
import ast
import csv
import difflib
import doctest
import json
import pathlib
import random
import re

from word_problems import PROBLEMS

FOLDER = pathlib.Path(__file__).parent
COUNT = 64


def arithmetic(seed=20):
    """Question and worked answer, the result after ####."""
    random_ = random.Random(seed)
    stories = [(problem, longer) for problem in PROBLEMS for longer in (False, True)]
    random_.shuffle(stories)
    for (problem, *more), longer in stories:
        question, lines = problem(random_)
        result = [check_equations(line) for line in lines][-1]
        if longer:
            question, line = go_on(random_, question, result, *more)
            lines, result = [*lines, line], check_equations(line)
        yield f"Question: {question}\nAnswer: ", "\n".join([*lines, f"#### {result}"])


def go_on(random_, question, x, operator, numbers, end, line):
    """The question with its last sentence replaced, and the line of one more step from the result x."""
    n = random_.choice([n for n in range(numbers[0], numbers[1] + 1) if operator != "-" or n < int(x)])
    story = question[: question.rindex(". ") + 2]
    return story + end.format(n=n), line.format(x=x, n=n, y=eval(f"{x} {operator} {n}"))


def check_equations(line):
    """The value of the last equation of a line, all of which must hold."""
    value = None
    for left, value in re.findall(r"(\d+(?: [-+*/] \d+)+) = (\d+)", line):
        assert eval(left) == int(value) > 0, line
    return value


def code():
    """Signature and docstring of a function, and its body."""
    prompts = []
    for path in sorted((FOLDER / "functions").glob("*.py")):
        source = path.read_text()
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef):
                lines = source.splitlines()
                head, body = lines[node.lineno - 1:node.body[0].end_lineno], lines[node.body[1].lineno - 1:node.end_lineno]
                if lines[node.body[1].lineno - 2] == "":
                    head.append("")
                prompts.append(("\n".join(head) + "\n", "\n".join(body) + "\n"))
                run(node.name, "".join(prompts[-1]))
    random.Random(21).shuffle(prompts)
    return prompts


def run(name, source):
    """Runs the examples in the docstring of a function, which must exist and give what they say."""
    names = {}
    exec(source, names)
    test = doctest.DocTestFinder().find(names[name], name, globs=names)[0]
    result = doctest.DocTestRunner(verbose=False).run(test)
    assert test.examples and result.failed == 0, name


QUESTIONS = {
    "effect": ["{given}\nWhat happened as a result, and why?\nAnswer: ",
               "Premise: {given}\nState the most likely effect and the general rule behind it.\nEffect: ",
               "{given} What do you think followed from this? Explain.\n"],
    "cause": ["{given}\nWhat was the cause, and why does it explain this?\nAnswer: ",
              "Observation: {given}\nGive the most likely cause and the general rule behind it.\nCause: ",
              "{given} What probably led to this? Explain.\n"],
    "choice": ["{given}\nWhich of these is the {asked}?\nA) {a}\nB) {b}\nAnswer: ",
               "Premise: {given}\nOption A: {a}\nOption B: {b}\nThe more plausible {asked} is option "],
}


def cause_effect():
    """A cause or an effect, and the other with the rule that ties them; sometimes as a choice between two."""
    random_ = random.Random(22)
    with open(FOLDER / "causes.tsv", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    random_.shuffle(rows)
    for i, row in enumerate(rows):
        asked, given = ("effect", "cause") if i % 2 else ("cause", "effect")
        explanation = row["explanation"]
        if i % 3:
            yield random_.choice(QUESTIONS[asked]).format(given=row[given]), f"{row[asked]} {explanation}"
        else:
            options = [row[asked], rows[(i + 7) % len(rows)][asked]]
            random_.shuffle(options)
            letter = "AB"[options.index(row[asked])]
            question = random_.choice(QUESTIONS["choice"])
            yield (question.format(given=row[given], asked=asked, a=options[0], b=options[1]),
                   f"{letter}) {row[asked]} {explanation}" if "A)" in question else f"{letter}. {explanation}")


def write(task, pairs):
    pairs = list(pairs)
    assert len(pairs) == COUNT
    examples = [{"id": f"{task}-{i:02}", "task": task, "prompt": prompt, "completion": completion}
                for i, (prompt, completion) in enumerate(pairs, 1)]
    alike = max((difflib.SequenceMatcher(None, a["prompt"], b["prompt"], autojunk=False).ratio(), a["id"], b["id"])
                for i, a in enumerate(examples) for b in examples[:i])
    assert alike[0] < 0.95, alike
    words = sorted(len(e["completion"].split()) for e in examples)
    print(f"{task}: answers of {words[0]} to {words[-1]} words, median {words[COUNT // 2]}; most alike {alike}")
    with open(FOLDER / f"{task}.jsonl", "w") as file:
        file.writelines(json.dumps(example, ensure_ascii=False) + "\n" for example in examples)


def write_training(task, held_out, pairs):
    """Examples none of which is asked in the held-out ones, nor twice."""
    seen = {prompt for prompt, _ in held_out}
    examples = []
    for prompt, completion in pairs:
        if prompt not in seen:
            seen.add(prompt)
            examples.append({"id": f"{task}-train-{len(examples) + 1:03}", "task": task, "prompt": prompt,
                             "completion": completion})
    print(f"{task}: {len(examples)} examples to train on")
    with open(FOLDER / f"{task}-train.jsonl", "w") as file:
        file.writelines(json.dumps(example, ensure_ascii=False) + "\n" for example in examples)


if __name__ == "__main__":
    write("arithmetic", arithmetic())
    write_training("arithmetic", arithmetic(), [pair for seed in range(30, 35) for pair in arithmetic(seed)])
    write("code", code())
    write("cause-effect", cause_effect())
