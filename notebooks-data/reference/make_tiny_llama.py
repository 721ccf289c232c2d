"""Makes the tiny random Llama models in tiny-llama/ and what the reference implementation computes with them.

    python make_tiny_llama.py       (torch, transformers, gguf, safetensors; a few seconds)

Every model comes with a reference of float32 values from eager attention (see README.md for the names).
"""
import copy
import json
import pathlib

import gguf
import numpy
import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

import references
from references import relative

FOLDER = pathlib.Path(__file__).parent / "tiny-llama"
COMMON = dict(vocab_size=64, max_position_embeddings=256, bos_token_id=1, eos_token_id=2, pad_token_id=2,
              attn_implementation="eager")
MODELS = {
    "gqa-tied": dict(hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4,
                     num_key_value_heads=2, head_dim=8, tie_word_embeddings=True, rms_norm_eps=1e-5,
                     rope_parameters=dict(rope_type="default", rope_theta=1e4)),
    "untied-bias": dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
                        num_key_value_heads=2, head_dim=16, tie_word_embeddings=False, attention_bias=True,
                        mlp_bias=True, rms_norm_eps=1e-3, rope_parameters=dict(rope_type="default", rope_theta=1e5)),
    "gqa-bf16": dict(hidden_size=48, intermediate_size=64, num_hidden_layers=3, num_attention_heads=6,
                     num_key_value_heads=2, head_dim=8, tie_word_embeddings=True, rms_norm_eps=1e-5,
                     rope_parameters=dict(rope_type="default", rope_theta=1e4)),
}


SEEDS = {"gqa-tied": 0, "untied-bias": 1, "gqa-bf16": 5}  # such that no greedy choice is nearly a tie


def random_model(seed, **config):
    """Weights with a standard deviation of 0.3, norms around 1: logits, attention and gradients are far from 0."""
    torch.manual_seed(seed)
    model = LlamaForCausalLM(LlamaConfig(**COMMON, **config)).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.copy_(torch.randn_like(weight) * 0.3)
            if "norm" in name:
                weight.copy_(1 + weight)
    return model


def reference(model, examples, gradients):
    losses = [references.next_token_losses(model, *example) for example in examples]
    answers = [references.greedy(model, ids[: supervised.nonzero()[0, 0]], 12) for ids, supervised in examples]
    values = {
        "input_ids": torch.cat([ids for ids, _ in examples]).int(),
        "lengths": torch.tensor([len(ids) for ids, _ in examples]).int(),
        "supervised": torch.cat([supervised for _, supervised in examples]).int(),
        "logits": torch.cat([logits for logits, _ in losses]).detach(),
        "token_nll": torch.cat([nll for _, nll in losses]).detach(),
        "signed_example_mean": torch.stack([references.scores_by_attention(model, *e) for e in examples]),
        "signed_batch_token_mean": references.scores_by_batch_mean(model, examples),
        "greedy": torch.stack([ids for ids, _ in answers]).int(),
    }
    if gradients:
        torch.cat([nll for _, nll in losses]).mean().backward()
        values |= {f"gradient.{name}": weight.grad.clone() for name, weight in model.named_parameters()}
        model.zero_grad()
    return values | check(model, examples, values, min(margin for _, margin in answers))


def check(model, examples, values, margin):
    """Prints how far the float32 values are from the same in float64, by gates instead of matrices; gives the latter."""
    with references.in_float64(model) as exact:
        gates = torch.stack([references.scores_by_gate(exact, *e) for e in examples])
        nll = torch.cat([references.next_token_losses(exact, *e)[1].detach() for e in examples])
    weights = torch.tensor([s.sum() for _, s in examples]) / sum(s.sum() for _, s in examples)
    print(f"  scores by matrices in float32 against gates in float64: {relative(values['signed_example_mean'], gates):.1e}",
          f"  batch mean: {relative(values['signed_batch_token_mean'], gates * weights[:, None, None]):.1e}",
          f"  losses: {relative(values['token_nll'], nll):.1e}   mean loss {nll.mean():.3f}",
          f"  smallest margin of a greedy choice: {margin:.4f}",
          f"  largest |score| {gates.abs().max():.3f}, median {gates.abs().median():.4f}", sep="\n")
    assert margin > 1e-3, "a greedy choice is nearly a tie: take another seed"
    return {"signed_example_mean_float64": gates.float()}


