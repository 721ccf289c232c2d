"""Attribution with a model of 1.1 B parameters: random Q4_0 weights, so sizes and times mean something, scores nothing."""
import argparse
import sys

import attribution
import compare
from groups import Group, Line, Row
from measuring import HERE, convert, run

OURS = "sft-probe attribute"


def group(options, data, folder):
    made = argparse.Namespace(**vars(options))
    made.model = str(options.large_model or random_model(options, folder / "random-1.1b.gguf"))
    made.pytorch_model = str(convert(made.model, folder / "large"))
    few = data.examples(options.size["large"])

    def uniform(result, outcome):
        return result if "failed" in result else result | {
            "amount": result["tokens"], "seconds": result["loop"], "outcome": outcome}

    def ours(outcome, _):
        outcome = outcome.with_suffix(".h5")
        return uniform(compare.measure_ours(made, "ours", few, outcome), outcome)

    def peer(streams):
        def measure(outcome, _):
            outcome = outcome.with_suffix(".npz")
            setting = {"streams": streams, "batch_tokens": 1}
            return uniform(compare.measure_pytorch(made, "gates-sdpa", few, outcome, setting), outcome)
        return measure

    peers = {"PyTorch, gates, sdpa, one example on all threads": 1,
             "PyTorch, gates, sdpa, an example on each thread": options.threads}
    return Group(
        "large", f"Attribution of {options.size['large']} examples of {data.name} with 1.1 B random Q4_0 weights",
        [Row(OURS, ours), *(Row(name, peer(streams)) for name, streams in peers.items())],
        [Line("attribution, 1.1 B parameters", OURS, list(peers), "tokens/s")], reference=list(peers)[0],
        difference=attribution.difference, difference_is="of a score, over the largest absolute score of its example")


def random_model(options, path):
    code, _, _, _, err = run([sys.executable, HERE.parent / "large-models/make_random_gguf.py", "1.1b", options.model, path])
    if code:
        sys.exit(f"a random model could not be made: {err[-1]}")
    return path
