"""The scores of all heads of a model on the examples of a task, at one checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import h5py
import numpy as np

from .arrays import Array, Doubles, Floats, labelled, missing
from .extras import Adapter, Audit
from .provenance import Provenance, text

#: What ``heatmap(of=…)`` draws: its title and whether its colours run from minus to plus.
MAPS = {
    "activation": ("activation, nats", False),
    "share": ("share of the activation", False),
    "activation_signed": ("mean score, nats (below 0: the head helps)", True),
    "t": ("mean score over its standard error", True),
}


class Measurement:
    """The scores of all heads on the examples of a task, at one checkpoint; read once, when it is made."""

    def __init__(self, task: str, checkpoint: str, group: h5py.Group) -> None:
        self.task, self.checkpoint = task, checkpoint
        self.provenance = Provenance.read(group.attrs)
        #: ∂loss/∂ξ of each example and head's gate, as plain numbers: [example, layer, head].
        self.signed_values: Floats = group["signed"][()]
        if self.signed_values.ndim != 3 or 0 in self.signed_values.shape:
            raise ValueError(
                f"{group.file.filename}: signed of {self.name} should have the shape [example, layer, head], but has "
                f"{list(self.signed_values.shape)}; measure it again."
            )
        self.loss_values: Doubles = group["loss"][()].astype(np.float64)
        self.ids = [text(name) for name in group["id"][()]]
        self.tokens = [int(count) for count in group["tokens"][()]]
        self.supervised_tokens = [int(count) for count in group["supervised_tokens"][()]]
        extras = ("modules", "adapter", "token_scores", "audit")
        self._extras = {name: _read(group[name]) for name in extras if name in group}

    @property
    def name(self) -> str:
        """As in math/base."""
        return f"{self.task}/{self.checkpoint}"

    @property
    def examples(self) -> int:
        """The number of examples."""
        return int(self.signed_values.shape[0])

    @property
    def layers(self) -> int:
        """The number of layers."""
        return int(self.signed_values.shape[1])

    @property
    def heads(self) -> int:
        """The number of query heads of a layer."""
        return int(self.signed_values.shape[2])

    @property
    def coordinates(self) -> Mapping[str, Any]:
        """Of the dimensions: the examples' names, layers and heads from 0."""
        return {"example": self.ids, "layer": np.arange(self.layers), "head": np.arange(self.heads)}

    @cached_property
    def signed(self) -> Array:
        """∂loss/∂ξ of each example and head's gate: [example, layer, head], nats. Negative: the head helps."""
        return self._label(self.signed_values, ("example", "layer", "head"), "signed", "score of the head", "nats")

    @cached_property
    def activation(self) -> Array:
        """The mean over examples of \\|signed\\|, the activation pattern: [layer, head], nats."""
        return self._map(self.activation_values, "activation", "mean absolute score", "nats")

    @cached_property
    def share(self) -> Array:
        """The activation over its sum, for comparing states whose losses differ: [layer, head]."""
        total = self.activation_values.sum()
        values = self.activation_values / total if total > 0 else np.full_like(self.activation_values, np.nan)
        return self._map(values, "share", "share of the activation")

    @cached_property
    def activation_signed(self) -> Array:
        """The mean over examples of signed: [layer, head], nats."""
        return self._map(self.signed_values.mean(axis=0, dtype=np.float64), "activation_signed", "mean score", "nats")

    @cached_property
    def activation_stderr(self) -> Array:
        """The standard error of that mean (ddof 1); NaN for one example: [layer, head], nats."""
        if self.examples == 1:
            values = np.full((self.layers, self.heads), np.nan)
        else:
            values = self.signed_values.astype(np.float64).std(axis=0, ddof=1) / np.sqrt(self.examples)
        return self._map(values, "activation_stderr", "standard error of the mean score", "nats")

    @cached_property
    def t(self) -> Array:
        """The mean score over its standard error; NaN for one example or no spread: [layer, head]."""
        mean, error = np.asarray(self.activation_signed), np.asarray(self.activation_stderr)
        with np.errstate(invalid="ignore", divide="ignore"):
            return self._map(np.where(error > 0, mean / error, np.nan), "t", "mean score over its standard error")

    @cached_property
    def loss(self) -> Array:
        """The loss that was differentiated: [example], nats."""
        return self._label(self.loss_values, ("example",), "loss", "mean loss of the supervised tokens", "nats")

    @cached_property
    def activation_values(self) -> Doubles:
        """The activation as plain numbers in double precision: [layer, head]."""
        values: Doubles = np.abs(self.signed_values).mean(axis=0, dtype=np.float64)
        return values

    @property
    def modules(self) -> Array | None:
        """The scores of each layer's modules: [example, layer, module]; None where nobody asked for them."""
        found = self._extras.get("modules")
        if found is None:
            return None
        names = [text(name) for name in found["module"]]
        coordinates = {**self.coordinates, "module": names}
        return labelled(found["signed"], ("example", "layer", "module"), coordinates, "modules", "score", "nats")

    @property
    def token_scores(self) -> Array | None:
        """The scores of each position: [token, layer, head], one example's tokens after the other's; None without."""
        found = self._extras.get("token_scores")
        if found is None:
            return None
        coordinates = {
            **self.coordinates,
            "example": ("token", np.repeat(np.array(self.ids, dtype=object), self.tokens)),
            "position": ("token", np.concatenate([np.arange(count) for count in self.tokens])),
        }
        return labelled(found, ("token", "layer", "head"), coordinates, "token_scores", "score", "nats")

    @property
    def adapter(self) -> Mapping[str, Adapter]:
        """What goes through an adapter, by projection (q, k, v, o); empty without one."""
        return {name: self._adapter(parts) for name, parts in self._extras.get("adapter", {}).items()
                if isinstance(parts, dict)}

    def _adapter(self, parts: Mapping[str, Any]) -> Adapter:
        heads = parts["norm"].shape[-1]
        head = "head" if heads == self.heads else "key_value_head"
        coordinates = {**self.coordinates, head: np.arange(heads)}
        arrays = {
            name: labelled(parts[name], ("example", "layer", head)[-parts[name].ndim :], coordinates, name, name)
            for name in ("signed_base", "signed_adapter", "norm", "effective_rank")
        }
        return Adapter(**arrays)

    @property
    def audit(self) -> Audit | None:
        """What tells how far to trust the scores; None where nobody asked for it."""
        found = self._extras.get("audit")
        if found is None:
            return None
        names = ("ablated_head", "ablation", "integrated_head", "gate_ig", "strongest", "points", "completeness_error")
        return Audit(**{name: found.get(name) for name in names}, baseline=text(found["baseline"]))

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame`` with a row for each layer and head."""
        try:
            import pandas
        except ImportError:
            raise missing("pandas", "analysis", "to_pandas()") from None
        index = pandas.MultiIndex.from_product([range(self.layers), range(self.heads)], names=["layer", "head"])
        columns = ("activation", "share", "activation_signed", "activation_stderr", "t")
        return pandas.DataFrame({name: np.asarray(getattr(self, name)).ravel() for name in columns}, index=index)

    def to_xarray(self) -> Any:
        """An ``xarray.Dataset`` of the scores, patterns and losses, with the provenance as attributes."""
        try:
            import xarray
        except ImportError:
            raise missing("xarray", "analysis", "to_xarray()") from None
        names = ("signed", "activation", "share", "activation_signed", "activation_stderr", "t", "loss")
        found = xarray.Dataset({name: getattr(self, name) for name in names}, attrs=vars(self.provenance))
        return found.assign_coords(
            tokens=("example", self.tokens), supervised_tokens=("example", self.supervised_tokens)
        )

    def heatmap(self, of: str = "activation", *, ax: Any = None) -> Any:
        """Draws a map of all heads with matplotlib: "activation", "share", "activation_signed" or "t".

        Returns the axes.
        """
        from .pictures import heatmap

        if of not in MAPS:
            raise ValueError(f"{of!r} is no map; choose one of {', '.join(MAPS)}.")
        label, diverging = MAPS[of]
        return heatmap(np.asarray(getattr(self, of)), self.name, label, diverging=diverging, ax=ax)

    def _repr_html_(self) -> str:
        from .pictures import measurement_html

        return measurement_html(self)

    def __repr__(self) -> str:
        return (
            f"<Measurement {self.name}: {self.examples} examples, {self.layers} × {self.heads} heads, "
            f"loss {self.loss_values.mean():.3f} nats>"
        )

    def _label(self, values: Any, dims: tuple[str, ...], name: str, long_name: str, units: str = "") -> Array:
        return labelled(values, dims, self.coordinates, name, long_name, units)

    def _map(self, values: Doubles, name: str, long_name: str, units: str = "") -> Array:
        return self._label(values, ("layer", "head"), name, long_name, units)


def _read(item: Any) -> Any:
    """A dataset's values, or those of a group by name, with its attributes."""
    if isinstance(item, h5py.Group):
        return {**{name: _read(child) for name, child in item.items()}, **dict(item.attrs)}
    return item[()]
