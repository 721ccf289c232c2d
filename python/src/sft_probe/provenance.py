"""What a measurement was made from and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Provenance:
    """What a measurement was made from and how, so that it can be made again."""

    #: The model as the user named it.
    model: str
    #: SHA-256 of the model's weights, in hexadecimal.
    model_sha256: str
    #: The data as the user named them, and their SHA-256.
    data: str
    data_sha256: str
    #: The adapter that was applied, and the SHA-256 of its files; "" for none.
    adapter: str = ""
    adapter_sha256: str = ""
    #: SHA-256 of the chat template; "" when the data used none.
    template_sha256: str = ""
    #: The date that the chat template printed; "" when it printed none.
    template_date: str = ""
    #: How the scores were made, such as "gate".
    method: str = "gate"
    #: How the token losses of an example became one: "example-mean", "example-sum" or "batch-token-mean".
    reduction: str = "example-mean"
    #: The arithmetic, such as "fp32".
    precision: str = "fp32"
    #: The seed of everything that was drawn.
    seed: int = 0
    #: The version of the tool that measured.
    tool_version: str = "0.1.0"
    #: When, as ISO 8601 in UTC.
    created: str = ""
    #: Which part of the data was measured, as "2/8"; "" for all of it.
    shard: str = ""

    @classmethod
    def read(cls, attributes: Mapping[str, Any]) -> Provenance:
        """Reads the attributes of a measurement's group."""
        names = {field.name for field in fields(cls)} & set(attributes) - {"seed"}
        found: dict[str, Any] = {name: text(attributes[name]) for name in names}
        return cls(**found, seed=int(attributes["seed"]))


def text(value: Any) -> str:
    """An attribute of HDF5 as text; those of fixed length come as bytes."""
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
