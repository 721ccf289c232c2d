"""The callback in trainings by transformers and TRL."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

import sft_probe
from conftest import run, write_records
from sft_probe.callback import HeadActivationCallback
from sft_probe.examples import Example, read_examples
from sft_probe.measuring import measure_heads
from sft_probe.recording import name_of
from test_scores import assert_close, attributed, load


def as_rows(examples: list[Example]) -> list[dict[str, Any]]:
    """What trainers read."""
    return [
        {"input_ids": e.input_ids, "labels": [t if s else -100 for t, s in zip(e.input_ids, e.supervised)]}
        for e in examples
    ]


def arguments(folder: Path, **settings: Any) -> dict[str, Any]:
    return {
        "output_dir": str(folder), "max_steps": 2, "per_device_train_batch_size": 3, "learning_rate": 1e-2, "use_cpu": True,
        "report_to": [], "logging_steps": 10, "save_strategy": "no", "disable_tqdm": True, "seed": 3, "bf16": False,
        **settings,
    }


def train(llama: Path, data: Path, folder: Path, callback: Any, *, model: Any = None, **settings: Any) -> Any:
    """A training by transformers' Trainer of all weights, or of an adapter."""
    loaded, tokenizer = load(llama)
    rows = as_rows(read_examples(data, tokenizer).examples)
    trainer = transformers.Trainer(
        model=model or loaded, args=transformers.TrainingArguments(**arguments(folder, **settings)), train_dataset=rows,
        data_collator=transformers.DataCollatorForSeq2Seq(tokenizer), processing_class=tokenizer, callbacks=[callback],
    )
    trainer.train()
    return trainer


def places_of(examples: list[Example]) -> dict[str, int]:
    """The examples by the names that telemetry gives them."""
    names = {name_of(example.input_ids): at for at, example in enumerate(examples)}
    return names | {f"row-{at}": at for at in range(len(examples))}


def assert_first_step_is_the_base(file: Path, llama: Path, data: Path, *, count: int) -> None:
    """Before the first update the scores of a step's examples are those of the model as it was."""
    model, tokenizer = load(llama)
    examples = read_examples(data, tokenizer).examples
    base = measure_heads(model, examples)
    telemetry = sft_probe.open(file)["train"].telemetry
    assert telemetry is not None
    first = [row for row, step in enumerate(telemetry.row_steps) if step == 1]
    assert len(first) == count
    rows = [places_of(examples)[telemetry.row_ids[row]] for row in first]
    assert len(set(rows)) == count
    assert_close(np.asarray(telemetry.example_signed)[first], base.signed[rows])
    np.testing.assert_allclose(np.asarray(telemetry.example_loss)[first], base.loss[rows], rtol=1e-3)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_records(tmp_path / "sums.jsonl", 12)


def test_a_training_is_measured_as_the_tool_measures_it(llama: Path, data: Path, tmp_path: Path) -> None:
    held = write_records(tmp_path / "held.jsonl", 5, first=60)
    file = tmp_path / "patterns.h5"
    trainer = train(llama, data, tmp_path / "run", HeadActivationCallback(file, held, measure_steps=[1]))
    patterns = sft_probe.open(file)
    assert list(patterns) == ["held", "train"] and list(patterns["held"]) == ["base", "step-000001", "final"]
    expected = attributed(llama, held, tmp_path / "tool.h5")
    base = patterns["held"]["base"]
    assert_close(base.signed_values, expected.signed_values)
    assert (base.ids, base.tokens, base.supervised_tokens) == (expected.ids, expected.tokens, expected.supervised_tokens)
    assert base.provenance.model_sha256 == expected.provenance.model_sha256
    assert base.provenance.data_sha256 == expected.provenance.data_sha256
    trainer.save_model(tmp_path / "run")
    tuned = attributed(tmp_path / "run", held, tmp_path / "tuned.h5")
    assert_close(patterns["held"]["final"].signed_values, tuned.signed_values)
    assert patterns["held"].change().moved > 0
    assert_first_step_is_the_base(file, llama, data, count=3)


