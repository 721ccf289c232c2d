"""Rewrites a GGUF model as a folder in Hugging Face layout, which PyTorch loads far faster: convert.py GGUF FOLDER [bfloat16]

In float32, or with weights rounded to bfloat16, as most folders have them.
"""
import pathlib
import sys

import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "notebooks-data/reference"))
import references

TEXT = "x =   12,\n\t 3.5  naïve “日本” 🙂 don't\n"


def main(source, folder, dtype="float32"):
    transformers.utils.logging.disable_progress_bar()
    model, tokenizer = references.read_model(source)
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.to(getattr(torch, dtype))
    plain = transformers.AutoModelForCausalLM.from_config(model.config, dtype=model.dtype)  # what came from a GGUF refuses to be saved
    plain.load_state_dict(model.state_dict())
    plain.save_pretrained(folder)
    del plain  # a large model need not be held three times
    tokenizer.save_pretrained(folder)
    again, reread = references.read_model(folder)
    assert reread(TEXT).input_ids == tokenizer(TEXT).input_ids, "the tokenizer changed on the way"
    weights = again.state_dict()
    assert all((weights[name] == weight).all() for name, weight in model.state_dict().items()), "a weight changed"


main(*sys.argv[1:])
