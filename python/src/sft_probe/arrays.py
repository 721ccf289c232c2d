"""Arrays with named dimensions, where xarray is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

#: An ``xarray.DataArray`` where xarray is installed, else a ``numpy.ndarray``.
Array: TypeAlias = Any
Floats: TypeAlias = NDArray[np.float32]
Doubles: TypeAlias = NDArray[np.float64]

HAS_XARRAY = importlib.util.find_spec("xarray") is not None


def labelled(
    values: NDArray[Any],
    dims: tuple[str, ...],
    coordinates: Mapping[str, Any],
    name: str,
    long_name: str,
    units: str = "",
) -> Array:
    """An array whose dimensions have names and coordinates; the plain numbers where xarray is missing.

    ``coordinates`` may hold more than the array needs.
    """
    if not HAS_XARRAY:
        return values
    import xarray

    attributes = {"long_name": long_name} | ({"units": units} if units else {})
    fitting = {
        key: value for key, value in coordinates.items() if (value[0] if isinstance(value, tuple) else key) in dims
    }
    return xarray.DataArray(values, dims=dims, coords=fitting, name=name, attrs=attributes)


def missing(package: str, extra: str, what: str) -> ImportError:
    """The error for an optional package that a method needs."""
    return ImportError(f"{what} needs {package}: pip install 'sft-probe[{extra}]'")
