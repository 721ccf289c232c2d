"""What each key of a config.json does in transformers: Tests/TransformersTests/Fixtures/config-keys.json.

`keys`: by model type, each key that the configuration class of transformers 5 or of 4.57 has, with its default.
`others`: the other model types with a causal language model.
`ids`, `lengths`, `supervised`: the sequences of `references.sequences(11)`, end to end.
`changes`: for a tiny model of each family, the mean loss of their supervised tokens after a key of its config.json was
changed or taken away, where transformers computes one with the tensors that the files have.

    pip download --no-deps 'transformers==4.57.*' -d OLDER && unzip -d OLDER OLDER/*.whl
    python make_config_keys.py OLDER
"""
import ast
import copy
import dataclasses
import json
import pathlib
import shutil
import sys
import tempfile

import torch
import transformers
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
from references import next_token_losses, sequences

transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
torch.set_num_threads(1)
HERE = pathlib.Path(__file__).parent
OUT = HERE.parents[1] / "Tests/TransformersTests/Fixtures/config-keys.json"
FAMILIES = ["llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3_text", "gpt2", "gpt_neox", "opt", "phi", "phi3", "olmo2",
            "smollm3", "stablelm"]
# Another value for keys whose type does not tell one.
OTHERS = dict(
    hidden_act=["gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python", "quick_gelu", "swish", "relu", "relu2",
                "tanh", "linear", "mish", "gelu_10", "gelu_accurate", "relu6", "sigmoid", "leaky_relu", "laplace"],
    rope_theta=[500, 2000000.0], rotary_emb_base=[500], rotary_pct=[0.5, 1.0], partial_rotary_factor=[0.5, 1.0],
    rope_local_base_freq=[500.0], sliding_window=[None, 4], max_window_layers=[0, 2], use_sliding_window=[True, False],
    layer_types=[["full_attention"] * 2, ["sliding_attention"] * 2, ["full_attention"] * 3, ["sliding_attention"] * 3,
                 ["chunked_attention"] * 2],
    no_rope_layers=[[1, 1, 1], [0, 0, 0], [1, 1, 0]], no_rope_layer_interval=[1, 2],
    sliding_window_pattern=[1, 2, 3], head_dim=[None], original_max_position_embeddings=[8, 20, 4096],
    attn_logit_softcapping=[None, 0.5], final_logit_softcapping=[None, 0.5], query_pre_attn_scalar=[4],
    max_position_embeddings=[16, 4096], n_positions=[16], rms_norm_eps=[0.5], layer_norm_eps=[0.5], layer_norm_epsilon=[0.5],
    pretraining_tp=[2], attention_dropout=[0.5], hidden_dropout=[0.5], resid_pdrop=[0.5], embd_pdrop=[0.5], attn_pdrop=[0.5],
    dtype=["float16"], torch_dtype=["float16"], tie_word_embeddings=[True, False],
    use_bidirectional_attention=[True], scale_attn_weights=[False], scale_attn_by_inverse_layer_idx=[True],
    reorder_and_upcast_attn=[True], do_layer_norm_before=[False], _remove_final_layer_norm=[True],
    layer_norm_elementwise_affine=[False], enable_bias=[False], use_parallel_residual=[True, False],
    qk_layernorm=[True, False], use_qkv_bias=[True, False], attention_bias=[True, False], mlp_bias=[True, False],
    add_cross_attention=[True], is_decoder=[True], is_encoder_decoder=[True], chunk_size_feed_forward=[4],
    n_inner=[None], n_ctx=[16], rope_scaling=[dict(type="linear", factor=2.0)], rope_type=["linear"],
    use_cache=[False], output_attentions=[True], torchscript=[True], pad_token_id=[0, None, 3], bos_token_id=[5],
    eos_token_id=[5, [5, 6]], layerdrop=[0.5], dropout=[0.5], initializer_range=[0.1],
    final_logit_softcap=[0.5], logit_scale=[2.0], logits_scaling=[2.0], residual_multiplier=[0.5],
    embedding_multiplier=[2.0], attention_multiplier=[0.5], clip_qkv=[0.01], scale_emb=[2.0], use_qk_norm=[True],
    attn_scale=[2.0], default_theta=[500.0], word_embed_proj_dim=[16], attn_temperature_tuning=[True], embedding_size=[16],
    activation_function=["gelu", "relu", "silu", "gelu_python"], hidden_activation=["gelu", "silu", "gelu_new"],
    quantization_config=[dict(quant_method="bitsandbytes", load_in_8bit=True)], problem_type=["regression"],
    n_embd=[None], hidden_size=[64])
