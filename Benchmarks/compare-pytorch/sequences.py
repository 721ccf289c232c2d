"""Examples as the model sees them."""
import json
import pathlib

import torch


def read_sequences(path, tokenizer):
    """Ids and number of prompt tokens of each example: prompt, completion (encoded apart), end token."""
    encode = lambda text, special: tokenizer(text, add_special_tokens=special).input_ids
    ids, sequences = [], []
    for line in pathlib.Path(path).read_text().splitlines():
        example = json.loads(line)
        prompt, completion = encode(example["prompt"], True), encode(example["completion"], False)
        sequences.append((torch.tensor(prompt + completion + [tokenizer.eos_token_id]), len(prompt)))
        ids.append(example["id"])
    return ids, sequences
