"""Points as a table with fitted exponents and a picture: plot.py POINTS.json TABLE.md (the picture is TABLE.svg)"""
import json
import pathlib
import sys

import matplotlib
import numpy

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "scaling"  # the same numbers make the same file
import matplotlib.pyplot as pyplot

NAMES = {"length": "sft-probe, tokens of an example", "length, PyTorch": "PyTorch (gates, sdpa), tokens of an example",
         "examples": "sft-probe, number of examples",
         "layers": "sft-probe, layers of a random model", "threads": "sft-probe, threads"}


def exponent(points):
    """The power of x that y grows with: the slope of a line through the logarithms."""
    x, y = numpy.log(numpy.array(points, float)).T
    return numpy.polyfit(x, y, 1)[0]


def usable(points):
    return [(x, r) for x, r in points if "failed" not in r]


def rows(points):
    for x, r in points:
        yield [str(x), "", f"failed: {r['failed']}", "", "", ""] if "failed" in r else [
            str(x), str(r["tokens"]), f"{r['loop']:.2f}", f"{r['tokens'] / r['loop']:.0f}", f"{r['wall']:.2f}",
            f"{r['memory'] / 1e6:.0f}"]


def section(key, points):
    head = [NAMES[key], "tokens", "loop, s", "tokens/s", "process, s", "peak memory, MB"]
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows(points)]]
    good = usable(points)
    about = []
    if key.startswith("length"):
        for words, chosen in (("all lengths", good), ("lengths from 1,024", [p for p in good if p[0] >= 1024])):
            if len(chosen) >= 3:
                time, memory = (exponent([(r["tokens"], r[of]) for _, r in chosen]) for of in ("loop", "memory"))
                about.append(f"Fitted over {words}: time grows with length to the power {time:.2f}, memory {memory:.2f}.")
    elif key == "examples" and len(good) >= 3:
        time, memory = (exponent([(r["tokens"], r[of]) for _, r in good]) for of in ("loop", "memory"))
        about.append(f"Fitted: time grows with tokens to the power {time:.2f}, memory {memory:.2f}.")
    elif key == "layers" and len(good) >= 3:
        time, memory = (numpy.polyfit([layers for layers, _ in good], [r[of] for _, r in good], 1)
                        for of in ("loop", "memory"))
        about.append(f"Fitted: {time[1]:.2f} s, and {time[0]:.3f} s for each layer; {memory[1] / 1e6:.0f} MB, and "
                     f"{memory[0] / 1e6:.1f} MB for each layer.")
    elif key == "threads" and len(good) >= 2:
        times = good[0][1]["loop"] / good[-1][1]["loop"]
        about.append(f"{good[-1][0]} threads are {times:.2f} times as fast as {good[0][0]}.")
    return [*lines, "", *about, ""]


def picture(series, path):
    figure, axes = pyplot.subplots(2, 4, figsize=(14, 6), constrained_layout=True)
    columns = (("length", "length, PyTorch"), "tokens of an example"), (("examples",), "examples"), (
        ("layers",), "layers"), (("threads",), "threads")
    values = ("loop, s", lambda r: r["loop"]), ("peak memory, MB", lambda r: r["memory"] / 1e6)
    for column, (keys, label) in enumerate(columns):
        for row, (unit, value) in enumerate(values):
            axis = axes[row][column]
            for key in keys:
                points = usable(series[key])
                if points:
                    axis.plot([x for x, _ in points], [value(r) for _, r in points], "o-",
                              label="PyTorch, gates, sdpa" if "PyTorch" in key else "sft-probe")
            scale = "linear" if label in ("layers", "threads") else "log"
            axis.set(xlabel=label, ylabel=unit, xscale=scale, yscale=scale)
            if scale == "linear":
                axis.set_ylim(bottom=0)
            axis.grid(True, which="both", alpha=0.3)
            ticks = sorted({x for key in keys for x, _ in series[key]})
            axis.set_xticks(ticks, [f"{x:,}" for x in ticks], rotation=45 if len(ticks) > 4 else 0)
            axis.xaxis.minorticks_off()
            if row == 0 and column == 0:
                axis.legend()
    figure.savefig(path, metadata={"Date": None})


def main(points, table):
    points, table = json.loads(pathlib.Path(points).read_text()), pathlib.Path(table)
    series, drawn = points["series"], table.with_suffix(".svg")
    picture(series, drawn)
    text = "\n".join([
        "# How attribution grows", "", *points["head"], "", f"![time and memory]({drawn.name})", "",
        *(line for key, found in series.items() if found for line in section(key, found))]).rstrip()
    table.write_text(text + "\n")
    print(text)


main(*sys.argv[1:])
