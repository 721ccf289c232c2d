"""Where a model of transformers has its heads: the inputs of the projections that mix them."""

from __future__ import annotations

import re
from typing import Any

import torch

#: ``…layers.3.self_attn.o_proj`` (Llama and most), ``h.3.attn.c_proj`` (GPT-2), ``layers.3.attention.dense`` (GPT-NeoX),
#: ``layers.3.self_attn.out_proj`` (OPT), ``layers.3.self_attn.dense`` (Phi).
OUTPUT_PROJECTION = re.compile(r"(?:^|\.)(\d+)\.\w*(?:attn|attention)\.(?:o_proj|c_proj|out_proj|dense)$")


def causal_model(model: Any) -> Any:
    """The causal language model inside wrappers of PEFT, DDP and torch.compile."""
    while True:
        if hasattr(model, "_orig_mod"):
            model = model._orig_mod
        elif type(model).__name__ in ("DistributedDataParallel", "DataParallel"):
            model = model.module
        elif hasattr(model, "peft_config") and hasattr(model, "get_base_model"):
            if any(config.is_prompt_learning for config in model.peft_config.values()):
                raise ValueError("The adapter learns a prompt, which adds positions; heads are scored of LoRA and full models.")
            model = model.get_base_model()
        else:
            break
    if "FullyShardedDataParallel" in type(model).__name__ or any(
        type(parameter).__name__ == "DTensor" or hasattr(parameter, "ds_id") for parameter in model.parameters()
    ):
        raise ValueError(
            "The model's weights are sharded (FSDP or ZeRO-3), which is not supported; train with DDP, or measure the "
            "saved model with `sft-probe attribute`."
        )
    return model


def output_projections(model: Any) -> list[Any]:
    """The projection of each layer whose input is the outputs of all heads, side by side."""
    found: dict[int, Any] = {}
    for name, module in model.named_modules():
        if match := OUTPUT_PROJECTION.search(name):
            if int(match[1]) in found:
                raise ValueError(f"{type(model).__name__} has two attentions in layer {match[1]}; give a decoder of text.")
            found[int(match[1])] = module
    if not found or sorted(found) != list(range(len(found))):
        layers = ", ".join(map(str, sorted(found))) or "none"
        raise ValueError(
            f"{type(model).__name__}: the projections after attention (o_proj, c_proj, out_proj or dense) were found in the "
            f"layers {layers}; a decoder with attention in every layer is needed."
        )
    return [found[layer] for layer in sorted(found)]


def head_count(model: Any) -> int:
    """The number of query heads of a layer."""
    return int(model.config.get_text_config().num_attention_heads)


def by_head(product: torch.Tensor, heads: int) -> torch.Tensor:
    """Sums over each head's width: [..., heads · width] → [..., heads], in float32."""
    return product.float().reshape(*product.shape[:-1], heads, product.shape[-1] // heads).sum(-1)
