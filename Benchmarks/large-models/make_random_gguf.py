"""Writes a Llama-shaped GGUF of random Q4_0 weights with a real vocabulary:

    make_random_gguf.py SHAPE VOCABULARY.gguf OUT.gguf [LAYERS]

SHAPE is 7b, 1.1b or 135m; LAYERS is how many layers there are, if not as many as in that shape. The weights are noise, so losses and scores mean nothing; sizes, times and memory are those of a
real model of this shape. Tensors are written one after the other, so that the script needs little memory.
"""
import sys

import gguf
import numpy

SHAPES = {  # layers, width, heads, key/value heads, feed-forward width
    "7b": (32, 4096, 32, 32, 11008),
    "1.1b": (22, 2048, 32, 4, 5632),
    "135m": (30, 576, 9, 3, 1536),
}
Q4_0 = gguf.GGMLQuantizationType.Q4_0


def random_blocks(rng, rows, columns):
    """Q4_0: blocks of 32 numbers, a half-precision scale and 16 bytes; numbers of standard deviation 1/√columns."""
    blocks = rng.integers(0, 256, (rows, columns // 32, 18), dtype=numpy.uint8)
    scale = numpy.float16(1 / (4.6 * columns**0.5))  # whole numbers from -8 to 7 have a standard deviation of 4.6
    blocks[:, :, :2] = numpy.frombuffer(scale.tobytes(), dtype=numpy.uint8)
    return blocks.reshape(rows, -1)


def main(shape, vocabulary, out, layers=None):
    usual, width, heads, kv_heads, mlp = SHAPES[shape]
    layers = int(layers or usual)
    source = gguf.GGUFReader(vocabulary)
    writer = gguf.GGUFWriter(out, "llama")
    writer.add_name(f"random {shape}")
    writer.add_block_count(layers)
    writer.add_context_length(8192)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(mlp)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_rope_dimension_count(width // heads)
    writer.add_rope_freq_base(10_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    for name, field in source.fields.items():
        if name.startswith("tokenizer."):
            kind = field.types[0]
            writer.add_key_value(name, field.contents(), kind, field.types[-1] if len(field.types) > 1 else None)
    rows = len(source.fields["tokenizer.ggml.tokens"].contents())
    writer.add_vocab_size(rows)

    kv = width // heads * kv_heads
    tensors = [("token_embd.weight", (rows, width))]
    for layer in range(layers):
        tensors += [(f"blk.{layer}.{name}.weight", size) for name, size in (
            ("attn_norm", (width,)), ("attn_q", (width, width)), ("attn_k", (kv, width)), ("attn_v", (kv, width)),
            ("attn_output", (width, width)), ("ffn_norm", (width,)), ("ffn_gate", (mlp, width)),
            ("ffn_up", (mlp, width)), ("ffn_down", (width, mlp)))]
    tensors += [("output_norm.weight", (width,)), ("output.weight", (rows, width))]
    for name, size in tensors:
        if len(size) == 1:
            writer.add_tensor_info(name, size, numpy.dtype(numpy.float32), size[0] * 4)
        else:
            packed = (size[0], size[1] // 32 * 18)
            writer.add_tensor_info(name, packed, numpy.dtype(numpy.uint8), packed[0] * packed[1], raw_dtype=Q4_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    rng = numpy.random.default_rng(1)
    for name, size in tensors:
        writer.write_tensor_data(numpy.ones(size, numpy.float32) if len(size) == 1 else random_blocks(rng, *size))
    writer.close()


main(*sys.argv[1:])
