"""An earlier build of sft-probe in the place of the peers: whether a change made anything slower."""
import dataclasses

from groups import Line, Row

BAR = 0.97  # what a change may cost


def beside_before(group, options):
    """The group with the rows of ours alone, each followed by the same row measured with the tool `options.before`."""
    lines = {}
    for line in group.lines:
        lines.setdefault(line.ours, line)
    ours = [row for row in group.rows if row.name.startswith("sft-probe")]
    rows, compared = [], []
    for row in ours:
        before = f"{row.name}, before"
        rows += [dataclasses.replace(row, reference=before), Row(before, with_tool(row.measure, options), row.settings)]
        line = lines.get(row.name)
        compared.append(
            dataclasses.replace(line, peers=[before], ratio="times", bar=BAR, memory_bar=None) if line else
            Line(row.name, row.name, [before], group.unit, group.value, bar=BAR))
    return dataclasses.replace(group, rows=rows, lines=compared)


def with_tool(measure, options):
    """The same measurement with the earlier tool: rows read which tool they run when they run it."""
    def measured(outcome, setting):
        after = options.ours
        options.ours = options.in_bf16.ours = options.before
        try:
            return measure(outcome, setting)
        finally:
            options.ours = options.in_bf16.ours = after
    return measured
