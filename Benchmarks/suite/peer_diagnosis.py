"""Beliefs in answers by transformers, told nothing and told each fact.

`batches` scores each prompt with each answer from scratch, in batches sorted by length. `prefix` computes what all
prompts begin with once, each prompt once after it, and its answers on the keys and values of the prompt, in batches too.
"""
import copy
import json
import pathlib

import peer

options = peer.parse(way="batches")
import torch  # noqa: E402
import torch.nn.functional as F

import gates
from sequences import padded, token_losses


def turn(tokenizer, query, fact):
    content = query if fact is None else f"Fact: {fact}\n{query}"
    text = tokenizer.apply_chat_template([{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True)
    return tokenizer(text, add_special_tokens=False).input_ids


@torch.inference_mode()
def from_scratch(model, sequences):
    ids, mask, wanted = padded(sequences)
    nll = token_losses(model, ids, mask, wanted)
    return [-part.double().sum().item() for part in nll.split(wanted.sum(1).tolist())]


@torch.inference_mode()
def after_prompts(model, shared, start, prompts):
    """Sums of log p of the answers to several prompts, in order; `shared` has the keys and values of the first `start`
    tokens of all of them."""
    ids, mask, lengths = right_padded([prompt[start:] for prompt, _ in prompts])
    cache = copy.deepcopy(shared)
    cache.batch_repeat_interleave(len(prompts))
    mask = torch.cat([torch.ones(len(prompts), start, dtype=torch.long), mask], 1)
    hidden = model.model(ids, attention_mask=mask, past_key_values=cache, use_cache=True).last_hidden_state
    rows = torch.tensor([row for row, (_, answers) in enumerate(prompts) for _ in answers])
    hidden = hidden[torch.arange(len(prompts)), lengths - 1][rows][:, None]
    ids, wanted, counts = right_padded([answer for _, answers in prompts for answer in answers])
    if ids.shape[1] > 1:
        cache.batch_select_indices(rows)
        positions = start + lengths[rows][:, None] + torch.arange(ids.shape[1] - 1)
        more = model.model(ids[:, :-1], attention_mask=torch.cat([mask[rows], wanted[:, :-1]], 1), position_ids=positions,
                           past_key_values=cache, use_cache=True).last_hidden_state
        hidden = torch.cat([hidden, more], 1)
    nll = F.cross_entropy(model.lm_head(hidden[wanted > 0]).float(), ids[wanted > 0], reduction="none")
    return [-part.double().sum().item() for part in nll.split(counts.tolist())]


def right_padded(sequences):
    """Ids, a mask of ones where they are, and their numbers."""
    lengths = torch.tensor([len(ids) for ids in sequences])
    ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(ids) for ids in sequences], batch_first=True)
    return ids, (torch.arange(ids.shape[1]) < lengths[:, None]).long(), lengths


@torch.inference_mode()
def beginning(model, prompts):
    """How many tokens all prompts begin with, and their keys and values."""
    first = prompts[0][0]
    start = min(next(i for i in range(len(p)) if i >= len(first) or p[i] != first[i]) for p, _ in prompts[1:])
    return start, model.model(torch.tensor([first[:start]]), use_cache=True).past_key_values


def score(model, prompts, clock):
    """Sums of log p for each prompt, in the order of its answers; `prompts` are ids and the answers' ids."""
    found = [[0.0] * len(answers) for _, answers in prompts]
    flat = [(place, number) for place, answers in enumerate(found) for number in range(len(answers))]
    if options.way == "prefix":
        start, shared = beginning(model, prompts)

        def batch(members):
            values = iter(after_prompts(model, shared, start, [prompts[i] for i in members]))
            for i in members:
                found[i] = [next(values) for _ in found[i]]
            clock.result()
        plan = gates.batches([(prompt[start:], 0) for prompt, _ in prompts], options.batch_tokens)
    else:
        sequences = [(torch.tensor(prompts[p][0] + prompts[p][1][n]), len(prompts[p][0])) for p, n in flat]

        def batch(members):
            for i, value in zip(members, from_scratch(model, [sequences[i] for i in members])):
                found[flat[i][0]][flat[i][1]] = value
            clock.result()
        plan = gates.batches(sequences, options.batch_tokens)
    gates.spread(batch, plan, options.streams)
    return found


model, tokenizer = peer.open_model(options)
queries = [json.loads(line) for line in pathlib.Path(options.data).read_text().splitlines()]
asked = [(query, fact) for query in queries for fact in [None, *query["facts"]]]
prompts = [(turn(tokenizer, query["query"], fact),
            [tokenizer(text, add_special_tokens=False).input_ids for text in query["options"]]) for query, fact in asked]
clock = peer.Clock(options.started)
found = score(model, prompts, clock)
times = clock.read()
lines, before = [], None
for place, (query, fact) in enumerate(asked):
    belief = torch.tensor(found[place], dtype=torch.float64).softmax(0).tolist()
    if fact is None:
        before = belief
    else:
        lines.append({"query_id": query["id"], "fact": fact, "p": before, "q": belief})
options.outcome.write_text("".join(json.dumps(line) + "\n" for line in lines))
print(json.dumps(times | {"amount": len(lines)}))
