"""Losses of examples by transformers: logits at supervised positions only, batches sorted by length, no gradients."""
import json

import peer

options = peer.parse()
import torch  # noqa: E402  (after the flags, so that a wrong one is told at once)

import gates
from sequences import padded, read_sequences, token_losses


@torch.inference_mode()
def losses(model, sequences):
    """The mean loss of each sequence."""
    ids, mask, wanted = padded(sequences)
    nll = token_losses(model, ids, mask, wanted)
    return [part.double().mean().item() for part in nll.split(wanted.sum(1).tolist())]


model, tokenizer = peer.open_model(options)
ids, sequences = read_sequences(options.data, tokenizer)
found = [0.0] * len(sequences)
clock = peer.Clock(options.started)


def one(batch):
    for i, loss in zip(batch, losses(model, [sequences[i] for i in batch])):
        found[i] = loss
    clock.result()


gates.spread(one, gates.batches(sequences, options.batch_tokens), options.streams)
times = clock.read()
options.outcome.write_text("".join(json.dumps({"id": i, "nll": nll}) + "\n" for i, nll in zip(ids, found)))
print(json.dumps(times | {"amount": sum(len(ids) for ids, _ in sequences)}))
