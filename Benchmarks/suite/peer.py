"""What scripts that measure a peer share: flags, the model, threads."""
import argparse
import pathlib
import sys
import threading
import time

BENCHMARKS = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(BENCHMARKS / "compare-pytorch"), str(BENCHMARKS.parent / "notebooks-data/reference")]


def parse(**more):
    """The flags of all peers, and `more` of them: name and default, None for what must be given."""
    flags = argparse.ArgumentParser()
    flags.add_argument("--started", type=float, required=True)
    flags.add_argument("--model", required=True)
    flags.add_argument("--data", required=True)
    flags.add_argument("--outcome", type=pathlib.Path, required=True)
    flags.add_argument("--threads", type=int, default=2)
    flags.add_argument("--streams", type=int, default=1)
    flags.add_argument("--batch-tokens", type=int, default=1)
    flags.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    for name, default in more.items():
        flags.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    return flags.parse_args()


def open_model(options):
    import references
    import torch
    import transformers
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(options.threads if options.streams == 1 else 1)
    torch.set_flush_denormal(True)  # as we do: a product with numbers below 1e-38 takes many times as long
    return references.read_model(options.model, torch.float32 if options.precision == "fp32" else torch.bfloat16, "sdpa")


class Clock:
    """The seconds since it was made, and when the first result came, counted from the start of the process."""

    def __init__(self, started):
        self.started, self.begun, self.first, self.lock = started, time.time(), None, threading.Lock()

    def result(self):
        with self.lock:
            self.first = self.first or time.time() - self.started

    def read(self):
        return {"seconds": time.time() - self.begun, "first": self.first}
