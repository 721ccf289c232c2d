"""Generation: greedy answers with keys and values kept, of many questions together and of one prompt alone."""
import json

from children import flags, python, read_lines, tool
from groups import Group, Line, Row
from tuning import settings_of

PROMPT, LENGTH = "Once upon a time", 64


def together(options, data):
    """Ours is `evaluate`, which also computes the loss of a reference, so all rows do that, of a short one."""
    count, most = options.size["answered"], options.size["answer_tokens"]
    questions, tuning = data.questions(count), data.questions(max(4, count // 3))

    def ours(outcome, _):
        result = tool(options, "evaluate", "--model", options.model, "--data", questions, "--extract", "none",
                      "--max-tokens", most, "--threads", options.threads, "--progress", "json", "--output", outcome)
        return result if "failed" in result else result | {
            "amount": sum(line["tokens"] for line in read_lines(outcome)), "outcome": outcome}

    def peer(precision):
        return lambda outcome, setting: python(
            "peer_generation.py", "--model", options.pytorch_model, "--data", tuning if "tuning" in setting else questions,
            "--outcome", outcome, "--threads", options.threads, "--precision", precision, "--most", most, *flags(setting),
            outcome=outcome)

    best = "transformers generate, sdpa, fp32"
    return Group(
        "generation", f"Greedy answers of at most {most} tokens to {count} questions of {data.name}",
        [Row("sft-probe evaluate", ours), Row(best, peer("fp32"), settings_of(options, "batch", (4, 12)))],
        [Line("generation, questions together", "sft-probe evaluate", [best], "new tokens/s")], unit="new tokens/s",
        reference=best, difference=differing, difference_is="part of answers that are not the same text")


def alone(options, data):
    """Ours has no clock of its own: the time of many tokens less that of one."""
    prompt = data.write("prompt.jsonl", [{"id": "0", "prompt": PROMPT, "completion": "."}])

    def ours(outcome, _):
        common = ("generate", "--model", options.model, "--prompt", PROMPT, "--threads", options.threads, "--max-tokens")
        one, many = tool(options, *common, 1), tool(options, *common, LENGTH + 1, keep=outcome)
        if "failed" in one or "failed" in many:
            return one if "failed" in one else many
        text = outcome.read_text()[:-1]
        outcome.write_text(json.dumps({"id": "0", "generation": text}) + "\n")
        return many | {"amount": LENGTH, "seconds": many["wall"] - one["wall"]}

    def peer(outcome, _):
        return python("peer_generation.py", "--model", options.pytorch_model, "--data", prompt, "--outcome", outcome,
                      "--threads", options.threads, "--most", LENGTH + 1, "--after-first", 1, outcome=outcome)

    name = "transformers generate, one prompt"
    return Group("generation-alone", f"{LENGTH} tokens after “{PROMPT}”, the first token not counted",
                 [Row("sft-probe generate", ours), Row(name, peer)],
                 [Line("generation, one prompt", "sft-probe generate", [name], "new tokens/s")], unit="new tokens/s",
                 reference=name, difference=differing, difference_is="part of answers that are not the same text")


def differing(result, reference):
    truth = {line["id"]: line["generation"] for line in read_lines(reference["outcome"])}
    lines = read_lines(result["outcome"])
    return sum(line["generation"] != truth[line["id"]] for line in lines) / len(lines)