# Keys that no family reads, and the names of activations, are tried in a few families alone.
EVERYWHERE = """hidden_act rope_theta rotary_emb_base rotary_pct partial_rotary_factor rope_local_base_freq sliding_window
    max_window_layers use_sliding_window layer_types no_rope_layers no_rope_layer_interval sliding_window_pattern head_dim
    original_max_position_embeddings attn_logit_softcapping final_logit_softcapping query_pre_attn_scalar
    max_position_embeddings n_positions rms_norm_eps layer_norm_eps layer_norm_epsilon tie_word_embeddings
    use_bidirectional_attention scale_attn_weights scale_attn_by_inverse_layer_idx use_parallel_residual qk_layernorm
    use_qkv_bias attention_bias mlp_bias rope_scaling activation_function hidden_activation n_inner eos_token_id""".split()
SOME = ("mistral", "gpt2", "opt", "gemma3", "gpt_neox")
LONG = [1.0 + i for i in range(8)]
# Rotations, for the families that rotate: of all types and with all their keys.
ROTATIONS = [
    dict(rope_type="default", rope_theta=500.0), dict(rope_type="default"), dict(type="default", rope_theta=500.0),
    dict(rope_type="linear", factor=2.0), dict(type="linear", factor=2.0, rope_theta=500.0),
    dict(rope_type="linear", factor=2.0, attention_factor=0.5), dict(rope_type="linear", factor=2.0, mscale=0.5),
    dict(rope_type="dynamic", factor=2.0), dict(rope_type="dynamic", factor=2.0, original_max_position_embeddings=16),
    dict(rope_type="dynamic", factor=2.0, alpha=1000.0),
    dict(rope_type="default", partial_rotary_factor=0.5), dict(rope_type="default", factor=2.0),
    dict(rope_type="yarn", factor=4.0), dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32),
    dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32, mscale=1.0, mscale_all_dim=1.0),
    dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32, mscale=0.707, mscale_all_dim=1.5),
    dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32, mscale=0.5),
    dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32, mscale_all_dim=0.5),
    dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32, mscale=0.0, mscale_all_dim=2.0),
    dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32, attention_factor=0.5, mscale=1.0, mscale_all_dim=2.0),
    dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32, beta_fast=4.0, beta_slow=2.0),
    dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32, beta_fast=None, beta_slow=None),
    dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32, truncate=False),
    dict(rope_type="yarn", factor=None, original_max_position_embeddings=32),
    dict(rope_type="yarn", factor=0.5, original_max_position_embeddings=32),
    dict(type="yarn", factor=4.0, original_max_position_embeddings=32, finetuned=True, extrapolation_factor=1.0),
    dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32),
    dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0),
    dict(rope_type="longrope", short_factor=LONG, long_factor=LONG[::-1], original_max_position_embeddings=20),
    dict(rope_type="longrope", short_factor=LONG, long_factor=LONG[::-1], original_max_position_embeddings=20, factor=4.0),
    dict(rope_type="longrope", short_factor=LONG, long_factor=LONG[::-1], original_max_position_embeddings=20,
         attention_factor=0.5),
    dict(rope_type="longrope", short_factor=LONG, long_factor=LONG[::-1], original_max_position_embeddings=20,
         short_mscale=1.2, long_mscale=1.3),
    dict(type="su", short_factor=LONG, long_factor=LONG[::-1], original_max_position_embeddings=20),
    dict(rope_type="proportional", factor=2.0), dict(rope_type="mrope", mrope_section=[2, 1, 1]),
    dict(type="mrope", mrope_section=[2, 1, 1]), dict(rope_type="default", mrope_section=[2, 1, 1]),
    dict(rope_type="ntk", factor=2.0),
]


def newer_keys(kind):
    made = transformers.CONFIG_MAPPING[kind]
    names = {field.name: field.default for field in dataclasses.fields(made)}
    names |= {key: value for key, value in made().to_dict().items() if key not in names}
    return {name: plain(value) for name, value in names.items()}


