"""Scores of heads by PyTorch's gradients against those of the tool."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

import sft_probe
from conftest import FAMILIES, TASKS, run, tiny_model, write_records
from sft_probe.digests import model_digest
from sft_probe.examples import read_examples
from sft_probe.heads import causal_model, output_projections
from sft_probe.measuring import measure_heads


def load(folder: Path, **settings: Any) -> tuple[Any, Any]:
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **settings), tokenizer


def assert_close(found: Any, expected: Any) -> None:
    """Within 1e-3 of the largest score, which is what the callback promises."""
    assert np.abs(np.asarray(found) - np.asarray(expected)).max() < 1e-3 * np.abs(expected).max()


def attributed(model: Path, data: Path, output: Path, *flags: Any) -> sft_probe.Measurement:
    run("attribute", "--model", model, "--data", data, "--task", "t", "--checkpoint", "base", "--output", output,
        "--audit", 0, "--quiet", "--threads", 2, *flags)
    return sft_probe.open(output)["t"]["base"]


@pytest.mark.parametrize("family", FAMILIES)
def test_scores_of_families_equal_those_of_the_tool(family: str, tmp_path: Path) -> None:
    folder, data = tiny_model(family, tmp_path / "model"), write_records(tmp_path / "sums.jsonl", 7)
    expected = attributed(folder, data, tmp_path / "p.h5")
    model, tokenizer = load(folder)
    examples = read_examples(data, tokenizer)
    assert [len(example.input_ids) for example in examples.examples] == expected.tokens
    assert [example.targets for example in examples.examples] == expected.supervised_tokens
    assert [example.id for example in examples.examples] == expected.ids
    found = measure_heads(model, examples.examples, batch_size=3)
    assert_close(found.signed, expected.signed_values)
    np.testing.assert_allclose(found.loss, expected.loss_values, rtol=1e-4)
    assert examples.sha256 == expected.provenance.data_sha256
    assert model_digest(model) == expected.provenance.model_sha256
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("task", ["arithmetic", "code", "cause-effect"])
def test_scores_of_smollm2_equal_those_of_the_tool(task: str, smollm2: Path, tmp_path: Path) -> None:
    data = TASKS / f"{task}.jsonl"
    expected = attributed(smollm2, data, tmp_path / "p.h5", "--limit", 6)
    model, tokenizer = load(smollm2)
    all_of_them = read_examples(data, tokenizer)
    assert len(all_of_them.examples) == 64
    examples = read_examples(data, tokenizer, limit=6).examples
    assert [len(example.input_ids) for example in examples] == expected.tokens
    assert [example.targets for example in examples] == expected.supervised_tokens
    found = measure_heads(model, examples)
    assert_close(found.signed, expected.signed_values)
    np.testing.assert_allclose(found.loss, expected.loss_values, rtol=1e-4)


def test_conversations_have_the_tokens_of_the_tool(smollm2: Path, tmp_path: Path) -> None:
    import json

    chats = [
        [("user", "What is 2+2?"), ("assistant", "It is 4.")],
        [("system", "Be brief."), ("user", "Hi"), ("assistant", "Hello!"), ("user", "Bye"), ("assistant", "Goodbye.")],
    ]
    data = tmp_path / "chats.jsonl"
    lines = [json.dumps({"messages": [{"role": r, "content": c} for r, c in chat]}) for chat in chats]
    data.write_text("\n".join(lines))
    expected = attributed(smollm2, data, tmp_path / "p.h5")
    model, tokenizer = load(smollm2)
    examples = read_examples(data, tokenizer)
    assert [len(example.input_ids) for example in examples.examples] == expected.tokens
    assert [example.targets for example in examples.examples] == expected.supervised_tokens
    assert examples.template_sha256 == expected.provenance.template_sha256
    assert_close(measure_heads(model, examples.examples).signed, expected.signed_values)


def test_training_mode_and_dropout_are_left_as_they_were(llama: Path) -> None:
    model, tokenizer = load(llama, attention_dropout=0.5)
    model.train()
    model.model.layers[0].eval()
    data = [{"prompt": "what is 1+2?", "completion": "3"}]
    first, second = (measure_heads(model, read_examples(data, tokenizer).examples) for _ in range(2))
    assert (first.signed == second.signed).all()
    assert model.training and model.model.layers[1].training and not model.model.layers[0].training


@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_an_adapter_of_peft_is_measured(family: str, tmp_path: Path) -> None:
    peft = pytest.importorskip("peft")
    folder, data = tiny_model(family, tmp_path / "model"), write_records(tmp_path / "sums.jsonl", 5)
    model, tokenizer = load(folder)
    torch.manual_seed(0)
    model = peft.get_peft_model(model, peft.LoraConfig(r=2, target_modules="all-linear", task_type="CAUSAL_LM"))
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    model.save_pretrained(tmp_path / "adapter")
    expected = attributed(folder, data, tmp_path / "p.h5", "--adapter", tmp_path / "adapter")
    found = measure_heads(model, read_examples(data, tokenizer).examples)
    assert_close(found.signed, expected.signed_values)
    assert len(output_projections(causal_model(model))) == expected.layers


def test_what_cannot_be_measured_is_refused(llama: Path) -> None:
    _, tokenizer = load(llama)
    for record, said in [
        ({"prompt": "a"}, "keys prompt; expected"), ({"prompt": "a", "completion": ""}, "no token to supervise"),
        ({"messages": [{"role": "user", "content": "a"}]}, "no chat template"),
        ({"input_ids": [1, 2], "labels": [1]}, "2 input_ids, but 1 labels"), ("text", "no object"),
    ]:
        with pytest.raises(ValueError, match=said):
            read_examples([record], tokenizer)
    with pytest.raises(ValueError, match="holds no examples"):
        read_examples([], tokenizer)
    with pytest.raises(ValueError, match="give a tokenizer"):
        read_examples([{"text": "a"}])
    bert = transformers.BertModel(transformers.BertConfig(hidden_size=8, num_attention_heads=2, intermediate_size=8))
    with pytest.raises(ValueError, match="were found in the layers none"):
        output_projections(bert)
