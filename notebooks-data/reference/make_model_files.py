"""Tiny models on disk, by the `gguf` and `safetensors` packages: fixtures of ModelFilesTests.

`tiny.gguf` is a Llama of two layers with a tensor in each stored format, `tiny.safetensors` the same numbers as
float32 under their Hugging Face names and in their row order, and `tiny.json` its vocabulary. `small.gguf` is
the same with one layer and few tokens, for mutations; `split/` is `tiny.gguf` in three files. `sharded/` and `single/` are model folders; `plain.json` has
their numbers.
"""

import json
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from safetensors.torch import save_file

folder = Path(__file__).parents[2] / "Tests" / "ModelFilesTests" / "Fixtures"
folder.mkdir(parents=True, exist_ok=True)

HIDDEN, HEADS, KV_HEADS, HEAD, MLP = 64, 2, 1, 32, 32


def tensors(layers, vocabulary, random):
    """Hugging Face name: (shape, stored type)."""
    shapes = {"model.embed_tokens.weight": ((vocabulary, HIDDEN), Type.F16)}
    for layer in range(layers):
        shapes |= {
            f"model.layers.{layer}.{name}.weight": (shape, kind)
            for name, shape, kind in [
                ("input_layernorm", (HIDDEN,), Type.F32),
                ("self_attn.q_proj", (HEADS * HEAD, HIDDEN), Type.Q4_1),
                ("self_attn.k_proj", (KV_HEADS * HEAD, HIDDEN), Type.Q4_0),
                ("self_attn.v_proj", (KV_HEADS * HEAD, HIDDEN), Type.Q8_0),
                ("self_attn.o_proj", (HIDDEN, HEADS * HEAD), Type.BF16),
                ("post_attention_layernorm", (HIDDEN,), Type.F32),
                ("mlp.gate_proj", (MLP, HIDDEN), Type.Q4_1),
                ("mlp.up_proj", (MLP, HIDDEN), Type.F16),
                ("mlp.down_proj", (HIDDEN, MLP), Type.F32),
            ]
        }
    shapes |= {"model.norm.weight": ((HIDDEN,), Type.F32)}
    return {name: (random.normal(0, 1, shape).astype(np.float32), kind) for name, (shape, kind) in shapes.items()}


def paired(weight, heads):
    """Logical rows [head, half, pair] in the order of the file [head, pair, half]."""
    return weight.reshape(heads, 2, HEAD // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def unpaired(weight, heads):
    return weight.reshape(heads, HEAD // 2, 2, -1).swapaxes(1, 2).reshape(weight.shape)


def write_gguf(name, layers, vocabulary, tensors_a_file=0):
    random = np.random.default_rng(layers)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, layers)
    writer = gguf.GGUFWriter(str(folder / f"{name}.gguf"), "llama", split_max_tensors=tensors_a_file)
    writer.add_block_count(layers)
    writer.add_context_length(128)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(MLP)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_freq_base(50000.0)
    writer.add_rope_dimension_count(HEAD)
    writer.add_layer_norm_rms_eps(1e-5)
    tokens = ["<s>", "</s>", "ü", "Ġ"] + [f"t{i}" for i in range(vocabulary - 4)]
    expected = {
        "tokens": tokens,
        "kinds": [3, 3] + [1] * (vocabulary - 2),
        "merges": ["Ġ t", "t 0"],
        "template": "{{ messages[0]['content'] }}",
    }
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types(expected["kinds"])
    writer.add_token_merges(expected["merges"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_add_bos_token(False)
    writer.add_chat_template(expected["template"])
    writer.add_array("general.tags", ["tiny", "test"])

    floats = {}
    for hf_name, (weight, kind) in tensors(layers, vocabulary, random).items():
        heads = HEADS if ".q_proj" in hf_name else KV_HEADS if ".k_proj" in hf_name else 0
        stored = gguf.quants.quantize(paired(weight, heads) if heads else weight, kind)
        writer.add_tensor(names.get_name(hf_name, (".weight",)), stored, raw_dtype=kind)
        read = gguf.quants.dequantize(stored, kind).reshape(weight.shape)
        floats[hf_name] = torch.from_numpy(np.ascontiguousarray(unpaired(read, heads) if heads else read))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    if name == "tiny":
        save_file(floats, str(folder / "tiny.safetensors"), {"format": "pt", "note": "naïve \"quotes\""})
        (folder / "tiny.json").write_text(json.dumps(expected, ensure_ascii=False))


def write_folders():
    generator = torch.Generator().manual_seed(3)
    plain = {
        "model.embed_tokens.weight": torch.randn(5, 4, generator=generator),
        "model.norm.weight": torch.randn(4, generator=generator).half(),
        "model.layers.0.mlp.up_proj.weight": torch.randn(3, 4, generator=generator).bfloat16(),
        "model.cube": torch.randn(2, 3, 4, generator=generator),
        "model.scalar": torch.tensor(0.25),
        "model.empty": torch.zeros(0, 4),
    }
    buffer = {"model.layers.0.self_attn.rotary_emb.inv_freq": torch.zeros(2, dtype=torch.float64)}
    config = json.dumps({"model_type": "llama", "hidden_size": 4})
    for name in ("single", "sharded"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "config.json").write_text(config)
    save_file(plain | buffer, str(folder / "single" / "model.safetensors"), {"format": "pt"})
    names = list(plain)
    shards = {"model-00001-of-00002.safetensors": names[:3], "model-00002-of-00002.safetensors": names[3:]}
    for file, members in shards.items():
        save_file({name: plain[name] for name in members}, str(folder / "sharded" / file), {"format": "pt"})
    index = {"metadata": {"total_size": 0}, "weight_map": {n: f for f, ns in shards.items() for n in ns}}
    (folder / "sharded" / "model.safetensors.index.json").write_text(json.dumps(index, indent=2))
    numbers = {n: {"shape": list(t.shape), "values": t.float().flatten().tolist()} for n, t in plain.items()}
    (folder / "plain.json").write_text(json.dumps(numbers))


write_gguf("tiny", layers=2, vocabulary=96)
write_gguf("small", layers=1, vocabulary=8)
(folder / "split").mkdir(exist_ok=True)
write_gguf("split/tiny", layers=2, vocabulary=96, tensors_a_file=8)
write_folders()
for path in sorted(folder.rglob("*")):
    print(path.relative_to(folder), path.stat().st_size)
