"""Results in Markdown: the table of all kinds of work, then each group with all of its rows."""
import statistics

from groups import speed
from table import spread

HEAD = ["work", "unit", "sft-probe", "best peer", "ratio", "promised", "peak memory, MB", "of the peer's"]


def good(results, name):
    return [r for r in results.get(name, []) if "failed" not in r]


def typical(line, results):
    return statistics.median(map(line.value, results))


def best_peer(line, results):
    found = [name for name in line.peers if good(results, name)]
    choose = max if line.higher_is_better else min
    return choose(found, key=lambda name: typical(line, good(results, name))) if found else None


def ratios(line, ours, peer):
    """Of runs of the same turn, so that a slow minute hits both; of medians where a peer ran once."""
    median = typical(line, ours)
    middle = min(ours, key=lambda r: abs(line.value(r) - median))
    pairs = zip(ours, peer) if len(ours) == len(peer) else [(middle, peer[0])]
    upside_down = not line.higher_is_better and line.ratio == "times"
    return [line.value(b) / line.value(a) if upside_down else line.value(a) / line.value(b) for a, b in pairs]


def kept(value, bar, at_most):
    sign = "≤" if at_most else "≥"
    return sign, "kept" if (value <= bar if at_most else value >= bar) else "**missed**"


def ratio_cells(line, found):
    """The ratio with its spread, and the promise with whether it is kept."""
    scale, suffix = (100, " %") if line.ratio == "percent" else (1, "")
    digits = 0 if line.ratio == "percent" else 3 if line.ratio == "time" else 2
    low, middle, high = (f"{f(found) * scale:.{digits}f}" for f in (min, statistics.median, max))
    text = f"**{middle}{suffix}**" + ("" if low == high else f" ({low}–{high})")
    if line.bar is None:
        return text, ""
    sign, word = kept(statistics.median(found), line.bar, line.ratio == "time")
    return text, f"{sign} {line.bar * scale:g}{suffix}: {word}"


def memory_cells(line, ours, peer):
    mine, other = (statistics.median(r["memory"] for r in results) for results in (ours, peer))
    share = f"{100 * mine / other:.0f} %"
    if line.memory_bar:
        sign, word = kept(mine / other, line.memory_bar, True)
        share += f" ({sign} {100 * line.memory_bar:g} %: {word})"
    return f"{mine / 1e6:.0f}, {other / 1e6:.0f}", share


def line_cells(line, results):
    ours, name = good(results, line.ours), best_peer(line, results)
    if not ours or not name:
        return [line.title, line.unit, "failed" if not ours else spread([line.value(r) for r in ours]),
                "" if not ours else "failed", "", "", "", ""]
    peer = good(results, name)
    memory = ["", ""] if line.ratio == "percent" else memory_cells(line, ours, peer)
    return [line.title, line.unit, spread([line.value(r) for r in ours]),
            f"{spread([line.value(r) for r in peer])}, {name}", *ratio_cells(line, ratios(line, ours, peer)), *memory]


def difference(group, row, results):
    reference = row.reference or group.reference
    mine, truth = good(results, row.name), good(results, reference)
    if not mine or not truth or row.name == reference:
        return ""
    try:
        found = group.difference(mine[0], truth[0])
    except (KeyError, OSError, TypeError, ValueError):  # this row computes something else
        return ""
    return "" if found is None else f"{found:.1e}"


def row_cells(group, row, results, settings):
    failed = [r["failed"] for r in results[row.name] if "failed" in r]
    if failed:
        return [row.name, f"failed: {failed[0]}", "", "", "", ""]
    found = results[row.name]
    setting = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in settings[row.name].items())
    once = "ran once" if row.once else ""
    notes = "; ".join(part for part in (setting, row.note, once, found[0].get("way", "")) if part)
    return [row.name, spread([group.value(r) for r in found]), spread([r["wall"] for r in found]),
            spread([r["memory"] / 1e6 for r in found]), difference(group, row, results), notes]


def markdown(head, rows):
    return ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows]]


def first_table(measured):
    return markdown(HEAD, [line_cells(line, results) for group, results, _ in measured for line in group.lines])


def all_rows(group, results, settings):
    unit = "first result, s" if group.key == "start" else group.unit
    head = ["", unit, "process, s", "peak memory, MB", "largest difference", "setting, note"]
    rows = markdown(head, [row_cells(group, row, results, settings) for row in group.rows])
    return [f"## {group.title}", "", *rows, "", f"Differences: {group.difference_is}; from “{group.reference}”.", ""]
