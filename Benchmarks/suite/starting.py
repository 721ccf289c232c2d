"""From the start of a process to its first result, and a whole process for one short example."""
import compare
from children import largest, python, read_lines, tool
from groups import Group, Line, Row, wall

FIRST, WHOLE = "sft-probe attribute", "sft-probe score"
EXAMPLE = [{"id": "one", "prompt": "The capital of France is", "completion": " Paris."}]


def group(options, data):
    one = data.write("one.jsonl", EXAMPLE)

    def ours(command):
        more = ("--task", "t") if command == "attribute" else ()

        def measure(outcome, _):
            arguments = (command, "--model", options.model, "--data", one, *more, "--threads", options.threads, "--progress",
                         "json")
            if command == "score":
                result = tool(options, *arguments, keep=outcome)
            else:
                result = tool(options, *arguments, "--output", outcome.with_suffix(".h5"))
            return result | {"amount": 1, "first": result.get("first_score_seconds")}
        return measure

    def attribution(model):
        return lambda outcome, _: compare.measure_pytorch(
            options_with(options, model), "gates-sdpa", one, outcome.with_suffix(".npz"), {}) | {"amount": 1}

    def scoring(model):
        return lambda outcome, _: python("peer_scores.py", "--model", model, "--data", one, "--outcome", outcome, "--threads",
                                         options.threads, outcome=outcome)

    rows, peers = [Row(FIRST, ours("attribute")), Row(WHOLE, ours("score"))], {"attribution": [], "scoring": []}
    models = {"a float32 folder": options.pytorch_model}
    if options.model.endswith(".gguf"):
        models["the GGUF"] = options.model
    for place, model in models.items():
        for name, measure in (("attribution", attribution), ("scoring", scoring)):
            peers[name].append(f"transformers, {name}, {place}")
            rows.append(Row(peers[name][-1], measure(model), once=place == "the GGUF"))
    return Group(
        "start", "One example of 8 tokens", rows,
        [Line("first score after the start", FIRST, peers["attribution"], "s", first, False, bar=10, memory_bar=0.4),
         Line("scoring one example, whole process", WHOLE, peers["scoring"], "s", wall, False)],
        unit="s", value=first, reference=peers["scoring"][0], difference=difference, difference_is="of the mean loss, nats")


def options_with(options, model):
    return type(options)(**(vars(options) | {"pytorch_model": model}))


def first(result):
    return result["first"]


def difference(result, reference):
    if not result.get("outcome"):
        return None
    return largest(zip(*([line["nll"] for line in read_lines(r["outcome"])] for r in (result, reference))))
