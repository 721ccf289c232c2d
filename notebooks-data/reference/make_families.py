"""Makes the tiny random models in families/, one of each family, and what the reference implementation computes.

    python make_families.py [NAME…]       (torch, transformers, safetensors; all of them take a minute)

`family_configs.py` says what each model is; README.md names the values.
"""
import itertools
import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

import references
from family_configs import CONFIGS, OLDER_GEMMA3
from references import relative

FOLDER = pathlib.Path(__file__).parent / "families"
WITH_GRADIENTS = {"qwen2", "gemma2", "phi3", "stablelm", "gpt2", "gpt_neox", "opt"}


def randomise(model, seed):
    """Every weight, norm and bias a quarter (standard deviation) away from where it has no effect: 1 for norms, but 0
    for those of Gemma, which add the 1."""
    generator = torch.Generator().manual_seed(seed)
    neutral = 0.0 if "gemma" in model.config.model_type else 1.0
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator) * 0.25
            is_norm_scale = weight.ndim == 1 and name.endswith(".weight")
            weight.copy_(noise + neutral if is_norm_scale else noise)


def published(name, weights):
    """The weights under the names that older files have, with what those files hold beside them."""
    mask = torch.ones(96, 96, dtype=torch.bool).tril()[None, None]
    if name == "gpt2":
        older = {key.removeprefix("transformer."): weight for key, weight in weights.items()}
        return older | {f"h.{layer}.attn.bias": mask.clone() for layer in range(2)}
    if name == "gpt_neox":
        older = {key.replace("lm_head.", "embed_out."): weight for key, weight in weights.items()}
        for layer in range(2):
            prefix = f"gpt_neox.layers.{layer}.attention."
            older |= {prefix + "bias": mask.clone(), prefix + "masked_bias": torch.tensor(-1e9, dtype=torch.float16),
                      prefix + "rotary_emb.inv_freq": torch.ones(1, dtype=torch.float16)}
        return older
    return weights


def read_folder(folder):
    model, loading = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager",
                                                          output_loading_info=True)
    assert not loading["missing_keys"] and not loading["mismatched_keys"], loading
    if "dynamic" in str(model.config.rope_parameters if hasattr(model.config, "rope_parameters") else ""):
        model.register_forward_pre_hook(forget_longest)
    return model.eval()


def forget_longest(model, _):
    """Frequencies that follow the sequence at hand, not the longest one that the model has seen before."""
    rotary = model.model.rotary_emb
    rotary.inv_freq, rotary.max_seq_len_cached = rotary.original_inv_freq.clone(), rotary.original_max_seq_len


def save_folder(name, seed):
    """config.json as written here, and random weights of the type that it says; gives what transformers reads."""
    config, folder = CONFIGS[name], FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder), dtype=torch.float32)
    randomise(model, seed)
    kind = getattr(torch, config.get("dtype") or config["torch_dtype"])
    weights = {key: weight.detach().to(kind) for key, weight in model.named_parameters()}
    save_file(published(name, weights), folder / "model.safetensors", metadata={"format": "pt"})
    read = read_folder(folder)
    for key, weight in read.named_parameters():
        assert torch.equal(weight, weights[key].float()), key
    return read


def answer(model, prompt):
    """12 greedy tokens, each from a pass over all before it: no cache, which with frequencies that depend on the
    sequence's length would keep keys that were turned by those of a shorter one."""
    ids, margin = prompt, float("inf")
    with torch.no_grad():
        for _ in range(12):
            best = model(ids[None], use_cache=False).logits[0, -1].topk(2)
            margin = min(margin, (best.values[0] - best.values[1]).item())
            ids = torch.cat([ids, best.indices[:1]])
    return ids[len(prompt):], margin


def answers(model, examples):
    prompts = [ids[: supervised.nonzero()[0, 0]] for ids, supervised in examples]
    found = [answer(model, prompt) for prompt in prompts]
    cached = [references.greedy(model, prompt, 12)[0] for prompt in prompts]
    return torch.stack([ids for ids, _ in found]), torch.stack(cached), min(margin for _, margin in found)


