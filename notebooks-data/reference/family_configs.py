"""The config.json of each tiny model in families/, as published models of that family spell it.

About half keep the spelling before transformers 5 (`torch_dtype`, `rope_theta` with `rope_scaling`), the others the
newer one (`dtype`, `rope_parameters`). Windows of 16 positions are passed by three of the five sequences.
"""
SMALL = dict(vocab_size=64, bos_token_id=1, eos_token_id=2, use_cache=True, initializer_range=0.02)
DECODER = SMALL | dict(hidden_size=32, intermediate_size=32, num_hidden_layers=2, num_attention_heads=4,
                       num_key_value_heads=2, max_position_embeddings=96, attention_dropout=0.0)
OLDER = dict(transformers_version="4.46.0")
NEWER = dict(transformers_version="5.3.0")


def llama(**rest):
    return DECODER | dict(model_type="llama", architectures=["LlamaForCausalLM"], hidden_act="silu", head_dim=16,
                          rms_norm_eps=1e-5, attention_bias=False, mlp_bias=False, tie_word_embeddings=True) | rest


CONFIGS = {
    # Biases on q, k, v alone. A window is given and not used: that is how the published files are.
    "qwen2": DECODER | OLDER | dict(
        model_type="qwen2", architectures=["Qwen2ForCausalLM"], torch_dtype="float32", hidden_act="silu",
        rms_norm_eps=1e-6, rope_theta=1e6, sliding_window=16, use_sliding_window=False, max_window_layers=1,
        tie_word_embeddings=True),
    # Norms on q and k of each head; a head_dim of its own; the second layer has a window.
    "qwen3": DECODER | NEWER | dict(
        model_type="qwen3", architectures=["Qwen3ForCausalLM"], dtype="bfloat16", hidden_act="silu", head_dim=16,
        intermediate_size=24, rms_norm_eps=1e-6, rope_parameters=dict(rope_type="default", rope_theta=1e6),
        attention_bias=False, sliding_window=16, use_sliding_window=True, max_window_layers=1,
        layer_types=["full_attention", "sliding_attention"], tie_word_embeddings=False),
    "mistral": DECODER | NEWER | dict(
        model_type="mistral", architectures=["MistralForCausalLM"], dtype="bfloat16", hidden_act="silu",
        head_dim=None, intermediate_size=48, rms_norm_eps=1e-5, sliding_window=16,
        rope_parameters=dict(rope_type="default", rope_theta=1e4), tie_word_embeddings=False),
    # The file names no layers: the first has a window, then every second.
    "gemma2": DECODER | OLDER | dict(
        model_type="gemma2", architectures=["Gemma2ForCausalLM"], torch_dtype="bfloat16", head_dim=12,
        intermediate_size=24, hidden_act="gelu_pytorch_tanh", hidden_activation="gelu_pytorch_tanh",
        rms_norm_eps=1e-6, rope_theta=1e4, query_pre_attn_scalar=24, attn_logit_softcapping=4.0,
        final_logit_softcapping=3.0, sliding_window=16, pad_token_id=0),
    "gemma3": DECODER | NEWER | dict(
        model_type="gemma3_text", architectures=["Gemma3ForCausalLM"], dtype="bfloat16", num_hidden_layers=3,
        num_key_value_heads=1, head_dim=16, intermediate_size=24, hidden_activation="gelu_pytorch_tanh",
        rms_norm_eps=1e-6, query_pre_attn_scalar=24, attn_logit_softcapping=None, final_logit_softcapping=None,
        attention_bias=False, sliding_window=16,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"],
        rope_parameters=dict(full_attention=dict(rope_type="linear", rope_theta=1e6, factor=4.0),
                             sliding_attention=dict(rope_type="default", rope_theta=1e4)),
        tie_word_embeddings=True, pad_token_id=0),
    # No norm before attention and MLP, one after each; norms over q and k of all heads together.
    "olmo2": DECODER | OLDER | dict(
        model_type="olmo2", architectures=["Olmo2ForCausalLM"], torch_dtype="float16", hidden_act="silu",
        rms_norm_eps=1e-6, rope_theta=5e5, rope_scaling=None, attention_bias=False, tie_word_embeddings=False),
    # The middle layer does not rotate.
    "smollm3": DECODER | NEWER | dict(
        model_type="smollm3", architectures=["SmolLM3ForCausalLM"], dtype="bfloat16", num_hidden_layers=3,
        hidden_act="silu", rms_norm_eps=1e-6, rope_parameters=dict(rope_type="default", rope_theta=5e6),
        attention_bias=False, mlp_bias=False, no_rope_layers=[1, 0, 1], no_rope_layer_interval=2,
        layer_types=["full_attention"] * 3, sliding_window=None, use_sliding_window=False, pad_token_id=2,
        tie_word_embeddings=True),
    "phi3": DECODER | OLDER | dict(
        model_type="phi3", architectures=["Phi3ForCausalLM"], torch_dtype="bfloat16", hidden_act="silu",
        rms_norm_eps=1e-5, rope_theta=1e4, rope_scaling=None, original_max_position_embeddings=96,
        sliding_window=16, resid_pdrop=0.0, embd_pdrop=0.0, pad_token_id=2, tie_word_embeddings=False,
        attention_bias=False),
    # Sequences of up to 20 positions use the short factors, longer ones the long factors; 6 of 8 dimensions rotate.
    "phi3-longrope": DECODER | NEWER | dict(
        model_type="phi3", architectures=["Phi3ForCausalLM"], dtype="bfloat16", hidden_act="silu",
        rms_norm_eps=1e-5, original_max_position_embeddings=20, partial_rotary_factor=0.75, sliding_window=None,
        rope_parameters=dict(rope_type="longrope", rope_theta=1e4, partial_rotary_factor=0.75,
                             original_max_position_embeddings=20, short_factor=[1.0, 1.1, 1.3],
                             long_factor=[1.2, 3.0, 6.0]),
        resid_pdrop=0.0, embd_pdrop=0.0, pad_token_id=2, tie_word_embeddings=True, attention_bias=False),
    "stablelm": DECODER | OLDER | dict(
        model_type="stablelm", architectures=["StableLmForCausalLM"], torch_dtype="bfloat16", hidden_act="silu",
        layer_norm_eps=1e-5, rope_theta=1e4, partial_rotary_factor=0.5, use_qkv_bias=True, qk_layernorm=False,
        use_parallel_residual=False, hidden_dropout=0.0, tie_word_embeddings=False),
    # One layer norm for attention and MLP side by side; a layer norm without bias for each head's q and k.
    "stablelm-parallel": DECODER | NEWER | dict(
        model_type="stablelm", architectures=["StableLmForCausalLM"], dtype="bfloat16", hidden_act="silu",
        layer_norm_eps=1e-5, rope_parameters=dict(rope_type="default", rope_theta=1e4, partial_rotary_factor=0.25),
        use_qkv_bias=False, qk_layernorm=True, use_parallel_residual=True, hidden_dropout=0.0,
        tie_word_embeddings=False),
    "gpt2": OLDER | dict(
        model_type="gpt2", architectures=["GPT2LMHeadModel"], torch_dtype="float16", vocab_size=64,
        activation_function="gelu_new", n_embd=32, n_layer=2, n_head=4, n_positions=96, n_ctx=96, n_inner=48,
        layer_norm_epsilon=1e-5, attn_pdrop=0.1, embd_pdrop=0.1, resid_pdrop=0.1, initializer_range=0.02,
        bos_token_id=1, eos_token_id=2),
    # The layer's number divides its attention logits; the MLP is four times as wide, as nothing says otherwise.
    "gpt2-scaled": NEWER | dict(
        model_type="gpt2", architectures=["GPT2LMHeadModel"], dtype="bfloat16", vocab_size=64,
        activation_function="gelu_new", n_embd=32, n_layer=2, n_head=4, n_positions=96, n_inner=None,
        layer_norm_epsilon=1e-5, scale_attn_weights=True, scale_attn_by_inverse_layer_idx=True,
        reorder_and_upcast_attn=False, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2),
    "gpt_neox": OLDER | SMALL | dict(
        model_type="gpt_neox", architectures=["GPTNeoXForCausalLM"], torch_dtype="float16", hidden_size=32,
        intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=96,
        hidden_act="gelu", layer_norm_eps=1e-5, rotary_pct=0.25, rotary_emb_base=10000,
        use_parallel_residual=True, tie_word_embeddings=False),
    "gpt_neox-sequential": NEWER | SMALL | dict(
        model_type="gpt_neox", architectures=["GPTNeoXForCausalLM"], dtype="bfloat16", hidden_size=32,
        intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=96,
        hidden_act="gelu", layer_norm_eps=1e-5, attention_bias=True, use_parallel_residual=False,
        rope_parameters=dict(rope_type="default", rope_theta=10000, partial_rotary_factor=0.5),
        tie_word_embeddings=False),
    "phi": DECODER | OLDER | dict(
        model_type="phi", architectures=["PhiForCausalLM"], torch_dtype="float16", intermediate_size=48,
        num_key_value_heads=None, hidden_act="gelu_new", layer_norm_eps=1e-5, rope_theta=1e4, rope_scaling=None,
        partial_rotary_factor=0.5, qk_layernorm=False, resid_pdrop=0.0, embd_pdrop=0.0, tie_word_embeddings=False),
    "opt": OLDER | dict(
        model_type="opt", architectures=["OPTForCausalLM"], torch_dtype="float16", vocab_size=64, hidden_size=32,
        ffn_dim=48, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=96,
        activation_function="relu", do_layer_norm_before=True, _remove_final_layer_norm=False,
        word_embed_proj_dim=32, dropout=0.1, attention_dropout=0.0, layerdrop=0.0, init_std=0.02, use_cache=True,
        prefix="</s>", bos_token_id=2, eos_token_id=2, pad_token_id=1),
    # Wavelengths of 6 to 2000 positions: one stays, one is between, the others grow eightfold.
    "llama-llama3": llama(torch_dtype="bfloat16", rope_theta=1e4, **OLDER, rope_scaling=dict(
        rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=32)),
    "llama-linear": llama(torch_dtype="bfloat16", rope_theta=1e4, **OLDER,
                          rope_scaling=dict(type="linear", factor=4.0)),
    # Sequences longer than 16 positions turn slower, each by its own length.
    "llama-dynamic": llama(dtype="bfloat16", **NEWER, max_position_embeddings=16, rope_parameters=dict(
        rope_type="dynamic", rope_theta=1e4, factor=2.0)),
    # Of 8 frequencies the first two stay, the third is halfway, the others slow down fourfold.
    "llama-yarn": llama(dtype="bfloat16", **NEWER, max_position_embeddings=256, rope_parameters=dict(
        rope_type="yarn", rope_theta=500.0, factor=4.0, original_max_position_embeddings=64, beta_fast=4.0)),
}


# The same model as CONFIGS["gemma3"] before transformers 5.
OLDER_GEMMA3 = {key: value for key, value in CONFIGS["gemma3"].items()
                if key not in ("dtype", "rope_parameters", "layer_types", "transformers_version")} | OLDER | dict(
    torch_dtype="bfloat16", sliding_window_pattern=2, rope_theta=1e6, rope_local_base_freq=1e4,
    rope_scaling=dict(rope_type="linear", factor=4.0))
