"""What a benchmark is made of: a group of rows that take turns, and the lines of the first table that are drawn from them.

A measurement is a dictionary: `amount` of work done in `seconds`, `wall` seconds and peak `memory` in bytes of its process,
`outcome`, the file that holds what it computed; or `failed`, which says why there is none.
"""
import dataclasses
import pathlib
from collections.abc import Callable


def speed(result):
    return result["amount"] / result["seconds"]


def wall(result):
    return result["wall"]


@dataclasses.dataclass
class Row:
    """A way to do the work: `measure(outcome, setting)` measures it once, in a process of its own."""
    name: str
    measure: Callable[[pathlib.Path, dict], dict]
    settings: list[dict] = dataclasses.field(default_factory=list)  # the fastest is taken
    takes_setting_of: str = ""  # a row that was tuned before
    once: bool = False  # too slow to be repeated
    reference: str = ""  # the row that its outcome is compared with, where it is not the group's
    note: str = ""


@dataclasses.dataclass
class Line:
    """A line of the first table: a row of ours beside the best of its peers, by `value`."""
    title: str
    ours: str
    peers: list[str]
    unit: str
    value: Callable[[dict], float] = speed
    higher_is_better: bool = True
    ratio: str = "times"  # times: how much better; percent: ours of the peer's; time: ours over the peer's
    bar: float | None = None  # what the project promises
    memory_bar: float | None = None


@dataclasses.dataclass
class Group:
    key: str
    title: str  # what was done, with sizes
    rows: list[Row]
    lines: list[Line]
    unit: str = "tokens/s"
    value: Callable[[dict], float] = speed
    reference: str = ""  # the row whose outcome the others are compared with
    difference: Callable[[dict, dict], float] | None = None
    difference_is: str = ""
    turns: int = 1  # how many times as often as others its rows run
