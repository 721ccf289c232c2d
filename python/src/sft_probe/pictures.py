"""Maps of heads: with matplotlib, and as small SVG in HTML for notebooks."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .arrays import Doubles, missing

if TYPE_CHECKING:
    from .change import Change
    from .measurement import Measurement
    from .patterns import Patterns

CELL = 12  # pixels


def heatmap(values: Doubles, title: str, label: str, *, diverging: bool, ax: Any = None) -> Any:
    """Draws numbers [layer, head]: white to dark from 0, or blue to red around 0. Returns the axes."""
    try:
        from matplotlib import pyplot
    except ImportError:
        raise missing("matplotlib", "analysis", "heatmap()") from None
    if ax is None:
        rows, columns = values.shape
        _, ax = pyplot.subplots(figsize=(2.2 + 0.22 * columns, 1.4 + 0.18 * rows), layout="constrained")
    reach = _reach(values)
    picture = ax.imshow(
        values, cmap="RdBu_r" if diverging else "viridis", vmin=-reach if diverging else 0, vmax=reach,
        aspect="auto", interpolation="nearest",
    )
    ax.set(title=title, xlabel="head", ylabel="layer")
    ax.figure.colorbar(picture, ax=ax, label=label)
    return ax


def beside(measurements: list[Measurement], of: str) -> Any:
    """A figure with a map of each measurement, all in one row."""
    try:
        from matplotlib import pyplot
    except ImportError:
        raise missing("matplotlib", "analysis", "heatmap()") from None
    rows, columns = measurements[0].layers, measurements[0].heads
    size = (len(measurements) * (2.2 + 0.22 * columns), 1.4 + 0.18 * rows)
    figure, axes = pyplot.subplots(1, len(measurements), figsize=size, layout="constrained", squeeze=False)
    for measurement, ax in zip(measurements, axes[0]):
        measurement.heatmap(of, ax=ax)
    return figure


def svg(values: Doubles, *, diverging: bool = False) -> str:
    """A map [layer, head] as SVG; the cell's numbers are in its tip. Colours are linear from 0 to the largest number."""
    rows, columns = values.shape
    reach = _reach(values)
    cells = []
    for layer in range(rows):
        for head in range(columns):
            value = float(values[layer, head])
            part = value / reach if math.isfinite(value) else 0.0
            hue = "#c2410c" if part > 0 and diverging else "#1d4ed8"
            cells.append(
                f'<rect x="{head * CELL}" y="{layer * CELL}" width="{CELL - 1}" height="{CELL - 1}" fill="{hue}" '
                f'fill-opacity="{abs(part):.3f}"><title>L{layer}.H{head}: {value:.4g}</title></rect>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{columns * CELL}" height="{rows * CELL}" role="img" '
        f'aria-label="{rows} layers × {columns} heads" style="background:color-mix(in srgb, currentColor 8%, '
        f'transparent)">{"".join(cells)}</svg>'
    )


def measurement_html(measurement: Measurement) -> str:
    """A measurement as a notebook shows it."""
    strongest = np.argsort(-measurement.activation_values.ravel(), kind="stable")[:5]
    shares = np.asarray(measurement.share).ravel()
    heads = ", ".join(f"L{i // measurement.heads}.H{i % measurement.heads} ({shares[i]:.1%})" for i in strongest)
    made = measurement.provenance
    facts = {
        "examples": f"{measurement.examples} of {made.data}",
        "mean loss": f"{measurement.loss_values.mean():.4f} nats",
        "strongest": heads,
        "model": made.model + (f" with {made.adapter}" if made.adapter else ""),
        "scores": f"{made.method}, {made.reduction}, {made.precision}",
    }
    return _card(measurement.name, "Activation: rows are layers, columns heads", svg(measurement.activation_values), facts)


def change_html(change: Change) -> str:
    """A change as a notebook shows it."""
    heads = change.heads[:5]
    facts = {"moved": f"{change.moved:.1%} of the activation"}
    if heads:
        facts["surest"] = ", ".join(f"{h.name} {h.before:.2%} → {h.after:.2%} (q = {h.q:.2g})" for h in heads)
    if change.loss:
        loss = change.loss
        facts["loss"] = f"{loss.before:.4f} → {loss.after:.4f} nats ({loss.value:+.4f} [{loss.low:+.4f}, {loss.high:+.4f}])"
    for number, warning in enumerate(change.warnings):
        facts[f"note {number + 1}"] = warning
    title = f"{change.before.task}: {change.before.checkpoint} → {change.after.checkpoint}"
    caption = "Change of share: orange gained, blue lost"
    return _card(title, caption, svg(np.asarray(change.difference_of_shares), diverging=True), facts)


def patterns_html(patterns: Patterns) -> str:
    """A file's contents as a notebook shows them."""
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{html.escape(', '.join(task))}</td>"
        f"<td>{'yes' if task.telemetry else 'no'}</td></tr>"
        for name, task in patterns.items()
    )
    head = "<tr><th>task</th><th>checkpoints</th><th>telemetry</th></tr>"
    return f"<div><b>{html.escape(str(patterns.path))}</b><table>{head}{rows}</table></div>"


def _card(title: str, caption: str, picture: str, facts: dict[str, str]) -> str:
    rows = "".join(f"<tr><th>{html.escape(k)}</th><td>{html.escape(v)}</td></tr>" for k, v in facts.items())
    return (
        f'<div style="display:inline-block;margin:4px 16px 4px 0;vertical-align:top"><b>{html.escape(title)}</b>'
        f"<div>{html.escape(caption)}</div>{picture}<table>{rows}</table></div>"
    )


def _reach(values: Doubles) -> float:
    """The largest finite magnitude; 1 where all is zero."""
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size and finite.max() > 0 else 1.0
