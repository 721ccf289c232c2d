"""Writes queries.jsonl and facts.jsonl from e-CARE (github.com/Waste-Wood/e-CARE, MIT).

    python make_queries.py dev_full.jsonl explanations_train.jsonl [count]

Each query asks for the cause or the effect of a premise, with both hypotheses as options, the right one as answer, and
the explanation that belongs to it as its fact. facts.jsonl holds all explanations, to be retrieved from.
"""
import json
import random
import sys

dev, train, count = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 500
records = [json.loads(line) for line in open(dev, encoding="utf-8")]
random.Random(0).shuffle(records)
ASK = {"cause": "What was the cause of this?", "effect": "What happened as a result?"}
with open("queries.jsonl", "w", encoding="utf-8") as file:
    for record in records[:count]:
        file.write(json.dumps({
            "id": record["index"], "query": f"{record['premise']} {ASK[record['ask-for']]}",
            "options": [record["hypothesis1"], record["hypothesis2"]], "answer": record["label"],
            "facts": [record["conceptual_explanation"]]}, ensure_ascii=False) + "\n")
facts = {json.loads(line)["conceptual_explanation"] for path in (dev, train) for line in open(path, encoding="utf-8")}
with open("facts.jsonl", "w", encoding="utf-8") as file:
    for fact in sorted(facts):
        file.write(json.dumps({"fact": fact}, ensure_ascii=False) + "\n")
