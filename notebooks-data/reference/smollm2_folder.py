"""Writes SmolLM2-135M as a folder of transformers (float32, 540 MB), of the GGUF file in the cache of the tool.

    sft-probe model pull smollm2-135m
    python smollm2_folder.py FOLDER       (torch, transformers, gguf)

A folder that is complete is left as it is.
"""
import os
import pathlib
import sys

import transformers

import references


def write(folder):
    folder = pathlib.Path(folder)
    if (folder / "complete").exists():
        return
    cache = pathlib.Path(os.environ.get("SFT_PROBE_CACHE", "~/.cache/sft-probe")).expanduser()
    files = sorted((cache / "models/smollm2-135m").glob("*.gguf"))
    if not files:
        sys.exit("there is no smollm2-135m: sft-probe model pull smollm2-135m")
    model, tokenizer = references.read_model(files[0])
    del model.config.quantization_config  # the weights are no longer quantized
    plain = transformers.AutoModelForCausalLM.from_config(model.config)
    plain.load_state_dict(model.state_dict())
    plain.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "complete").touch()


if __name__ == "__main__":
    write(sys.argv[1])
