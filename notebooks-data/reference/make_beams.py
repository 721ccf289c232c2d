"""Makes Tests/TransformersTests/Fixtures/beams.json: what `generate(num_beams=k, do_sample=False)` of transformers writes
with tiny models, and the scores of its beams.

    python make_beams.py        (torch, transformers; half a minute)

A line of `cases`: the model's folder, the prompt, the settings, and for each returned beam its new tokens, cut after the
first end token, its score, and log p of each of its tokens.
"""
import itertools
import json
import pathlib

import torch
import transformers

import references
from make_families import read_folder

HERE = pathlib.Path(__file__).parent
OUTPUT = HERE.parents[1] / "Tests/TransformersTests/Fixtures/beams.json"
MODELS = ["families/gpt2", "families/gemma2", "families/opt", "families/qwen2", "families/mistral", "families/gpt_neox",
          "tiny-llama/gqa-tied"]
STOPPING = {"heuristic": False, "full": True, "never": "never"}


def search(model, prompt, beams, ends, penalty, stopping, repeated, limit):
    with torch.no_grad():
        found = model.generate(
            prompt[None], attention_mask=torch.ones_like(prompt[None]), num_beams=beams, do_sample=False,
            max_new_tokens=limit, eos_token_id=ends, pad_token_id=0, length_penalty=penalty,
            early_stopping=STOPPING[stopping], num_return_sequences=beams, no_repeat_ngram_size=repeated,
            return_dict_in_generate=True, output_scores=True)
    beams = []
    for sequence, score in zip(found.sequences, found.sequences_scores):
        ids = sequence[len(prompt):].tolist()
        cut = next((i + 1 for i, token in enumerate(ids) if token in ends), len(ids))
        ids = ids[:cut]
        with torch.no_grad():
            logits = model(torch.cat([prompt, torch.tensor(ids)])[None], use_cache=False).logits[0]
        log_p = logits.log_softmax(-1)[len(prompt) - 1:-1].gather(1, torch.tensor(ids)[:, None])[:, 0]
        if repeated == 0:
            assert abs(log_p.sum().item() / len(ids) ** penalty - score.item()) < 1e-4, (log_p.sum(), score)
        beams.append({"ids": ids, "score": score.item(), "log_probabilities": log_p.tolist()})
    return beams


def main():
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(1)
    cases, ended = [], 0
    for folder in MODELS:
        model = read_folder(HERE / folder)
        prompts = [ids[:8] for ids, _ in references.sequences(100)[1:4]]
        settings = itertools.chain(
            itertools.product([3], [[5, 17, 40]], [0.0, 1.0, 2.0, -1.0], STOPPING, [0]),
            [(2, [5, 17], 1.0, "heuristic", 0), (4, list(range(3, 15)), 1.0, "heuristic", 0),
             (4, [5, 17], 1.0, "full", 2), (5, [5], 0.5, "never", 0), (2, [63], 1.0, "full", 3)])
        for number, (beams, ends, penalty, stopping, repeated) in enumerate(settings):
            prompt = prompts[number % 3]
            found = search(model, prompt, beams, ends, penalty, stopping, repeated, 10)
            ended += sum(beam["ids"][-1] in ends for beam in found)
            cases.append({"model": f"notebooks-data/reference/{folder}", "prompt": prompt.tolist(), "beams": beams,
                          "ends": ends, "length_penalty": penalty, "early_stopping": stopping,
                          "no_repeated_tokens": repeated, "limit": 10, "found": found})
    OUTPUT.write_text(json.dumps({"cases": cases}) + "\n")
    print(f"{len(cases)} searches, {ended} beams with an end token, {OUTPUT.stat().st_size // 1000} kB")


main()
