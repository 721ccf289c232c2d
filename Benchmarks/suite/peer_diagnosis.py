"""Beliefs in answers by transformers, told nothing and told each fact.

`batches` scores each prompt with each answer from scratch, in batches sorted by length. `prefix` computes what all
prompts begin with once, each prompt once after it, and its answers together on the keys and values of the prompt.
"""
import copy
import json
import pathlib

import peer

options = peer.parse(way="batches")
import torch  # noqa: E402
import torch.nn.functional as F

import gates
from sequences import padded


def turn(tokenizer, query, fact):
    content = query if fact is None else f"Fact: {fact}\n{query}"
    text = tokenizer.apply_chat_template([{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True)
    return tokenizer(text, add_special_tokens=False).input_ids


def logs(model, hidden, targets):
    """log p of targets [n] that hidden states [n, width] predict, their sum."""
    return -F.cross_entropy(model.lm_head(hidden).float(), targets, reduction="none").double().sum().item()


@torch.inference_mode()
def from_scratch(model, sequences):
    ids, mask, wanted = padded(sequences)
    hidden = model.model(ids, attention_mask=mask, use_cache=False).last_hidden_state
    logits = model.lm_head(hidden[:, :-1][wanted[:, 1:]]).float()
    nll = F.cross_entropy(logits, ids[wanted], reduction="none")
    return [-part.double().sum().item() for part in nll.split(wanted.sum(1).tolist())]


@torch.inference_mode()
def after_prompt(model, shared, start, prompt, answers):
    """`shared` has the keys and values of the first `start` tokens."""
    cache = copy.deepcopy(shared)
    last = model.model(torch.tensor([prompt[start:]]), past_key_values=cache, use_cache=True).last_hidden_state[:, -1:]
    cache.batch_repeat_interleave(len(answers))
    ids, _, wanted = padded([(torch.tensor(answer), 0) for answer in answers])
    hidden = last.expand(len(answers), -1, -1)
    if ids.shape[1] > 1:  # a mask is not needed: what is padded stands at the end
        more = model.model(ids[:, :-1], past_key_values=cache, use_cache=True).last_hidden_state
        hidden = torch.cat([hidden, more], 1)
    return [logs(model, hidden[row][wanted[row]], ids[row][wanted[row]]) for row in range(len(answers))]


def score(model, prompts, clock):
    """Sums of log p for each prompt and answer; `prompts` are ids and the answers' ids."""
    flat = [(place, number) for place, (_, answers) in enumerate(prompts) for number in range(len(answers))]
    found = {}
    if options.way == "prefix":
        first = prompts[0][0]
        start = min(next(i for i in range(len(p)) if i >= len(first) or p[i] != first[i]) for p, _ in prompts[1:])
        with torch.inference_mode():
            shared = model.model(torch.tensor([first[:start]]), use_cache=True).past_key_values

        def one(place):
            for number, value in enumerate(after_prompt(model, shared, start, *prompts[place])):
                found[place, number] = value
            clock.result()
        gates.spread(one, range(len(prompts)), options.streams)
    else:
        sequences = [(torch.tensor(prompts[p][0] + prompts[p][1][n]), len(prompts[p][0])) for p, n in flat]

        def batch(members):
            for i, value in zip(members, from_scratch(model, [sequences[i] for i in members])):
                found[flat[i]] = value
            clock.result()
        gates.spread(batch, gates.batches(sequences, options.batch_tokens), options.streams)
    return found


model, tokenizer = peer.open_model(options)
queries = [json.loads(line) for line in pathlib.Path(options.data).read_text().splitlines()]
asked = [(query, fact) for query in queries for fact in [None, *query["facts"]]]
prompts = [(turn(tokenizer, query["query"], fact), [tokenizer(text, add_special_tokens=False).input_ids for text in query["options"]])
           for query, fact in asked]
clock = peer.Clock(options.started)
found = score(model, prompts, clock)
times = clock.read()
lines, before = [], None
for place, (query, fact) in enumerate(asked):
    belief = torch.tensor([found[place, n] for n in range(len(query["options"]))], dtype=torch.float64).softmax(0).tolist()
    if fact is None:
        before = belief
    else:
        lines.append({"query_id": query["id"], "fact": fact, "p": before, "q": belief})
options.outcome.write_text("".join(json.dumps(line) + "\n" for line in lines))
print(json.dumps(times | {"amount": len(lines)}))