def save_folder(name, model, examples):
    """Hugging Face layout. The bf16 model gets the older spelling of config.json, which most published models have."""
    folder = FOLDER / name
    if name == "gqa-bf16":
        model = model.bfloat16()
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if name == "gqa-bf16":
        path = folder / "config.json"
        config = json.loads(path.read_text())
        config["torch_dtype"] = config.pop("dtype")
        config["rope_theta"] = config.pop("rope_parameters")["rope_theta"]
        path.write_text(json.dumps(config, indent=2) + "\n")
    read = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    save_file(reference(read, examples, gradients=True), folder / "reference.safetensors")
    return read


# GGUF

NAMES = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
         "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
         "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}


def gguf_name(name):
    """model.layers.1.mlp.up_proj.weight → blk.1.ffn_up.weight"""
    if name.startswith("model.layers."):
        layer, part = name.removeprefix("model.layers.").removesuffix(".weight").split(".", 1)
        return f"blk.{layer}.{NAMES[part]}.weight"
    return {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}[name]


def interleaved(weight, heads):
    """Rows of each head reordered so that the two halves that rotary embedding pairs stand side by side."""
    rows = weight.shape[0] // heads
    return weight.reshape(heads, 2, rows // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def halves(weight, heads):
    """Undoes `interleaved`."""
    rows = weight.shape[0] // heads
    return weight.reshape(heads, rows // 2, 2, -1).swapaxes(1, 2).reshape(weight.shape)


def heads_to_permute(name, config):
    return (config.num_attention_heads if "q_proj" in name else
            config.num_key_value_heads if "k_proj" in name else None)


def write_gguf(path, model, kind):
    """Writes the model as llama.cpp's converter does, matrices as `kind`; gives the weights as a reader gets them."""
    config, kinds = model.config, gguf.GGMLQuantizationType
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny-llama gqa-tied")
    writer.add_file_type({kinds.F32: gguf.LlamaFileType.ALL_F32, kinds.Q8_0: gguf.LlamaFileType.MOSTLY_Q8_0}[kind])
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_vocab_size(config.vocab_size)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_tokenizer(writer)
    read = {}
    for name, weight in model.named_parameters():
        values, heads = weight.detach().numpy(), heads_to_permute(name, config)
        if heads:
            values = interleaved(values, heads)
        stored = gguf.quants.quantize(values, kind if values.ndim == 2 else kinds.F32)
        writer.add_tensor(gguf_name(name), stored, raw_dtype=kind if values.ndim == 2 else kinds.F32)
        values = gguf.quants.dequantize(stored, kind if values.ndim == 2 else kinds.F32).reshape(values.shape)
        read[name] = torch.from_numpy(numpy.ascontiguousarray(halves(values, heads) if heads else values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return read


def add_tokenizer(writer):
    """Three special tokens, the letters that the merges need and more, a space (Ġ), a line break (Ċ), merges."""
    merges = ["t h", "th e", "Ġ the", "i n", "Ġ a", "e r", "a n", "an d", "Ġ and", "o u", "Ġ i", "r e"]
    letters = list("abcdefghijklmnopqrstuvwxyz") + list("0123456789") + list(".,!?#=+-$'")
    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "Ġ", "Ċ", *letters]
    tokens += [merge.replace(" ", "") for merge in merges]
    tokens += [f"<|reserved_{i}|>" for i in range(64 - len(tokens))]
    assert len(tokens) == len(set(tokens)) == 64
    kinds = gguf.TokenType
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([kinds.CONTROL if t.startswith("<|") else kinds.NORMAL for t in tokens])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)


def save_gguf(model, examples, kind):
    path = FOLDER / f"gqa-tied.{kind.name.lower()}.gguf"
    read = write_gguf(path, model, kind)
    dequantised = copy.deepcopy(model)
    dequantised.load_state_dict(read, strict=False)
    values = reference(dequantised, examples, gradients=False)
    other = AutoModelForCausalLM.from_pretrained(FOLDER, gguf_file=path.name, dtype=torch.float32,
                                                 attn_implementation="eager").eval()
    logits = torch.cat([references.next_token_losses(other, *e)[0].detach() for e in examples])
    print(f"  logits of transformers' own GGUF reader: {relative(logits, values['logits']):.1e}")
    if kind != gguf.GGMLQuantizationType.F32:
        save_file(values, path.with_suffix(".reference.safetensors"))


def main():
    FOLDER.mkdir(exist_ok=True)
    transformers.utils.logging.disable_progress_bar()
    for name, config in MODELS.items():
        print(name)
        examples = references.sequences(100 + SEEDS[name])
        model = save_folder(name, random_model(SEEDS[name], **config), examples)
        if name == "gqa-tied":
            for kind in (gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.Q8_0):
                print(f"{name}.{kind.name}")
                save_gguf(model, examples, kind)


main()
