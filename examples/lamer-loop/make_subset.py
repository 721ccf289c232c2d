"""Keeps the pairs of queries with one that counts, and the first pair of each of some others.

    python make_subset.py diagnosis.jsonl OTHERS > subset.jsonl
"""
import json
import sys

pairs = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
lacking = {pair["query_id"] for pair in pairs if pair["band"] > 0}
others = []
for pair in pairs:
    query = pair["query_id"]
    is_first = query not in lacking and query not in others and len(others) < int(sys.argv[2])
    if is_first:
        others.append(query)
    if is_first or query in lacking:
        print(json.dumps(pair, ensure_ascii=False))
