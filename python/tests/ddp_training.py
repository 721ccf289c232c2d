"""A training by two processes (gloo), for test_callback.py: MODEL DATA OUTPUT FILE."""

import sys
from pathlib import Path

from sft_probe.callback import HeadActivationCallback
from test_callback import train

model, data, output, file = map(Path, sys.argv[1:])
train(model, data, output, HeadActivationCallback(file, data), ddp_backend="gloo", gradient_accumulation_steps=1)
