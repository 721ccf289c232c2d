"""Makes the logs in Tests/TrainingTests/Fixtures with the libraries whose formats they are.

    python make_logs.py       (tensorboard, transformers)

events.tfevents: three steps, the last with an evaluation, at times 1700000000, …01.5, …03.25, …05; images.tfevents: the same
with a picture, map.png, at the first and the last; trainer_state.json: the same steps, four steps to an epoch. Where they
change, so do the numbers in the tests.
"""
import pathlib
import struct
import zlib

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter
from transformers.trainer_callback import TrainerState

FIXTURES = pathlib.Path(__file__).parents[2] / "Tests/TrainingTests/Fixtures"
STEPS = [  # seconds, loss, gradient norm, learning rate, evaluation
    (1.5, 2.5, 1.25, 0.0, {}),
    (1.75, 2.25, 0.75, 0.0005, {}),
    (1.75, 2.0, 300.125, 0.001, {"accuracy": 0.5, "loss": 2.125}),
]


def png(width, height):
    """A grey picture, as the PNG specification has it."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + bytes(range(width)) for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b""))


def write_events(path, picture=None):
    time = 1_700_000_000.0
    with open(path, "wb") as file:
        writer = RecordWriter(file)
        writer.write(Event(wall_time=time, file_version="brain.Event:2").SerializeToString())
        for step, (seconds, loss, norm, rate, evaluation) in enumerate(STEPS, 1):
            time += seconds
            scalars = {"train/loss": loss, "train/grad_norm": norm, "train/learning_rate": rate,
                       **{f"eval/{name}": value for name, value in evaluation.items()}}
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in scalars.items()])
            if picture and step != 2:
                image = Summary.Image(height=2, width=3, colorspace=3, encoded_image_string=picture)
                summary.value.append(Summary.Value(tag="heads/sums/activation", image=image))
            writer.write(Event(wall_time=time, step=step, summary=summary).SerializeToString())


def write_state(path):
    history = []
    for step, (_, loss, norm, rate, evaluation) in enumerate(STEPS, 1):
        history.append({"epoch": step / 4, "step": step, "loss": loss, "grad_norm": norm, "learning_rate": rate})
        if evaluation:
            history.append({"epoch": step / 4, "step": step, **{f"eval_{k}": v for k, v in evaluation.items()}})
    TrainerState(
        epoch=len(STEPS) / 4, global_step=len(STEPS), max_steps=10, logging_steps=1, save_steps=5, train_batch_size=8,
        num_train_epochs=3, num_input_tokens_seen=300, log_history=history).save_to_json(path)


write_events(FIXTURES / "events.tfevents")
(FIXTURES / "map.png").write_bytes(png(3, 2))
write_events(FIXTURES / "images.tfevents", png(3, 2))
write_state(FIXTURES / "trainer_state.json")
