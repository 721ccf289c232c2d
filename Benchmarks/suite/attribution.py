"""Head attribution: PyTorch's ways, the published one too, and what share of OpenBLAS' own speed ours reaches."""
import json
import pathlib
import sys

import compare
import machine
from children import python
from groups import Group, Line, Row, speed
from measuring import run
from tuning import settings_of

OURS, FLOOR = "sft-probe attribute", "OpenBLAS, sgemm alone"
SDPA, EAGER = "PyTorch, gates, sdpa, fp32", "PyTorch, gates, eager, fp32"
BF16 = "PyTorch, gates, sdpa, bf16"
OURS_STORED, SDPA_STORED = f"{OURS}, weights in bf16", f"{SDPA}, weights in bf16"
PUBLISHED = ["PyTorch, published way, fp32", "PyTorch, published way, bf16"]


def group(options, data):
    everything, two, four, eight = (data.examples(count) for count in (options.size["attributed"], 2, 4, 8))

    def uniform(result, outcome):
        return result if "failed" in result else result | {
            "amount": result["tokens"], "seconds": result["loop"], "outcome": outcome}

    def ours(precision, options=options):
        def measure(outcome, _):
            outcome = outcome.with_suffix(".h5")
            result = uniform(compare.measure_ours(options, f"ours-{precision}", everything, outcome), outcome)
            return result if "failed" in result else result | {"flop": flop(options.shape, result)}
        return measure

    def peer(row, examples, options=options):
        def measure(outcome, setting):
            outcome = outcome.with_suffix(".npz")
            found = compare.measure_pytorch(options, row, eight if "tuning" in setting else examples, outcome,
                                            {key: value for key, value in setting.items() if key != "tuning"})
            return uniform(found, outcome)
        return measure

    def floor(outcome, _):
        result = python("sgemm.py", "--products", json.dumps(products(options.shape)), "--threads", options.threads)
        return result if "failed" in result else result | {"flop": result["amount"]}

    fast = machine.runs_bf16()
    settings = settings_of(options, "batch_tokens", compare.TUNED["batch_tokens"])
    rows = [Row(OURS, ours("fp32")), Row(FLOOR, floor), Row(SDPA, peer("gates-sdpa", everything), settings),
            Row(EAGER, peer("gates-eager", everything), takes_setting_of=SDPA),
            Row(OURS_STORED, ours("fp32", options.in_bf16), reference=SDPA_STORED),
            Row(SDPA_STORED, peer("gates-sdpa", everything, options.in_bf16), takes_setting_of=SDPA, reference=SDPA_STORED),
            Row(BF16, peer("gates-sdpa-bf16", everything if fast else two), takes_setting_of=SDPA, once=not fast,
                note="" if fast else "2 examples")]
    lines = [Line("attribution, fp32", OURS, [SDPA, EAGER], "tokens/s", bar=1.5, memory_bar=0.4),
             Line("attribution: share of sgemm", OURS, [FLOOR], "GFLOP/s", gigaflops, ratio="percent", bar=0.85),
             Line("attribution, fp32, weights in bf16", OURS_STORED, [SDPA_STORED], "tokens/s", bar=1.5, memory_bar=0.4),
             Line("attribution, weights in bf16: share of sgemm", OURS_STORED, [FLOOR], "GFLOP/s", gigaflops,
                  ratio="percent", bar=0.85)]
    if fast:
        rows.insert(1, Row(f"{OURS}, bf16", ours("bf16")))
        rows.append(Row(f"{OURS_STORED}, bf16", ours("bf16", options.in_bf16), reference=SDPA_STORED))
        lines += [Line("attribution, bf16", f"{OURS}, bf16", [BF16], "tokens/s", bar=2),
                  Line("attribution, bf16, weights in bf16", f"{OURS_STORED}, bf16", [BF16], "tokens/s", bar=2)]
    if machine.runs_bf16x3():
        rows.insert(1, Row(f"{OURS}, bf16x3", ours("bf16x3")))
        lines.append(Line("attribution, bf16x3 beside fp32", f"{OURS}, bf16x3", [SDPA, EAGER], "tokens/s"))
    if options.published:
        rows += [Row(name, peer(key, four), once=True, note="4 examples")
                 for name, key in zip(PUBLISHED, ("published-fp32", "published-bf16"))]
        lines.append(Line("attribution, the published way", OURS, PUBLISHED, "tokens/s", bar=5))
        if fast:
            lines.append(Line("attribution in bf16, the published way", f"{OURS}, bf16", PUBLISHED, "tokens/s", bar=10))
    return Group("attribution", f"Attribution of {options.size['attributed']} examples of {data.name}", rows, lines,
                 reference=EAGER, difference=difference,
                 difference_is="of a score, over the largest absolute score of its example",
                 value=lambda result: gigaflops(result) if "tokens" not in result else speed(result))


def gigaflops(result):
    return result["flop"] / result["seconds"] / 1e9


def flop(shape, result):
    """Forward and the gradient of inputs: four operations a weight, of the layers for each token, of the logits for each
    supervised token. The products of attention are left out."""
    return (4 * shape["layers"] * sum(rows * columns for rows, columns in shape["weights"]) * result["tokens"]
            + 4 * shape["vocabulary"] * shape["width"] * result["supervised"])


def products(shape, tokens=512, supervised=320):
    """[m, n, k, how often] of the products of one pass over a large pack and back, the logits included."""
    made = [[tokens, rows, columns, shape["layers"]] for rows, columns in shape["weights"]]
    made.append([supervised, shape["vocabulary"], shape["width"], 1])
    return [part for m, n, k, often in made for part in ([m, n, k, often], [m, k, n, often])]


def difference(result, reference):
    """Computed by a process of its own, for the sake of what this one's children are said to take."""
    script = pathlib.Path(__file__).with_name("difference_of_scores.py")
    code, _, _, out, err = run([sys.executable, script, result["outcome"], reference["outcome"]])
    if code:
        raise ValueError(err[-1])
    return float(out[-1])
