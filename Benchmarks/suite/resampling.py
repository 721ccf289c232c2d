"""Statistics of patterns: all of `patterns stats` with intervals by 1,000 resamples, whole processes."""
import json
import sys

from children import python, tool
from groups import Group, Line, Row, wall
from measuring import HERE, run


def group(options, data):
    examples = options.size["resampled"]
    file = data.folder / "patterns.h5"
    code, _, _, _, err = run([sys.executable, HERE.parent / "patterns/make_measurement.py", file, examples])
    if code:
        sys.exit(f"scores could not be made up: {err[-1]}")

    def uniform(result):
        return result if "failed" in result else result | {"amount": 1, "seconds": result["wall"]}

    def ours(outcome, _):
        return uniform(tool(options, "patterns", "stats", file, "--checkpoint", "base", "--resamples", 1000, "--json",
                            keep=outcome))

    def peer(outcome, _):
        return uniform(python("peer_resampling.py", file, outcome, outcome=outcome))

    best = "NumPy, products of counts and scores"
    return Group(
        "statistics", f"Statistics of {examples:,} examples of 1,024 heads, 1,000 resamples",
        [Row("sft-probe patterns stats", ours), Row(best, peer)],
        [Line("statistics of patterns", "sft-probe patterns stats", [best], "s", wall, False)], unit="s", value=wall,
        reference=best, difference=difference, difference_is="of Gini, variation, kurtosis and top share, relative")


def difference(result, reference):
    ours, truth = json.loads(result["outcome"].read_text()), json.loads(reference["outcome"].read_text())
    ours = ours["measurements"][0]["statistics"]
    return max(abs(ours[name]["value"] - truth[name]["value"]) / abs(truth[name]["value"])
               for name in ("gini", "variation", "kurtosis", "top_share"))
