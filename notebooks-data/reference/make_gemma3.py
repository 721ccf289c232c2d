"""Makes gemma3/: what the reference implementation computes with a real model, Gemma 3 270M in Q4_K_M.

    python make_gemma3.py gemma3-270m.gguf       (some minutes, 8 GB; README.md says where the file comes from)

transformers dequantises the file itself, into float32, and takes the tokenizer from it. What the file does not say
(every sixth layer attends without a window; local layers rotate with base 10,000) is checked first.
"""
import hashlib
import json
import pathlib
import sys

import gguf
import torch
import transformers
from safetensors.torch import save_file

import references
from texts import ENGLISH, RECORDS, STORY

FOLDER = pathlib.Path(__file__).parent / "gemma3"
TWICE = STORY.removesuffix("\n\nSummary:")
CHOSEN = ["one-token", "arithmetic", "code-digits", "cause", "unicode", "accents", "white space"]
LONG = ("beyond the window", f"{TWICE}\n\nThe same again.\n\n{TWICE}\n\nSummary:", " A lighthouse is lit again.")
PROMPTS = [("plain", "The sun rises in the east and"), ("code", "def fibonacci(n):\n"),
           ("beyond the window", LONG[1])]


def read(path):
    path = pathlib.Path(path)
    source = dict(pretrained_model_name_or_path=path.parent, gguf_file=path.name)
    model, loading = transformers.AutoModelForCausalLM.from_pretrained(
        **source, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    assert not loading["missing_keys"] and not loading["unexpected_keys"], loading
    config = model.config
    assert [kind == "full_attention" for kind in config.layer_types] == [layer % 6 == 5 for layer in range(18)]
    assert config.sliding_window == 512 and config.query_pre_attn_scalar == config.head_dim == 256
    assert {kind: rope["rope_theta"] for kind, rope in config.rope_parameters.items()} == {
        "full_attention": 1e6, "sliding_attention": 1e4}
    return model.eval(), transformers.AutoTokenizer.from_pretrained(**source)


class SentencePiece:
    """How SentencePiece splits a text with what the file holds: pieces that users defined first, the longest that
    fits; between them, of two neighbours that join to a piece those with the best score, the leftmost among equals."""

    def __init__(self, path):
        fields = gguf.GGUFReader(path).fields
        pieces, scores, kinds = (fields["tokenizer.ggml." + name].contents()
                                 for name in ("tokens", "scores", "token_type"))
        self.ids = {piece: i for i, piece in enumerate(pieces)}
        self.scores = {piece: score for piece, score, kind in zip(pieces, scores, kinds)
                       if kind == gguf.TokenType.NORMAL}
        self.defined = {piece for piece, kind in zip(pieces, kinds) if kind == gguf.TokenType.USER_DEFINED}
        self.longest = max(map(len, self.defined))

    def encode(self, text):
        ids, start, i = [], 0, 0
        while i < len(text):
            found = next((n for n in range(self.longest, 0, -1) if text[i:i + n] in self.defined), 0)
            if found:
                ids += self.join(text[start:i]) + [self.ids[text[i:i + found]]]
                start = i + found
            i += found or 1
        return ids + self.join(text[start:])

    def join(self, text):
        parts = list(text.replace(" ", "▁"))
        while True:
            joined = [(self.scores.get(a + b, float("-inf")), -i) for i, (a, b) in enumerate(zip(parts, parts[1:]))]
            score, i = max(joined, default=(float("-inf"), 0))
            if score == float("-inf"):
                break
            parts[-i:2 - i] = [parts[-i] + parts[1 - i]]
        return [i for part in parts for i in ([self.ids[part]] if part in self.ids else
                                              [self.ids[f"<0x{byte:02X}>"] for byte in part.encode()])]


def encode(tokenizer, pieces, text, prompt):
    """The ids of a text, with the first token that the tokenizer adds to a prompt."""
    ids = tokenizer(text, add_special_tokens=prompt).input_ids
    plain = ids[1:] if prompt else ids
    assert not prompt or ids[0] == tokenizer.bos_token_id
    assert tokenizer.decode(plain, clean_up_tokenization_spaces=False) == text
    assert pieces.encode(text) == plain, f"SentencePiece splits {text!r} otherwise"
    return ids


def perplexity(model, ids):
    """The file is understood if English is likely: a wrong base, norm or scale gives hundreds."""
    ids = torch.tensor(ids)
    with torch.no_grad():
        value = references.next_token_losses(model, ids, torch.arange(len(ids)) > 0)[1].mean().exp().item()
    print(f"perplexity of English text: {value:.4f}")
    assert value < 15
    return value


def measure(model, examples):
    """In the order of the examples; the scores in float32 by matrices, and in float64 by gates."""
    values = {"token_nll": [], "logits": [], "signed": []}
    for ids, supervised in examples:
        with torch.no_grad():
            logits, nll = references.next_token_losses(model, ids, supervised)
        values["token_nll"].append(nll)
        values["logits"].append(logits[0, ::997].contiguous())
        values["signed"].append(references.scores_by_attention(model, ids, supervised))
        print(f"  {len(ids)} tokens, mean loss {nll.mean():.4f}, largest |score| {values['signed'][-1].abs().max():.4f}")
    model.requires_grad_(False)
    with references.in_float64(model) as exact:
        gates = torch.stack([references.scores_by_gate(exact, *example) for example in examples])
        exact_nll = [references.next_token_losses(exact, *example)[1] for example in examples]
    nll = torch.cat(values.pop("token_nll"))
    values = {name: torch.stack(rows) for name, rows in values.items()}
    worst = ((values["signed"] - gates).abs().amax((1, 2)) / gates.abs().amax((1, 2))).max()
    print(f"float32 from float64: scores {worst:.1e} of an example's largest, "
          f"losses {(nll - torch.cat(exact_nll)).abs().max():.1e}")
    return values | {"token_nll": nll, "signed_float64": gates.float()}


def answer(model, tokenizer, pieces, name, text):
    """32 greedy tokens, or fewer up to and with the end token."""
    prompt_ids = encode(tokenizer, pieces, text, prompt=True)
    ids, margin = references.greedy(model, torch.tensor(prompt_ids), 32, stop=tokenizer.eos_token_id)
    ids = ids.tolist()
    print(f"{name}: {len(ids)} tokens, smallest margin {margin:.4f}: {tokenizer.decode(ids)!r}")
    return {"id": name, "prompt": text, "prompt_ids": prompt_ids, "ids": ids, "text": tokenizer.decode(ids),
            "smallest_margin": margin}


def main(path):
    transformers.utils.logging.disable_progress_bar()
    (model, tokenizer), pieces = read(path), SentencePiece(path)
    english_ids = encode(tokenizer, pieces, ENGLISH, prompt=True)
    about = {"model": pathlib.Path(path).name, "sha256": hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest(),
             "english": ENGLISH, "english_ids": english_ids, "perplexity": perplexity(model, english_ids)}
    lines, examples = [], []
    for name, prompt, completion in [r for r in RECORDS if r[0] in CHOSEN] + [LONG]:
        prompt_ids = encode(tokenizer, pieces, prompt, prompt=True)
        completion_ids = encode(tokenizer, pieces, completion, prompt=False) + [tokenizer.eos_token_id]
        ids = torch.tensor(prompt_ids + completion_ids)
        examples.append((ids, torch.arange(len(ids)) >= len(prompt_ids)))
        lines.append({"id": name, "prompt": prompt, "completion": completion, "prompt_ids": prompt_ids,
                      "completion_ids": completion_ids})
    answers = [answer(model, tokenizer, pieces, *prompt) for prompt in PROMPTS]
    values = measure(model, examples)
    for line, nll in zip(lines, values["token_nll"].split([len(line["completion_ids"]) for line in lines])):
        line["mean_nll"] = nll.mean().item()
    FOLDER.mkdir(exist_ok=True)
    save_file(values, FOLDER / "reference.safetensors")
    text = json.dumps(about | {"records": lines, "greedy": answers}, ensure_ascii=False, indent=1)
    (FOLDER / "reference.json").write_text(text + "\n")


main(*sys.argv[1:])
