"""Trains a tiny model with TRL, as users of TRL, PEFT, Unsloth and LLaMA-Factory do: writes base/ (the model), out/ (LoRA: checkpoints
and the adapter in the end), full/ (whole models), and examples.jsonl to a folder. make_folders.py FOLDER"""

import json
import os
import pathlib
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from datasets import Dataset
from peft import LoraConfig
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import SFTConfig, SFTTrainer

folder = pathlib.Path(sys.argv[1])
torch.manual_seed(0)

examples = [{"prompt": f"What is {a} + {b}?", "completion": f" It is {a + b}."} for a in range(6) for b in range(4)]
(folder / "examples.jsonl").write_text("".join(json.dumps(example) + "\n" for example in examples))

words = Tokenizer(models.BPE())
words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
words.decoder = decoders.ByteLevel()
words.train_from_iterator(
    [example["prompt"] + example["completion"] for example in examples],
    trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<end>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<end>", pad_token="<end>")
model = LlamaForCausalLM(
    LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=64, eos_token_id=0, bos_token_id=None, pad_token_id=0))
model.save_pretrained(folder / "base")
tokenizer.save_pretrained(folder / "base")


def train(name: str, adapter: LoraConfig | None) -> None:
    trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(folder / "base", dtype=torch.float32),
        args=SFTConfig(
            output_dir=str(folder / name), max_steps=12, save_steps=4, per_device_train_batch_size=8, learning_rate=1e-2,
            report_to=[], logging_steps=100, use_cpu=True, bf16=False, save_only_model=True, max_length=64),
        train_dataset=Dataset.from_list(examples), processing_class=tokenizer, peft_config=adapter)
    trainer.train()
    trainer.save_model()


train("out", LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM"))
train("full", None)