def test_the_file_opens_in_the_tool(llama: Path, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "patterns.h5"
    train(llama, data, tmp_path / "run", HeadActivationCallback(file, data, task="sums"))
    held = json.loads(run("patterns", "list", file, "--json"))["measurements"]
    assert [(item["task"], item["checkpoint"]) for item in held] == [("sums", "base"), ("sums", "final")]
    run("patterns", "stats", file)
    compared = json.loads(run("patterns", "compare", file, "--json", "--resamples", 200))[0]
    np.testing.assert_allclose(sft_probe.open(file)["sums"].change().moved, compared["moved"]["value"], rtol=1e-9)
    run("report", file, "--output", tmp_path / "report.html")
    assert "train" in (tmp_path / "report.html").read_text()
    # What the tool measures afterwards compares with it.
    run("attribute", "--model", llama, "--data", data, "--task", "sums", "--checkpoint", "again", "--output", file,
        "--limit", 64, "--audit", 0, "--quiet")
    run("patterns", "compare", file, "--from", "base", "--to", "again", "--resamples", 200)


@pytest.mark.parametrize(
    "settings, count",
    [
        ({"gradient_accumulation_steps": 2}, 6),
        ({"gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": False}}, 3),
        ({"gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": True}}, 3),
        ({"gradient_accumulation_steps": 3, "per_device_train_batch_size": 1, "max_steps": 1}, 3),
    ],
    ids=["accumulation", "checkpointing", "reentrant", "single"],
)
def test_what_the_trainer_does_is_taken_out(llama: Path, data: Path, tmp_path: Path, settings: Any, count: int) -> None:
    train(llama, data, tmp_path / "run", HeadActivationCallback(file := tmp_path / "patterns.h5"), **settings)
    assert list(sft_probe.open(file)) == ["train"]
    assert_first_step_is_the_base(file, llama, data, count=count)


def test_mixed_precision(llama: Path, data: Path, tmp_path: Path) -> None:
    """The same up to rounding to eight bits, which a random model amplifies; the record names the arithmetic."""
    file = tmp_path / "patterns.h5"
    train(llama, data, tmp_path / "run", HeadActivationCallback(file, data, task="sums"), bf16=True)
    model, tokenizer = load(llama)
    examples = read_examples(data, tokenizer).examples
    exact = measure_heads(model, examples)
    base, telemetry = sft_probe.open(file)["sums"]["base"], sft_probe.open(file)["train"].telemetry
    assert base.provenance.precision == "bf16"
    assert np.corrcoef(base.signed_values.ravel(), exact.signed.ravel())[0, 1] > 0.99
    rows = [places_of(examples)[name] for name in telemetry.row_ids[:3]]
    found = np.asarray(telemetry.example_signed)[:3]
    assert np.corrcoef(found.ravel(), exact.signed[rows].ravel())[0, 1] > 0.99
    np.testing.assert_allclose(np.abs(found).sum(), np.abs(exact.signed[rows]).sum(), rtol=0.1)


@pytest.mark.parametrize("targets", [["q_proj", "v_proj"], ["down_proj"], "all-linear"])
def test_adapters_of_peft(llama: Path, data: Path, tmp_path: Path, targets: Any) -> None:
    peft = pytest.importorskip("peft")
    model, _ = load(llama)
    torch.manual_seed(0)
    model = peft.get_peft_model(model, peft.LoraConfig(r=2, target_modules=targets, task_type="CAUSAL_LM"))
    file = tmp_path / "patterns.h5"
    trainer = train(llama, data, tmp_path / "run", HeadActivationCallback(file, data, task="sums"), model=model)
    assert_first_step_is_the_base(file, llama, data, count=3)
    trainer.save_model(tmp_path / "adapter")
    expected = attributed(llama, data, tmp_path / "tool.h5", "--adapter", tmp_path / "adapter")
    assert_close(sft_probe.open(file)["sums"]["final"].signed_values, expected.signed_values)


@pytest.mark.parametrize(
    "settings, count",
    [({}, 3), ({"padding_free": True, "max_length": None}, 3), ({"packing": True, "max_length": 64, "per_device_train_batch_size": 1}, 2)],
    ids=["padded", "padding-free", "packed"],
)
def test_sft_trainer_of_trl(llama: Path, data: Path, tmp_path: Path, settings: Any, count: int) -> None:
    trl, datasets = pytest.importorskip("trl"), pytest.importorskip("datasets")
    model, tokenizer = load(llama)
    records = [json.loads(line) for line in data.read_text().splitlines()]
    file = tmp_path / "patterns.h5"
    trainer = trl.SFTTrainer(
        model=model, args=trl.SFTConfig(**arguments(tmp_path / "run", **settings)), processing_class=tokenizer,
        train_dataset=datasets.Dataset.from_list([{k: r[k] for k in ("prompt", "completion")} for r in records]),
        callbacks=[HeadActivationCallback(file, data)],
    )
    trainer.train()
    assert list(sft_probe.open(file)["sums"]) == ["base", "final"]
    assert_first_step_is_the_base(file, llama, data, count=count)
    if not settings:
        assert sft_probe.open(file)["train"].telemetry.row_ids[0].startswith("row-")


