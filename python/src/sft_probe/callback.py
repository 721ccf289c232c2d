"""A callback for the trainers of transformers and TRL that writes what ``sft-probe train`` writes.

::

    from sft_probe.callback import HeadActivationCallback

    trainer = SFTTrainer(..., callbacks=[HeadActivationCallback("patterns.h5", "held-out.jsonl", task="math")])
    trainer.train()

Then ``sft-probe patterns compare patterns.h5`` and ``sft-probe report patterns.h5`` say what changed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed
from transformers import TrainerCallback

import sft_probe

from .digests import model_digest
from .examples import Examples, read_examples
from .heads import causal_model, head_count, output_projections
from .measuring import measure_heads
from .provenance import Provenance
from .recording import HeadRecorder, Row, name_of
from .writing import now, require_name, write_measurement, write_telemetry

#: Data sets beyond this size are not searched for the examples of a step, whose names are then made of their tokens.
LARGEST_NAMED = 50_000


class HeadActivationCallback(TrainerCallback):  # type: ignore[misc,unused-ignore]
    """Measures the attention heads before and after a training, and on the way.

    Works with ``transformers.Trainer`` and ``trl.SFTTrainer``, with PEFT's adapters, gradient accumulation, gradient
    checkpointing, mixed precision, packing, and DDP, whose processes' results are merged.

    - *Measurements* ``base`` and ``final`` (and ``step-000050`` for ``measure_steps=[50]``) of the examples in ``data``,
      under the task ``task``: as ``sft-probe attribute`` makes them.
    - *Telemetry* under ``telemetry_task``: the scores of the heads on the examples of every ``telemetry_every``-th step,
      from the backward pass that trains.
    """

    def __init__(
        self,
        output: str | os.PathLike[str],
        data: Any = None,
        *,
        task: str | None = None,
        limit: int | None = 64,
        measure_steps: Sequence[int] = (),
        batch_size: int = 8,
        telemetry_every: int = 1,
        telemetry_task: str = "train",
        replace: bool = False,
    ) -> None:
        """
        :param output: the HDF5 file to write.
        :param data: what to measure before and after: a file of JSON lines, a data set or a list of records with
            ``input_ids``, ``prompt`` and ``completion``, ``messages`` or ``text``; None measures nothing.
        :param task: the name of these measurements; by default the file's.
        :param limit: how many examples of ``data`` are measured, from its start; None: all.
        :param measure_steps: the steps after which they are measured as well.
        :param batch_size: examples measured at a time, in each process.
        :param telemetry_every: steps between records of the training examples' scores; 0: none.
        :param telemetry_task: the name under which they stand.
        :param replace: whether what ``output`` holds of this task may be replaced.
        """
        if telemetry_every < 0 or batch_size < 1:
            raise ValueError("telemetry_every must be 0 or more, and batch_size 1 or more.")
        if data is not None and task is None:
            if not isinstance(data, (str, os.PathLike)):
                raise ValueError("Data that are no file have no name; give task=…")
            task = Path(data).stem
        for name in (task, telemetry_task):
            if name is not None:
                require_name(name, "task")
        self.output, self.data, self.task, self.limit = Path(output), data, task or "", limit
        self.measure_steps, self.batch_size = set(measure_steps), batch_size
        self.telemetry_every, self.telemetry_task, self.replace = telemetry_every, telemetry_task, replace
        self._examples: Examples | None = None
        self._made: Provenance | None = None
        self._recorder: HeadRecorder | None = None
        self._rows: list[tuple[int, int, Row]] = []  # step, process, example
        self._names: dict[str, str] = {}

    def on_train_begin(self, args: Any, state: Any, control: Any, **objects: Any) -> None:
        """Measures the base, and puts the hooks on."""
        model, resumed = causal_model(objects["model"]), state.global_step > 0
        output_projections(model)
        if args.n_gpu > 1:
            raise ValueError("Several GPUs in one process (DataParallel) are not supported; start the training with torchrun.")
        self._refuse_what_is_there(resumed)
        self.output.parent.mkdir(parents=True, exist_ok=True)
        if self.data is not None:
            length = int(getattr(model.config.get_text_config(), "max_position_embeddings", 0) or 0)
            tokenizer = objects.get("processing_class")
            self._examples = read_examples(self.data, tokenizer, limit=self.limit, max_length=length)
            self._made = self._provenance(model, self._examples, args)
            if not resumed:
                self._measure(model, "base", "")
        if self.telemetry_every:
            self._rows = [(step, 0, row) for step, row in self._recorded_before(state.global_step)]
            self._names = _names_of(objects.get("train_dataloader")) if _rank() == 0 else {}
            self._recorder = HeadRecorder(model)

    def on_step_begin(self, args: Any, state: Any, control: Any, **objects: Any) -> None:
        """Records the step, if its turn has come."""
        if self._recorder is not None:
            self._recorder.active = (state.global_step + 1) % self.telemetry_every == 0

    def on_step_end(self, args: Any, state: Any, control: Any, **objects: Any) -> None:
        """Keeps what the step's backward passes brought."""
        if self._recorder is not None and self._recorder.active:
            self._recorder.active = False
            self._rows += [(state.global_step, _rank(), row) for row in self._recorder.take()]
        if state.global_step in self.measure_steps:
            label = f"step-{state.global_step:06}"
            self._measure(causal_model(objects["model"]), label, f"{args.output_dir}/checkpoint-{state.global_step}")

    def on_save(self, args: Any, state: Any, control: Any, **objects: Any) -> None:
        """Writes the telemetry so far."""
        self._write_telemetry()

    def on_train_end(self, args: Any, state: Any, control: Any, **objects: Any) -> None:
        """Takes the hooks off, writes the telemetry, and measures the final model."""
        if self._recorder is not None:
            self._recorder.remove()
            self._recorder = None
        self._write_telemetry()
        self._measure(causal_model(objects["model"]), "final", args.output_dir)

    def _refuse_what_is_there(self, resumed: bool) -> None:
        if self.replace or resumed or not self.output.exists():
            return
        held = sft_probe.open(self.output)
        measured = self.data is not None and self.task in held and len(held[self.task]) > 0
        recorded = self.telemetry_every > 0 and self.telemetry_task in held and held[self.telemetry_task].telemetry
        if measured or recorded:
            name = self.task if measured else f"{self.telemetry_task}/telemetry"
            raise FileExistsError(f"{self.output} holds {name} already; give another file or task, or replace=True.")

    def _provenance(self, model: Any, examples: Examples, args: Any) -> Provenance:
        return Provenance(
            model=model.config.name_or_path or type(model).__name__,
            model_sha256=model_digest(model) if _rank() == 0 else "",
            data=examples.name, data_sha256=examples.sha256, template_sha256=examples.template_sha256,
            precision=_precision(model, args), seed=int(args.seed), tool_version=sft_probe.__version__,
        )

    def _measure(self, model: Any, checkpoint: str, adapter: str) -> None:
        """Measures the examples, each process a part of them, and writes the whole from the first process."""
        if self._examples is None or self._made is None:
            return
        examples, rank, count = self._examples.examples, _rank(), _processes()
        scores = measure_heads(model, examples[rank::count], batch_size=self.batch_size) if rank < len(examples) else None
        parts = _gather(scores)
        if parts is None:
            return
        signed = np.zeros((len(examples), len(output_projections(model)), head_count(model)), dtype=np.float32)
        loss = np.zeros(len(examples), dtype=np.float32)
        for process, part in enumerate(parts):
            if part is not None:
                signed[process::count], loss[process::count] = part.signed, part.loss
        made = Provenance(**{**vars(self._made), "adapter": adapter, "created": now()})
        write_measurement(
            self.output, self.task, checkpoint, signed=signed, loss=loss, ids=[example.id for example in examples],
            tokens=[len(example.input_ids) for example in examples],
            supervised_tokens=[example.targets for example in examples], provenance=made,
        )

    def _write_telemetry(self) -> None:
        if not self.telemetry_every:
            return
        parts = _gather(self._rows)
        rows = sorted((row for part in parts or [] for row in part), key=lambda row: row[:2])
        if rows:
            write_telemetry(
                self.output, self.telemetry_task, steps=[step for step, _, _ in rows],
                ids=[self._names.get(row.id, row.id) for _, _, row in rows],
                losses=np.array([row.loss for _, _, row in rows], dtype=np.float32),
                signed=np.stack([row.signed for _, _, row in rows]).astype(np.float32),
            )

    def _recorded_before(self, step: int) -> list[tuple[int, Row]]:
        """The telemetry of the steps before a run was resumed, in the first process."""
        if step == 0 or _rank() or not self.output.exists():
            return []
        held = sft_probe.open(self.output).get(self.telemetry_task)
        if held is None or held.telemetry is None:
            return []
        found = held.telemetry
        scores, losses = np.asarray(found.example_signed), np.asarray(found.example_loss)
        rows = zip(found.row_steps, found.row_ids, losses, scores)
        return [(at, Row(name, float(loss), signed)) for at, name, loss, signed in rows if at <= step]


