"""Examples as the model sees them."""
import json
import pathlib

import torch
import torch.nn.functional as F


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


def padded(sequences):
    """Ids padded on the right, the mask that transformers wants (none for sequences of one length), and where supervised
    tokens are."""
    lengths = torch.tensor([len(ids) for ids, _ in sequences])
    ids = torch.nn.utils.rnn.pad_sequence([ids for ids, _ in sequences], batch_first=True)
    position = torch.arange(ids.shape[1])[None]
    starts = torch.tensor([prompt for _, prompt in sequences])
    mask = (position < lengths[:, None]).long() if lengths.min() < lengths.max() else None
    return ids, mask, (position >= starts[:, None]) & (position < lengths[:, None])


def token_losses(model, ids, mask, wanted):
    """−log p of each supervised token; logits at those positions only."""
    hidden = model.model(ids, attention_mask=mask, use_cache=False).last_hidden_state
    logits = model.lm_head(hidden[:, :-1][wanted[:, 1:]]).float()
    return F.cross_entropy(logits, ids[wanted], reduction="none")
