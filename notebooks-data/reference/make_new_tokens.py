"""Makes Tests/TransformersTests/Fixtures/new-tokens: what transformers and peft compute of tiny models with three more
tokens.

    python make_new_tokens.py        (torch, transformers, peft, safetensors; half a minute)

`resized.safetensors` has for each model the losses of one sequence that has the new tokens: `<folder>/token_nll` after
`resize_token_embeddings`, which draws new rows close to the mean of the others, and `<folder>/mean.token_nll` with that
mean itself. Each folder is an adapter of peft on the
model whose new rows are that mean, with `reference.safetensors` beside it: `token_nll` of the same sequence.
"""
import json
import pathlib
import shutil

import peft
import torch
import transformers
from safetensors.torch import save_file

import references
from make_families import read_folder

HERE = pathlib.Path(__file__).parent
OUTPUT = HERE.parents[1] / "Tests/TransformersTests/Fixtures/new-tokens"
MODELS = ["tiny-llama/gqa-tied", "tiny-llama/untied-bias", "families/gpt2", "families/phi", "families/gemma2",
          "families/opt", "families/gpt_neox"]
COUNT, NEW = 64, 3
ADAPTERS = {
    "rows-tied": ("tiny-llama/gqa-tied", dict(target_modules=["q_proj"], trainable_token_indices=[64, 65, 66])),
    "rows-untied": ("tiny-llama/untied-bias", dict(
        target_modules=["v_proj"], trainable_token_indices={"embed_tokens": [66, 64, 65]})),
    "rows-of-both": ("tiny-llama/untied-bias", dict(
        target_modules=["v_proj"], trainable_token_indices={"embed_tokens": [64, 65, 66], "lm_head": [64, 65, 66]})),
    "rows-gpt2": ("families/gpt2", dict(target_modules=["c_attn"], trainable_token_indices={"wte": [64, 65, 66, 7]})),
    "saved-untied": ("tiny-llama/untied-bias", dict(
        target_modules=["q_proj"], modules_to_save=["embed_tokens", "lm_head"])),
    "saved-kept-tied": ("tiny-llama/gqa-tied", dict(
        target_modules=["q_proj"], modules_to_save=["embed_tokens"], ensure_weight_tying=True)),
}


def sequence():
    ids = torch.randint(3, COUNT, (21,), generator=torch.Generator().manual_seed(11))
    ids[[2, 9, 13, 20]] = torch.tensor([64, 65, 64, 66])
    supervised = torch.ones(21, dtype=torch.bool)
    supervised[0] = False
    return ids, supervised


def losses(model):
    with torch.no_grad():
        return references.next_token_losses(model, *sequence())[1]


def grown(folder):
    """The model with three rows more, each the mean of the others."""
    model = read_folder(HERE / folder)
    model.resize_token_embeddings(COUNT + NEW, mean_resizing=False)
    with torch.no_grad():
        for part in (model.get_input_embeddings(), model.get_output_embeddings()):
            part.weight[COUNT:] = part.weight[:COUNT].mean(0)
            if getattr(part, "bias", None) is not None:
                part.bias[COUNT:] = part.bias[:COUNT].mean()
    return model


def adapter(name):
    folder, options = ADAPTERS[name]
    model = peft.get_peft_model(grown(folder), peft.LoraConfig(r=2, lora_alpha=4, task_type="CAUSAL_LM", **options))
    generator = torch.Generator().manual_seed(len(name))
    with torch.no_grad():
        for weight in model.parameters():
            if weight.requires_grad:
                weight += 0.2 * torch.randn(weight.shape, generator=generator)
    path = OUTPUT / name
    shutil.rmtree(path, ignore_errors=True)
    model.save_pretrained(path)
    (path / "README.md").unlink(missing_ok=True)
    config = json.loads((path / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = folder
    (path / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    found = losses(model.eval())
    again = losses(peft.PeftModel.from_pretrained(grown(folder), path).eval())
    assert torch.equal(found, again), "what was saved is not what was made"
    save_file({"token_nll": found}, path / "reference.safetensors")
    print(name, [key for key in __import__("safetensors").safe_open(path / "adapter_model.safetensors", "pt").keys()
                 if "lora" not in key])


def main():
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    OUTPUT.mkdir(exist_ok=True)
    values = {}
    for folder in MODELS:
        model = read_folder(HERE / folder)
        model.resize_token_embeddings(COUNT + NEW)
        values[f"{folder}/token_nll"] = losses(model)
        values[f"{folder}/mean.token_nll"] = losses(grown(folder))
        print(folder, references.relative(values[f"{folder}/mean.token_nll"], values[f"{folder}/token_nll"]))
    ids, supervised = sequence()
    save_file(values | {"input_ids": ids.int(), "supervised": supervised.int(), "lengths": torch.tensor([21]).int()},
              OUTPUT / "resized.safetensors")
    for name in ADAPTERS:
        adapter(name)


if __name__ == "__main__":
    main()
