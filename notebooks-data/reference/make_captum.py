"""Makes captum/: what Captum, an independent implementation of attribution methods, says about the heads of tiny models.

    python make_captum.py       (torch, transformers, captum 0.9, safetensors; a few seconds)

F is the mean loss of an example's supervised tokens, as a function of gates on the heads' outputs (1: as the model is,
0: the head is off). All of it in float64; README.md names the values.
"""
import pathlib

import torch
import transformers
from captum.attr import (FeatureAblation, InputXGradient, IntegratedGradients, LayerFeatureAblation,
                         LayerGradientXActivation)
from safetensors.torch import load_file, save_file

import references
from references import relative

FOLDER = pathlib.Path(__file__).parent
MODELS = ["tiny-llama/gqa-tied", "tiny-llama/untied-bias", "families/gpt2", "families/gemma2"]
POINTS = 20


class LossByGates:
    """F of one example, for many settings of one layer's gates: [setting, head] → [setting]."""

    def __init__(self, model, ids, supervised, layer):
        self.model, self.ids, self.supervised = model, ids, supervised
        self.projection = references.output_projections(model)[layer]

    def __call__(self, gates):
        def gated(_, inputs):
            return ((inputs[0].unflatten(-1, (gates.shape[1], -1)) * gates[:, None, :, None]).flatten(-2),)

        hook = self.projection.register_forward_pre_hook(gated)
        try:
            return losses(self.model, self.ids.expand(len(gates), -1), self.supervised)
        finally:
            hook.remove()


def losses(model, ids, supervised):
    """The mean loss of the supervised tokens of each row: [row, token] → [row]."""
    targets = supervised.nonzero()[:, 0]
    logits = model(ids, use_cache=False).logits[:, targets - 1].log_softmax(-1)
    return -logits.gather(-1, ids[:, targets, None])[..., 0].mean(1)


def by_gates(model, ids, supervised, layer, heads):
    """Gate gradient, gate IG and zero ablation of all heads of a layer [head], and F with the layer's heads on less F
    with all of them off."""
    loss = LossByGates(model, ids, supervised, layer)
    ones = torch.ones(1, heads, dtype=torch.float64, requires_grad=True)
    gradient = InputXGradient(loss).attribute(ones)[0]
    path = IntegratedGradients(loss).attribute(ones, baselines=0, n_steps=POINTS, method="riemann_middle")
    off = -FeatureAblation(loss).attribute(ones, baselines=0)[0]
    change = loss(ones) - loss(torch.zeros_like(ones))
    return gradient.detach(), path[0].detach(), off.detach(), change[0].detach()


def by_layer(model, ids, supervised, layer, heads, mean):
    """Σ z·∂F/∂z and mean ablation of each head, at the input of the output projection: [head] each."""
    projection = references.output_projections(model)[layer]
    forward = lambda ids: losses(model, ids, supervised)
    product = LayerGradientXActivation(forward, projection).attribute(ids[None], attribute_to_layer_input=True)
    product = product[0] if isinstance(product, tuple) else product
    width = product.shape[-1] // heads
    groups = torch.arange(heads).repeat_interleave(width).expand(1, len(ids), -1)
    off = LayerFeatureAblation(forward, projection).attribute(
        ids[None], layer_baselines=mean.expand(1, len(ids), -1), layer_mask=groups, attribute_to_layer_input=True)
    off = off[0] if isinstance(off, tuple) else off
    first = off.squeeze(0)[0].unflatten(-1, (heads, width))
    assert (first == first[:, :1]).all(), "all numbers of a group have the group's value"
    return product.squeeze(0).unflatten(-1, (heads, width)).sum((0, 2)).detach(), -first[:, 0].detach()


def head_means(model, examples):
    """The mean output of each layer's heads over all positions of all examples: [layer, head · dHead]."""
    kept = [[] for _ in references.output_projections(model)]
    hooks = [projection.register_forward_pre_hook(lambda _, inputs, layer=layer: kept[layer].append(inputs[0][0]))
             for layer, projection in enumerate(references.output_projections(model))]
    with torch.no_grad():
        for ids, _ in examples:
            model(ids[None], use_cache=False)
    [hook.remove() for hook in hooks]
    return torch.stack([torch.cat(rows).mean(0) for rows in kept])


def make(name):
    model = transformers.AutoModelForCausalLM.from_pretrained(
        FOLDER / name, dtype=torch.float32, attn_implementation="eager").eval()
    known = load_file(FOLDER / name / "reference.safetensors")
    ids, marks = (torch.split(known[key].long(), known["lengths"].tolist()) for key in ("input_ids", "supervised"))
    examples = list(zip(ids, [m.bool() for m in marks]))
    layers, heads = model.config.num_hidden_layers, model.config.num_attention_heads
    rows = {key: [] for key in ("gate_gradient", "gate_ig", "zero_ablation", "layer_change", "mean_ablation")}
    with references.in_float64(model) as exact:
        means = head_means(exact, examples)
        for example in examples:
            found = [by_gates(exact, *example, layer, heads) for layer in range(layers)]
            other = [by_layer(exact, *example, layer, heads, means[layer]) for layer in range(layers)]
            for key, values in zip(rows, (*zip(*found), [o[1] for o in other])):
                rows[key].append(torch.stack(list(values)))
            assert relative(torch.stack([o[0] for o in other]), rows["gate_gradient"][-1]) < 1e-10
    values = {key: torch.stack(value).float() for key, value in rows.items()}
    error = (values["gate_ig"].sum(2) - values["layer_change"]).abs().mean(0) / values["layer_change"].abs().mean(0)
    print(f"{name}: gate gradient against signed_example_mean_float64",
          f"{relative(values['gate_gradient'], known['signed_example_mean_float64']):.1e};",
          f"completeness error of gate IG, each layer: {[f'{e:.1e}' for e in error.tolist()]}")
    path = FOLDER / "captum" / f"{name.split('/')[1]}.safetensors"
    path.parent.mkdir(exist_ok=True)
    save_file(values | {"head_mean": means.float()}, path)


def main():
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(1)
    for name in MODELS:
        make(name)


main()
