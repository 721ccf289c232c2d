"""The rates of the arms `frozen` and `swat`, of the same modules as those of `mllr`, which one search has found.

    arms.py FOLDER        reads mllr.json and mllr-random.json; the standard library alone
"""
import json
import pathlib
import sys


def main():
    folder = pathlib.Path(sys.argv[1])
    found = json.loads((folder / "mllr.json").read_text())
    head = {"format": found["format"], "version": found["version"]}
    arms = {"frozen": found | {"default": 0},
            # A fifth of the steps trains the robust modules alone, then all are trained.
            "swat": head | {"phases": [{"steps": 0.2, "default": 0, "modules": found["modules"]}, {"default": 1, "modules": {}}]},
            "random": json.loads((folder / "mllr-random.json").read_text())}
    for name, rates in arms.items():
        (folder / f"{name}.json").write_text(json.dumps(rates, indent=2) + "\n")


main()