def parameter_gradients(model, losses, matrices):
    """Of the mean loss of all supervised tokens: norms of all, values of vectors, and if asked those of matrices, but
    not in the second layer."""
    torch.cat(losses).mean().backward()
    gradients = {name: weight.grad.clone() for name, weight in model.named_parameters()}
    model.zero_grad()
    values = {f"gradient_norm.{name}": value.double().norm()[None].float() for name, value in gradients.items()}
    return values | {f"gradient.{name}": value for name, value in gradients.items()
                     if value.ndim == 1 or matrices and ".1." not in name}


def reference(name, model, examples):
    """The values to store, and the smallest margin of a greedy choice."""
    predicted = [references.next_token_losses(model, *example) for example in examples]
    logits = torch.cat([logits for logits, _ in predicted]).detach()
    rows = torch.arange(0, len(logits), 3)
    chosen, cached, margin = answers(model, examples)
    values = {
        "input_ids": torch.cat([ids for ids, _ in examples]).int(),
        "lengths": torch.tensor([len(ids) for ids, _ in examples]).int(),
        "supervised": torch.cat([supervised for _, supervised in examples]).int(),
        "logits": logits[rows], "logits_rows": rows.int(),
        "token_nll": torch.cat([nll for _, nll in predicted]).detach(),
        "signed_example_mean": torch.stack([references.scores_by_attention(model, *e) for e in examples]),
        "greedy": chosen.int(),
    }
    if name == "llama-dynamic":
        values["greedy_cached"] = cached.int()
    elif name != "phi3-longrope":  # whose cache the reference implementation drops where the frequencies change
        assert torch.equal(chosen, cached), "a cache must not change what follows"
    return values | parameter_gradients(model, [nll for _, nll in predicted], name in WITH_GRADIENTS), margin


def compare(model, examples, values):
    """Prints how far the float32 values are from the same in float64, by gates instead of matrices; gives the latter."""
    with references.in_float64(model) as exact:
        gates = torch.stack([references.scores_by_gate(exact, *e) for e in examples])
        predicted = [references.next_token_losses(exact, *e) for e in examples]
    logits, nll = (torch.cat([pair[i].detach() for pair in predicted]) for i in (0, 1))
    assert gates.dtype == logits.dtype == torch.float64
    print(f"  scores {relative(values['signed_example_mean'], gates):.1e}  losses {relative(values['token_nll'], nll):.1e}"
          f"  logits {relative(values['logits'], logits[::3]):.1e}  (float32 from float64)",
          f"  mean loss {nll.mean():.2f}, largest |logit| {logits.abs().max():.2f}, largest |score| "
          f"{gates.abs().max():.3f}, median {gates.abs().median():.4f}", sep="\n")
    return {"signed_example_mean_float64": gates.float()}


def check_older_gemma3(model, examples):
    """The older spelling of the same configuration, stored beside it, gives the same logits."""
    path = FOLDER / "gemma3" / "config.json"
    newer = path.read_text()
    older = json.dumps(OLDER_GEMMA3, indent=2) + "\n"
    path.write_text(older)
    other = read_folder(path.parent)
    path.write_text(newer)
    path.with_name("config-older.json").write_text(older)
    for example in examples:
        assert torch.equal(references.next_token_losses(model, *example)[0],
                           references.next_token_losses(other, *example)[0])


def make(name):
    for seed in itertools.count():  # until no greedy choice is nearly a tie
        model, examples = save_folder(name, seed), references.sequences(100 + seed)
        values, margin = reference(name, model, examples)
        if margin > 2e-3:
            break
    print(f"{name}: seed {seed}, smallest margin of a greedy choice {margin:.4f}")
    values |= compare(model, examples, values)
    if name == "gemma3":
        check_older_gemma3(model, examples)
    save_file(values, FOLDER / name / "reference.safetensors")
    sizes = [(FOLDER / name / file).stat().st_size // 1000 for file in ("model.safetensors", "reference.safetensors")]
    print(f"  {len(list(model.named_parameters()))} weights, {sizes[0]} kB, reference {sizes[1]} kB")


def main(names):
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    for name in names or CONFIGS:
        make(name)


if __name__ == "__main__":
    main(sys.argv[1:])
