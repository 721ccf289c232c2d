"""Greedy answers by transformers' generate, in batches of prompts of like length, padded on the left, and the loss of each
reference."""
import json

import peer

options = peer.parse(batch=1, most=64, after_first=0)
import torch  # noqa: E402

import gates
import references
from sequences import read_sequences


@torch.inference_mode()
def generate(model, prompts, most, end):
    width = max(len(prompt) for prompt in prompts)
    ids = torch.full((len(prompts), width), end)
    mask = torch.zeros_like(ids)
    for row, prompt in enumerate(prompts):
        ids[row, width - len(prompt):], mask[row, width - len(prompt):] = prompt, 1
    made = model.generate(ids, attention_mask=mask, max_new_tokens=most, do_sample=False, use_cache=True,
                          eos_token_id=end, pad_token_id=end)[:, width:].tolist()
    return [row[: row.index(end)] if end in row else row for row in made]


@torch.inference_mode()
def reference_loss(model, ids, prompt):
    hidden = model.model(ids[None], use_cache=False).last_hidden_state[0]
    return torch.nn.functional.cross_entropy(model.lm_head(hidden[prompt - 1:-1]).float(), ids[prompt:]).item()


model, tokenizer = peer.open_model(options)
names, sequences = read_sequences(options.data, tokenizer)
order = sorted(range(len(sequences)), key=lambda i: -sequences[i][1])
batches = [order[i : i + options.batch] for i in range(0, len(order), options.batch)]
answers, losses = {}, {}
less = 0.0
if options.after_first:
    clock = peer.Clock(options.started)
    generate(model, [sequences[0][0][: sequences[0][1]]], 1, tokenizer.eos_token_id)
    less = clock.read()["seconds"]
clock = peer.Clock(options.started)


def answer(batch):
    prompts = [sequences[i][0][: sequences[i][1]] for i in batch]
    answers.update(zip(batch, generate(model, prompts, options.most, tokenizer.eos_token_id)))
    clock.result()


gates.spread(answer, batches, options.streams)
alone = clock.read()["seconds"] - less
if not options.after_first:
    gates.spread(lambda i: losses.update({i: reference_loss(model, *sequences[i])}), order, options.streams)
times = clock.read()
options.outcome.write_text("".join(
    json.dumps({"id": name, "generation": tokenizer.decode(answers[i], skip_special_tokens=True), "nll": losses.get(i)}) + "\n"
    for i, name in enumerate(names)))
print(json.dumps(times | {"seconds": times["seconds"] - less, "without_losses": alone,
                          "amount": sum(len(answers[i]) for i in answers) - options.after_first}))
