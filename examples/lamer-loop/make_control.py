"""Writes the pairs of a diagnosis as if others had counted: as many, drawn at random from all, with the same bands and
relative entropies. What is made from them is as much training data, without a diagnosis.

    python make_control.py diagnosis.jsonl SEED > control.jsonl
"""
import json
import random
import sys

pairs = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
counted = [(pair["band"], pair["re"]) for pair in pairs if pair["band"] > 0]
drawn = dict(zip(random.Random(int(sys.argv[2])).sample(range(len(pairs)), len(counted)), counted))
for place, pair in enumerate(pairs):
    pair["band"], pair["re"] = drawn.get(place, (0, 0.0))
    print(json.dumps(pair, ensure_ascii=False))
