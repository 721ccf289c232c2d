"""Hugging Face's tokenizers on all threads: JSON lines with a text in, the same with ids and tokens out."""
import argparse
import json
import os
import pathlib
import time

flags = argparse.ArgumentParser()
flags.add_argument("--started")
for name in ("tokenizer", "threads", "texts", "outcome"):
    flags.add_argument(name)
options = flags.parse_args()
os.environ["TOKENIZERS_PARALLELISM"], os.environ["RAYON_NUM_THREADS"] = "true", options.threads
import tokenizers  # noqa: E402

tokenizer = tokenizers.Tokenizer.from_file(options.tokenizer)
texts = [json.loads(line)["text"] for line in pathlib.Path(options.texts).read_text().splitlines()]
start = time.perf_counter()
encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
seconds = time.perf_counter() - start
with open(options.outcome, "w") as file:
    for text, found in zip(texts, encoded):
        file.write(json.dumps({"text": text, "ids": found.ids, "tokens": found.tokens}, ensure_ascii=False) + "\n")
print(json.dumps({"encoding": seconds}))
