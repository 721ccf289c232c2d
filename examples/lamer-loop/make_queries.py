"""Writes queries from e-CARE's development set (github.com/Waste-Wood/e-CARE, MIT): cause or effect of a premise, with
both hypotheses as options and the right one as answer. No facts: an index finds them.

    python make_queries.py dev_full.jsonl COUNT > queries.jsonl
"""
import json
import random
import sys

records = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
random.Random(1).shuffle(records)
ASK = {"cause": "What was the cause of this?", "effect": "What happened as a result?"}
for record in records[:int(sys.argv[2])]:
    print(json.dumps({
        "id": record["index"], "query": f"{record['premise']} {ASK[record['ask-for']]}",
        "options": [record["hypothesis1"], record["hypothesis2"]], "answer": record["label"]}, ensure_ascii=False))