def test_telemetry_of_every_other_step_and_of_a_resumed_run(llama: Path, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "patterns.h5"
    settings = {"max_steps": 4, "save_strategy": "steps", "save_steps": 2}
    train(llama, data, tmp_path / "run", HeadActivationCallback(file, data, telemetry_every=2), **settings)
    whole = sft_probe.open(file)["train"].telemetry
    assert whole.steps == [2, 4]
    other = tmp_path / "resumed.h5"
    train(llama, data, tmp_path / "again", HeadActivationCallback(other, data, telemetry_every=2), **{**settings, "max_steps": 2})
    loaded, tokenizer = load(llama)
    trainer = transformers.Trainer(
        model=loaded, args=transformers.TrainingArguments(**arguments(tmp_path / "again", **settings)),
        train_dataset=as_rows(read_examples(data, tokenizer).examples), processing_class=tokenizer,
        data_collator=transformers.DataCollatorForSeq2Seq(tokenizer),
        callbacks=[HeadActivationCallback(other, data, telemetry_every=2)],
    )
    trainer.train(resume_from_checkpoint=str(tmp_path / "again/checkpoint-2"))
    assert sft_probe.open(other)["train"].telemetry.steps == [2, 4]
    assert list(sft_probe.open(other)["sums"]) == ["base", "final"]


def test_what_is_there_is_not_replaced_in_silence(llama: Path, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "patterns.h5"
    train(llama, data, tmp_path / "run", HeadActivationCallback(file, data))
    with pytest.raises(FileExistsError, match="holds sums already"):
        train(llama, data, tmp_path / "run", HeadActivationCallback(file, data))
    with pytest.raises(FileExistsError, match="train/telemetry already"):
        train(llama, data, tmp_path / "run", HeadActivationCallback(file))
    train(llama, data, tmp_path / "run", HeadActivationCallback(file, data, replace=True))


def test_losses_that_are_not_understood_are_refused(llama: Path, data: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="telemetry_every=0"):
        train(llama, data, tmp_path / "run", HeadActivationCallback(tmp_path / "a.h5"), label_smoothing_factor=0.1)
    train(llama, data, tmp_path / "run", HeadActivationCallback(tmp_path / "b.h5", data, telemetry_every=0), label_smoothing_factor=0.1)
    assert list(sft_probe.open(tmp_path / "b.h5")["sums"]) == ["base", "final"]
    for arguments_, said in [
        ({"data": [{"text": "a"}]}, "give task"), ({"data": data, "task": "a/b"}, "cannot be used"),
        ({"telemetry_every": -1}, "telemetry_every"),
    ]:
        with pytest.raises(ValueError, match=said):
            HeadActivationCallback(tmp_path / "c.h5", **arguments_)


def test_weights_of_tokens_that_differ_are_refused(llama: Path, data: Path, tmp_path: Path) -> None:
    trl, datasets = pytest.importorskip("trl"), pytest.importorskip("datasets")
    model, tokenizer = load(llama)
    records = [json.loads(line) for line in data.read_text().splitlines()]
    trainer = trl.SFTTrainer(
        model=model, args=trl.SFTConfig(**arguments(tmp_path / "run", loss_type="dft")), processing_class=tokenizer,
        train_dataset=datasets.Dataset.from_list([{k: r[k] for k in ("prompt", "completion")} for r in records]),
        callbacks=[HeadActivationCallback(tmp_path / "p.h5")],
    )
    with pytest.raises(ValueError, match="weighs an example's tokens differently"):
        trainer.train()


def test_processes_of_ddp_are_merged(llama: Path, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "patterns.h5"
    script = Path(__file__).with_name("ddp_training.py")
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--master_port", "29517", script]
    done = subprocess.run([*command, llama, data, tmp_path / "run", file], capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    assert_first_step_is_the_base(file, llama, data, count=6)  # three of each process
    expected = attributed(llama, data, tmp_path / "tool.h5")
    base = sft_probe.open(file)["sums"]["base"]
    assert base.ids == expected.ids
    assert_close(base.signed_values, expected.signed_values)
    assert list(sft_probe.open(file)["sums"]) == ["base", "final"]
