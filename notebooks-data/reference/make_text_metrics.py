"""Writes Tests/EvaluationTests/Fixtures/text-metrics.json: what sacreBLEU, rouge-score and jiwer give for hard lines.

pip install sacrebleu==2.6.0 rouge-score==0.1.2 jiwer==4.0.0; python make_text_metrics.py
"""

import json
import pathlib
import random

import jiwer
import sacrebleu
from rouge_score import rouge_scorer

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/EvaluationTests/Fixtures/text-metrics.json"

CORPORA = {
    "plain": [
        ("The cat sat on the mat.", "The cat is on the mat."),
        ("It costs $1,234.56, doesn't it?", "It cost 1,234.56 dollars, did it not?"),
        ("a b c d e f g", "a b c d e f g"),
        ("He said: \"Hi there!\" (twice)", "He said, \"Hello there!\" twice."),
    ],
    "entities and breaks": [
        ("R&amp;D &lt;b&gt; &quot;x&quot;", "R&D <b> \"x\""),
        ("well-\nknown line\nbreak", "well-known line break"),
        ("<skipped>3-4 and 5-year-old 1.2.3 .5 5. ,a a,", "3-4 and 5-year-old 1.2.3 .5 5 . , a a ,"),
        ("tabs\tand  two   spaces \u00a0nbsp", "tabs and two spaces nbsp"),
        ("trailing -\n", "trailing -"),
    ],
    "empty": [("", "something here"), ("words", "words"), ("  ", "a"), ("no match", "xyz qrs")],
    "short": [("yes", "yes"), ("no no", "no"), ("a b c", "a b c")],
    "nothing alike": [("aa bb cc dd ee", "ff gg hh ii jj"), ("kk", "ll")],
    "chinese": [
        ("\u6211\u559c\u6b22\u732b\u3002", "\u6211\u5f88\u559c\u6b22\u732b\u3002"),
        ("GPT-4\u5728 2023\u5e743\u670814\u65e5\u53d1\u5e03\u3002", "GPT-4\u4e8e2023\u5e743\u6708\u53d1\u5e03\u3002"),
        ("\U00020000\u2014\u201c\u5f15\u53f7\u201d caf\u00e9", "\U00020000 \u201c\u5f15\u7528\u201d caf\u00e9"),
    ],
    "scripts": [
        ("\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440!", "\u041f\u0440\u0438\u0432\u0435\u0442 \u041c\u0438\u0440"),
        ("na\u00efve caf\u00e9 \U0001f642 e\u0301", "naive cafe \U0001f642 \u00e9"),
        ("\u0130stanbul \u00dfx \u212a", "istanbul SSx K"),
        ("one\u2028two\u0085three\x1cfour", "one two three four"),
    ],
}

WORDS = "the a cat dog sat on mat 1,000 3.5 re-do it's U.S. end. (well) what? \u00e9t\u00e9 & / - x".split()


def made(count, seed):
    """Lines of random words, and the same with words dropped, doubled and exchanged."""
    draw = random.Random(seed)
    for _ in range(count):
        reference = [draw.choice(WORDS) for _ in range(draw.randint(1, 20))]
        hypothesis = []
        for word in reference:
            chance = draw.random()
            if chance < 0.1:
                continue
            hypothesis += [draw.choice(WORDS) if chance < 0.25 else word] * (2 if chance > 0.95 else 1)
        yield " ".join(hypothesis), " ".join(reference)


def scores(pairs, lowercase):
    hypotheses = [hypothesis for hypothesis, _ in pairs]
    references = [reference for _, reference in pairs]
    bleu = {
        name: sacrebleu.BLEU(tokenize=name, lowercase=lowercase, force=True)
        .corpus_score(hypotheses, [references]).score
        for name in ("13a", "zh", "char", "none")
    }
    rouge = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"])
    found = [rouge.score(reference, hypothesis) for hypothesis, reference in pairs]
    lowered = [[text.lower() if lowercase else text for text in texts] for texts in (references, hypotheses)]
    return {
        "bleu": bleu,
        "chrf": sacrebleu.CHRF(lowercase=lowercase).corpus_score(hypotheses, [references]).score,
        **{name: 100 * sum(line[name].fmeasure for line in found) / len(found) for name in found[0]},
        "wer": 100 * jiwer.wer(*lowered),
        "cer": 100 * jiwer.cer(*lowered),
    }


def main():
    corpora = {name: pairs for name, pairs in CORPORA.items()}
    corpora["made"] = list(made(120, 1))
    cases = [
        {
            "name": name, "lowercase": lowercase, "hypotheses": [pair[0] for pair in pairs],
            "references": [pair[1] for pair in pairs], "scores": scores(pairs, lowercase),
        }
        for name, pairs in corpora.items() for lowercase in (False, True)
    ]
    several = list(zip(made(40, 2), made(40, 3)))
    hypotheses = [first[0] for first, _ in several]
    references = [[first[1], second[1]] for first, second in several]
    streams = [list(stream) for stream in zip(*references)]
    multiple = {
        "hypotheses": hypotheses, "references": references,
        "bleu": sacrebleu.BLEU(force=True).corpus_score(hypotheses, streams).score,
        "chrf": sacrebleu.CHRF().corpus_score(hypotheses, streams).score,
    }
    OUTPUT.write_text(json.dumps({"cases": cases, "multiple": multiple}, indent=1) + "\n")


main()