def older_keys(folder, kind):
    """The parameters of the class with this model type, and what its parent takes off the others, as the source says."""
    parent = ast.parse((folder / "transformers/configuration_utils.py").read_text())
    keys = {}
    for call in ast.walk(parent):
        if (isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "pop" and getattr(call.func.value, "id", "") == "kwargs"
                and isinstance(call.args[0], ast.Constant) and len(call.args) > 1):
            keys[call.args[0].value] = literal(call.args[1])
    package = kind.removesuffix("_text")
    source = ast.parse((folder / f"transformers/models/{package}/configuration_{package}.py").read_text())
    for cls in source.body:
        if isinstance(cls, ast.ClassDef) and any(
                isinstance(line, ast.Assign) and line.targets[0].id == "model_type" and literal(line.value) == kind
                for line in cls.body if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)):
            start = next(line for line in cls.body if getattr(line, "name", "") == "__init__").args
            names = [argument.arg for argument in start.args[1:]]
            keys |= dict(zip(names[len(names) - len(start.defaults):], map(literal, start.defaults)))
    return keys


def literal(node):
    try:
        return plain(ast.literal_eval(node))
    except ValueError:
        return None


def plain(value):
    return value if isinstance(value, (int, float, str, bool, list, type(None))) else None


def loss(folder):
    """The mean loss of the model in a folder; why there is none."""
    try:
        model, info = transformers.AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
        if info["missing_keys"] or info["unexpected_keys"] or info["mismatched_keys"]:
            return dict(reshaped=True)
        model.eval()
        with torch.no_grad():  # each by a model of its own, for a rotation that grows keeps what it grew to
            losses = torch.cat([next_token_losses(copy.deepcopy(model), ids, supervised)[1]
                                for ids, supervised in sequences(11)])
    except RuntimeError as error:
        return dict(reshaped=True) if "size mismatch" in str(error) else dict(refused=type(error).__name__)
    except Exception as error:
        return dict(refused=type(error).__name__)
    value = losses.mean().item()
    return dict(nll=round(value, 6)) if value == value else dict(refused="NaN")


def changes(folder, keys):
    config = json.loads((folder / "config.json").read_text())
    rotates = folder.name in ("mistral", "qwen3", "gemma3", "phi3", "phi3-longrope", "gpt_neox", "stablelm", "llama-yarn")
    wanted = [dict(set={}, unset=[])]
    wanted += [dict(set={}, unset=[key]) for key in config if key != "model_type"]
    for key in sorted(set(config) | set(keys) | set(OTHERS)):
        for value in OTHERS.get(key, []):
            is_tried = folder.name in SOME or (key in EVERYWHERE and (key != "hidden_act" or value in ("gelu", "relu")))
            if config.get(key, ...) != value and is_tried:
                wanted.append(dict(set={key: value}, unset=[]))
    if rotates:
        for rotation in ROTATIONS:
            for place, other in [("rope_scaling", "rope_parameters"), ("rope_parameters", "rope_scaling")]:
                wanted.append(dict(set={place: rotation}, unset=[other] if other in config else []))
            if config["model_type"] == "gemma3_text":
                wanted.append(dict(set=dict(rope_parameters=dict(full_attention=rotation, sliding_attention=dict(
                    rope_type="default", rope_theta=500.0))), unset=[]))
    with tempfile.TemporaryDirectory() as place:
        copy = pathlib.Path(place)
        shutil.copy(folder / "model.safetensors", copy)
        for change in wanted:
            changed = {key: value for key, value in (config | change["set"]).items() if key not in change["unset"]}
            (copy / "config.json").write_text(json.dumps(changed))
            change |= loss(copy)
    return [change for change in wanted if "nll" in change]


older = pathlib.Path(sys.argv[1])
keys = {kind: {key: dict(default=value) for key, value in (older_keys(older, kind) | newer_keys(kind)).items()}
        for kind in FAMILIES}
keys = {kind: {key: value["default"] for key, value in sorted(values.items())} for kind, values in keys.items()}
made = {}
for folder in sorted((HERE / "families").iterdir()):
    kind = json.loads((folder / "config.json").read_text())["model_type"]
    made[folder.name] = changes(folder, keys[kind])
    print(folder.name, len(made[folder.name]), file=sys.stderr, flush=True)
others = sorted(set(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES) - set(FAMILIES))
lines = ",\n".join(f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(change) for change in of) + "]" for name, of in made.items())
OUT.parent.mkdir(exist_ok=True)
tokens = [(ids.tolist(), supervised.int().tolist()) for ids, supervised in sequences(11)]
OUT.write_text("{" + f'"ids": {json.dumps(sum((ids for ids, _ in tokens), []))},\n'
               f'"lengths": {json.dumps([len(ids) for ids, _ in tokens])},\n'
               f'"supervised": {json.dumps(sum((marks for _, marks in tokens), []))},\n'
               f'"keys": {json.dumps(keys)},\n"others": {json.dumps(others)},\n"changes": {{{lines}}}' + "}\n")
