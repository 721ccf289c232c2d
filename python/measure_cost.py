"""Measures what the callback's telemetry costs in a training step: python measure_cost.py MODEL [PAIRS]

Trains an adapter of rank 8 on all linear layers with batches of 4 × 256 tokens. Steps with and without the record take
turns, so that what else the machine does falls on both; the figure is the median of the pairs' ratios.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

from sft_probe.recording import HeadRecorder


def step(model: Any, optimizer: Any, recorder: HeadRecorder, ids: torch.Tensor, active: bool) -> tuple[float, float]:
    """The seconds that a step takes, and those of the processors."""
    recorder.active = active
    began = time.perf_counter(), time.process_time()
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    assert len(recorder.take()) == (len(ids) if active else 0)
    return time.perf_counter() - began[0], time.process_time() - began[1]


def main() -> None:
    model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32)
    model = get_peft_model(model, LoraConfig(r=8, target_modules="all-linear", task_type="CAUSAL_LM")).train()
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4)
    recorder = HeadRecorder(model)
    ids = torch.randint(100, 40_000, (4, 256), generator=torch.Generator().manual_seed(0))
    step(model, optimizer, recorder, ids, True)  # warms up
    pairs = []
    for pair in range(int(sys.argv[2]) if len(sys.argv) > 2 else 15):
        order = (False, True) if pair % 2 else (True, False)
        pairs.append({active: step(model, optimizer, recorder, ids, active) for active in order})
    print(f"a step of {len(ids)} x {ids.shape[1]} tokens with telemetry, over one without, {len(pairs)} pairs:")
    for place, what in enumerate(("time", "processor time")):
        ratios = [seconds[True][place] / seconds[False][place] for seconds in pairs]
        low, median, high = statistics.quantiles(ratios, n=4)
        plain = statistics.median(seconds[False][place] for seconds in pairs)
        print(f"{what}: {median:.3f} (half between {low:.3f} and {high:.3f}); without {plain:.2f} s")


if __name__ == "__main__":
    main()
