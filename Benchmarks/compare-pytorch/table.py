"""Results as a table in Markdown: medians, with the smallest and largest of the repeats."""
import os
import pathlib
import platform
import statistics

NAMES = {
    "published-fp32": "PyTorch, published way, fp32", "published-bf16": "PyTorch, published way, bf16",
    "gates-eager": "PyTorch, gates, eager, fp32", "gates-sdpa": "PyTorch, gates, sdpa, fp32",
    "gates-sdpa-bf16": "PyTorch, gates, sdpa, bf16", "ours": "sft-probe, fp32",
    "ours-bf16x3": "sft-probe, bf16x3", "ours-bf16": "sft-probe, bf16"}
COLUMNS = {
    "tokens/s, loop": lambda r: r["tokens"] / r["loop"],
    "supervised/s, loop": lambda r: r["supervised"] / r["loop"],
    "tokens/s, process": lambda r: r["tokens"] / r["wall"],
    "supervised/s, process": lambda r: r["supervised"] / r["wall"],
    "process, s": lambda r: r["wall"],
    "first score, s": lambda r: r["first"],
    "peak memory, MB": lambda r: r["memory"] / 1e6,
    "products, GFLOP/s": lambda r: r["products"] / r["loop"] / 1e9}


def spread(values):
    digits = 0 if max(values) >= 100 else 1 if max(values) >= 10 else 2
    low, middle, high = (f"{f(values):.{digits}f}" for f in (min, statistics.median, max))
    return middle if low == high else f"{middle} ({low}–{high})"


def read_scores(path):
    """Scores [layer, head] by id."""
    if path.suffix == ".npz":
        import numpy
        file = numpy.load(path)
        return dict(zip(file["ids"].tolist(), file["scores"]))
    import h5py
    with h5py.File(path) as file:
        group = file["bench/base"]
        return dict(zip(group["id"].asstr()[()].tolist(), group["signed"][()]))


def difference(scores, truth):
    """The largest difference of a score, relative to the largest absolute score of its example."""
    missing = truth.keys() - scores.keys()
    found = max(float(abs(scores[i] - truth[i]).max() / abs(truth[i]).max()) for i in scores)
    return f"{found:.1e}" + (f" ({len(missing)} missing)" if missing else "")


def line(row, results, truth):
    failed = [r["failed"] for r in results if "failed" in r]
    if failed:
        return [NAMES[row], f"failed: {failed[0]}"] + [""] * (len(COLUMNS) + 1)
    cells = [spread([f(r) for r in results]) for f in COLUMNS.values()]
    scores = read_scores(results[0]["scores"])
    expected = truth if not row.startswith("published") else {i: truth[i] for i in scores}
    return [NAMES[row], str(results[0]["examples"]), *cells, difference(scores, expected)]


def processor():
    names = [l.split(":")[1].strip() for l in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if "model name" in l]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} processors"


def needed_products(truth, result):
    """What ours multiplies: the same as gates without padding."""
    return truth["products"] * result["tokens"] / truth["tokens"]


def render(options, results, truth, reference):
    scores = read_scores(reference)
    for row in results:
        if row.startswith("ours"):
            results[row] = [r if "failed" in r else r | {"products": needed_products(truth, r)} for r in results[row]]
    rows = [line(row, results[row], scores) for row in results]
    settings = [f"{NAMES[row]}: {r[0]['setting']}" for row, r in results.items() if r[0].get("setting")]
    source = options.gsm8k.name if options.gsm8k else ", ".join(path.name for path in options.data)
    head = ["", "examples", *COLUMNS, "largest difference"]
    return "\n".join([
        f"{pathlib.Path(options.model).name}; {truth['examples']} examples of {source}, {truth['tokens']} tokens, "
        f"{truth['supervised']} supervised; {processor()}; {options.threads} threads; median (smallest–largest) of "
        f"{options.repeats} runs in turns.", "",
        *("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows]), "",
        "*Loop* leaves out starting, importing, loading and tokenising; *process* is all of it. *First score* counts from "
        "the start of the process. *Products* counts the matrix products of linear layers that a row does, its padding "
        "included. *Largest difference* is from eager PyTorch in float64 on one unpadded example at a time, over the "
        "largest absolute score of the example.", "",
        *(["Best of the tried settings: " + "; ".join(settings) + "."] if settings else [])])
