"""Scoring: the loss of each example's answer."""
import machine
from children import flags, largest, python, read_lines, tool
from groups import Group, Line, Row
from tuning import settings_of


def group(options, data):
    everything, two, six = (data.examples(count) for count in (options.size["scored"], 2, 6))

    def ours(precision, options=options):
        def measure(outcome, _):
            result = tool(options, "score", "--model", options.model, "--data", everything, "--threads", options.threads,
                          "--precision", precision, "--progress", "json", keep=outcome)
            return result | {"amount": result.get("tokens")}
        return measure

    def peer(precision, examples, options=options):
        return lambda outcome, setting: python(
            "peer_scores.py", "--model", options.pytorch_model, "--data", six if "tuning" in setting else examples,
            "--outcome", outcome, "--threads", options.threads, "--precision", precision, *flags(setting), outcome=outcome)

    best, half, fast = "PyTorch, sdpa, fp32", "PyTorch, sdpa, bf16", machine.runs_bf16()
    stored, best_stored = "sft-probe score, weights in bf16", f"{best}, weights in bf16"
    rows = [Row("sft-probe score", ours("fp32")),
            Row(best, peer("fp32", everything), settings_of(options, "batch_tokens", (1, 1536))),
            Row(stored, ours("fp32", options.in_bf16), reference=best_stored),
            Row(best_stored, peer("fp32", everything, options.in_bf16), takes_setting_of=best, reference=best_stored),
            Row(half, peer("bf16", everything if fast else two), takes_setting_of=best, once=not fast,
                note="" if fast else "2 examples")]
    lines = [Line("scoring", "sft-probe score", [best], "tokens/s", bar=1.5, memory_bar=0.4),
             Line("scoring, weights in bf16", stored, [best_stored], "tokens/s", bar=1.5, memory_bar=0.4)]
    if fast:
        rows.insert(1, Row("sft-probe score, bf16", ours("bf16")))
        lines.append(Line("scoring, bf16", "sft-probe score, bf16", [half], "tokens/s"))
    if machine.runs_bf16x3():
        rows.insert(1, Row("sft-probe score, bf16x3", ours("bf16x3")))
        lines.append(Line("scoring, bf16x3 beside fp32", "sft-probe score, bf16x3", [best], "tokens/s"))
    return Group(
        "scoring", f"Scoring {options.size['scored']} examples of {data.name}",
        rows, lines, reference=best, difference=difference, difference_is="of an example's mean loss, nats")


def difference(result, reference):
    truth = {line["id"]: line["nll"] for line in read_lines(reference["outcome"])}
    return largest((line["nll"], truth[line["id"]]) for line in read_lines(result["outcome"]))
