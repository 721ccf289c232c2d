"""Makes Tests/EvaluationTests/Fixtures/evaluation.json: what transformers makes of multiple-choice questions and of
prompts to go on from, and scipy of counts.

    python make_evaluation.py       (torch, transformers, gguf, scipy; a few seconds)

The model is tiny-llama/gqa-tied.f32.gguf with the vocabulary in it.
"""
import json
import pathlib
import random

import numpy
import scipy.stats
import torch
import transformers

import references

FOLDER = pathlib.Path(__file__).parent
OUTPUT = FOLDER.parent.parent / "Tests/EvaluationTests/Fixtures/evaluation.json"
WORDS = "the in there and a our inner thread range other rain tree 42 hand 7 ring air i an under+3 $5".split()
END = 2


def phrase(rng, low, high):
    return " ".join(rng.choices(WORDS, k=rng.randint(low, high)))


def question(rng, index):
    """A record as a file has it; the answer's spelling changes from one to the next."""
    options = []
    while len(options) < 2 + index % 4:
        option = " " + phrase(rng, 1, 6)
        if option not in options:
            options.append(option)
    answer = rng.randrange(len(options))
    spelling = [answer, "ABCDE"[answer], options[answer]][index % 3]
    return {"id": f"q{index}", "prompt": phrase(rng, 3, 20) + "?", "options": options, "answer": spelling}, answer


@torch.no_grad()
def log_likelihood(model, prompt, option):
    """The sum of log p of an option's tokens, in float64."""
    supervised = torch.tensor([False] * len(prompt) + [True] * len(option))
    losses = references.next_token_losses(model, torch.tensor(prompt + option), supervised)[1]
    return -losses.sum().item()


def choices(model, tokenizer, rng):
    made = []
    for index in range(24):
        record, answer = question(rng, index)
        prompt = tokenizer.encode(record["prompt"])
        options = [tokenizer.encode(option, add_special_tokens=False) for option in record["options"]]
        scores = numpy.array([log_likelihood(model, prompt, option) for option in options])
        lengths = {"acc": 1, "acc_norm": [len(option) for option in record["options"]],
                   "acc_bytes": [len(option.encode()) for option in record["options"]],
                   "acc_tokens": [len(option) for option in options]}
        made.append({"record": record, "answer": answer, "log_likelihoods": scores.tolist(),
                     "tokens": lengths["acc_tokens"],
                     "predictions": {name: int(numpy.argmax(scores / length)) for name, length in lengths.items()}})
    return made


def generations(model, exact, tokenizer, rng, limit):
    """Prompts, what follows them, and a completion that is the same for some of them."""
    made = []
    while len(made) < 12:
        prompt = phrase(rng, 2, 12)
        ids = tokenizer.encode(prompt)
        written, margin = references.greedy(model, torch.tensor(ids), limit, stop=END)
        if margin < 1e-2:
            continue  # nearly a tie
        written = [i for i in written.tolist() if i != END]
        text = tokenizer.decode(written, skip_special_tokens=True)
        if not text.strip():
            continue
        completion = text if len(made) % 3 else phrase(rng, 1, 5)
        answer = tokenizer.encode(completion, add_special_tokens=False) + [END]
        made.append({"prompt": prompt, "completion": completion, "text": text, "tokens": len(written),
                     "nll": -log_likelihood(exact, ids, answer) / len(answer)})
    return made


def intervals():
    """Wilson's interval and McNemar's exact test by scipy, Bonett and Price's interval from its formula."""
    z = scipy.stats.norm.ppf(0.975)
    wilson = [[k, n, *scipy.stats.binomtest(k, n).proportion_ci(method="wilson")]
              for k, n in [(0, 1), (1, 1), (0, 50), (31, 50), (50, 50), (7, 12), (812, 2122), (1318, 1319)]]
    paired = []
    for both, lost, won, neither in [(1, 1, 7, 12), (0, 0, 0, 5), (40, 3, 3, 4), (10, 0, 9, 1), (500, 130, 61, 309),
                                     (2, 1, 0, 0), (30000, 600, 700, 9000)]:
        n = both + lost + won + neither + 2
        p = numpy.array([won + 1, lost + 1]) / n
        half = z * numpy.sqrt((p.sum() - (p[0] - p[1]) ** 2) / n)
        exact = scipy.stats.binomtest(won, won + lost).pvalue if won + lost else 1.0
        paired.append([both, lost, won, neither, exact, max(-1, p[0] - p[1] - half), min(1, p[0] - p[1] + half)])
    return wilson, paired


def main():
    transformers.utils.logging.disable_progress_bar()
    model, tokenizer = references.read_model(FOLDER / "tiny-llama/gqa-tied.f32.gguf")
    rng = random.Random(11)
    wilson, paired = intervals()
    with references.in_float64(model) as exact:
        questions = choices(exact, tokenizer, rng)
        written = generations(model, exact, tokenizer, rng, limit=8)
    OUTPUT.write_text(json.dumps({"choices": questions, "generations": written, "limit": 8, "wilson": wilson,
                                  "paired": paired}, indent=1) + "\n")
    for name in questions[0]["predictions"]:
        print(f"{name}: {sum(q['predictions'][name] == q['answer'] for q in questions)} of {len(questions)}")
    gaps = [abs(a - b) for q in questions for s in [q["log_likelihoods"]] for a in s for b in s if a != b]
    print(f"smallest difference of two options: {min(gaps):.4f}")
    print(f"written: {[g['tokens'] for g in written]} tokens")


main()
