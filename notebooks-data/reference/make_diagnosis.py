"""Makes diagnosis/: relative entropies that the reference implementation finds with SmolLM2-135M-Instruct in Q4_1.

    python make_diagnosis.py SmolLM2-135M-Instruct.Q4_1.gguf       (a minute; make_smollm2.py says where it comes from)

Each pair is scored from scratch, one sequence at a time: the chat template with the query, or with "Fact: …" and a line
break before it, then the candidate as the assistant's turn without its end token.
"""
import json
import pathlib
import sys

import torch

import references

FOLDER = pathlib.Path(__file__).parent / "diagnosis"
QUERIES = [
    ("short", "Which of them can fly?", ["The penguin", "The swift"],
     ["Penguins cannot fly.", "Swifts are birds that spend most of their lives in the air.",
      "Copper conducts electricity."]),
    ("cause", "The man put salt on the icy steps. What happened as a result?",
     ["The ice on the steps began to melt.", "The steps were covered by a thicker layer of ice than before.",
      "The man went swimming."],
     ["Salt lowers the freezing point of water.", "Salt makes water freeze faster.", "Birth is the arising of life."]),
    ("number", "How many legs do two spiders have together?", ["16", "12", "8"],
     ["A spider has 8 legs.", "A spider has 6 legs."]),
    ("unicode", "Was heißt «Schmetterling» auf Englisch?", ["butterfly", "dragonfly – a kind of insect"],
     ["Ein Schmetterling ist ein Falter; englisch: butterfly 🦋."]),
]


def scores(model, tokenizer, turn, candidates):
    """Log-likelihood and number of tokens of each candidate."""
    user = {"role": "user", "content": turn}
    start = tokenizer.apply_chat_template([user], tokenize=False, add_generation_prompt=True)
    before = tokenizer(start, add_special_tokens=False).input_ids
    found = []
    for candidate in candidates:
        ids = before + tokenizer(candidate, add_special_tokens=False).input_ids
        supervised = torch.arange(len(ids)) >= len(before)
        with torch.no_grad():
            nll = references.next_token_losses(model, torch.tensor(ids), supervised)[1].double()
        found.append((-nll.sum().item(), len(nll)))
    return found


def next_words(model, tokenizer, turn, candidate):
    """log p of every token of the vocabulary at each token of a candidate: [token, vocabulary]."""
    start = tokenizer.apply_chat_template(
        [{"role": "user", "content": turn}], tokenize=False, add_generation_prompt=True)
    before = tokenizer(start, add_special_tokens=False).input_ids
    ids = before + tokenizer(candidate, add_special_tokens=False).input_ids
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0, len(before) - 1:-1]
    return logits.double().log_softmax(-1)


def belief(found, mean):
    return torch.tensor([score / length if mean else score for score, length in found], dtype=torch.float64).log_softmax(0)


def main(path):
    model, tokenizer = references.read_model(path)
    lines = []
    for name, query, candidates, facts in QUERIES:
        without = scores(model, tokenizer, query, candidates)
        told = [scores(model, tokenizer, f"Fact: {fact}\n{query}", candidates) for fact in facts]
        line = {"id": name, "query": query, "options": candidates, "facts": facts,
                "scores": [[score for score, _ in row] for row in [without] + told],
                "tokens": [length for _, length in without]}
        for mean in (False, True):
            p = belief(without, mean)
            line["re_mean" if mean else "re_sum"] = [
                (p.exp() * (p - belief(row, mean))).sum().item() for row in told]
        # Along the likeliest candidate: how each fact moves the belief in every next word.
        first = candidates[max(range(len(candidates)), key=lambda place: without[place][0])]
        p = next_words(model, tokenizer, query, first)
        line["re_by_token"] = [
            (p.exp() * (p - next_words(model, tokenizer, f"Fact: {fact}\n{query}", first))).sum(-1).tolist()
            for fact in facts]
        print(name, line["tokens"], [round(x, 4) for x in line["re_sum"]], [round(x, 4) for x in line["re_mean"]])
        lines.append(json.dumps(line, ensure_ascii=False))
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "smollm2.jsonl").write_text("\n".join(lines) + "\n")


main(*sys.argv[1:])