def _names_of(loader: Any) -> dict[str, str]:
    """The examples of a data set by the names of their tokens: their ``id``, or ``row-17``."""
    data = getattr(loader, "dataset", None)
    columns = getattr(data, "column_names", None) or []
    if data is None or "input_ids" not in columns or len(data) > LARGEST_NAMED:
        return {}
    ids = data["id"] if "id" in columns else [f"row-{row}" for row in range(len(data))]
    return {name_of(list(tokens)): str(name) for tokens, name in zip(data["input_ids"], ids)}


def _precision(model: Any, args: Any) -> str:
    """The arithmetic of the measurements: that of the weights, or of autocast where the trainer has put it on the model."""
    dtype = next(model.parameters()).dtype
    if dtype == torch.float32 and hasattr(model, "_original_forward"):
        dtype = torch.bfloat16 if args.bf16 else torch.float16 if args.fp16 else dtype
    return {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16"}.get(dtype, str(dtype))


def _is_distributed() -> bool:
    return torch.distributed.is_available() and torch.distributed.is_initialized()


def _rank() -> int:
    return torch.distributed.get_rank() if _is_distributed() else 0


def _processes() -> int:
    return torch.distributed.get_world_size() if _is_distributed() else 1


def _gather(value: Any) -> list[Any] | None:
    """The values of all processes, in the first; None in the others."""
    if not _is_distributed():
        return [value]
    parts: list[Any] | None = [None] * _processes() if _rank() == 0 else None
    torch.distributed.gather_object(value, parts)
    return parts
