"""Tokenizing: JSON lines of texts to JSON lines of ids and tokens."""
import pathlib

from children import python, read_lines, tool
from data import megabytes
from groups import Group, Line, Row


def group(options, data):
    texts, short = data.texts()
    amount = megabytes(texts)

    def less(many, one):
        """The time of many texts less that of a short one, which is starting and loading."""
        if "failed" in many or "failed" in one:
            return many if "failed" in many else one
        return many | {"amount": amount, "seconds": many["wall"] - one["wall"]}

    def ours(outcome, _):
        common = ("tokenize", "--model", options.model, "--no-special-tokens", "--input")
        return less(tool(options, *common, texts, keep=outcome), tool(options, *common, short))

    def peer(outcome, _):
        common = ("peer_tokens.py", pathlib.Path(options.pytorch_model) / "tokenizer.json", options.threads)
        return less(python(*common, texts, outcome, outcome=outcome), python(*common, short, outcome.with_suffix(".short")))

    def alone(outcome, setting):
        result = peer(outcome, setting)
        return result if "failed" in result else result | {"seconds": result["encoding"]}

    best = "tokenizers, the same lines written"
    return Group(
        "tokenizer", f"{amount:.2f} MB of English and source code, {len(read_lines(texts))} texts",
        [Row("sft-probe tokenize", ours), Row(best, peer), Row("tokenizers, encode_batch alone", alone)],
        [Line("tokenizer", "sft-probe tokenize", [best], "MB/s")], unit="MB/s", reference=best, difference=differing,
        difference_is="part of texts whose ids are not the same")


def differing(result, reference):
    pairs = list(zip(read_lines(result["outcome"]), read_lines(reference["outcome"]), strict=True))
    return sum(a["ids"] != b["ids"] for a, b in pairs) / len(pairs)
