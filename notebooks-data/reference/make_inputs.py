"""Makes inputs.safetensors and input-sequences.safetensors in Tests/TransformersTests/Fixtures: what transformers computes of every tiny model where
vectors enter in place of tokens (`inputs_embeds`), where attention is bidirectional over a part, and where a pass starts
at a layer from given states.

    python make_inputs.py        (torch, transformers, safetensors; a minute)

Names, after the model's folder and a slash:

| name | |
|---|---|
| `vectors` | f32 [7, dModel]: four before the first sequence, three in place of positions 5 to 7 of the second |
| `causal.token_nll`, `masked.token_nll` | f32 [s]: the losses of supervised tokens |
| `causal.gates`, `masked.gates` | f32 [sequence, layer, head]: ∂L/∂ξ, L the mean loss of a sequence's tokens |
| `causal.gradient`, `masked.gradient` | f32 [7, dModel]: ∂(sum of all losses)/∂vectors |
| `states`, `states.token_nll`, `states.gradient` | f32 [position, dModel]: what enters layer 1 of the second sequence, the losses, and ∂(sum of losses)/∂states |

`masked`: the first sequence is bidirectional over its positions 0 to 9, the second over all, the third causal. A window
of w positions shows keys at a distance below w, to both sides.
"""
import pathlib

import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import save_file

import references
from make_families import read_folder

HERE = pathlib.Path(__file__).parent
OUTPUT = HERE.parents[1] / "Tests/TransformersTests/Fixtures/inputs.safetensors"
RANGES = [(0, 10), (0, 17), (0, 0)]


class Masked:
    """Within `with`, attention is causal, and bidirectional over a range; windows look to both sides."""

    def __init__(self, model, start, end):
        self.code, self.range = references.code_of(model), (start, end)

    def __enter__(self):
        self.eager = self.code.eager_attention_forward
        self.code.eager_attention_forward = self.forward

    def __exit__(self, *_):
        self.code.eager_attention_forward = self.eager

    def forward(self, module, query, key, value, attention_mask, *arguments, **keywords):
        position, (start, end) = torch.arange(query.shape[-2]), self.range
        inside = (start <= position) & (position < end)
        visible = (position[:, None] >= position) | (inside[:, None] & inside)
        if (window := keywords.get("sliding_window")) is not None:
            visible &= (position[:, None] - position).abs() < window
        mask = torch.zeros(visible.shape).masked_fill(~visible, torch.finfo(torch.float32).min)
        return self.eager(module, query, key, value, mask[None, None], *arguments, **keywords)


def gated(model, forward):
    """What `forward` computes with a gate on each head's output, and the gates."""
    config = model.config
    gates = torch.ones(config.num_hidden_layers, config.num_attention_heads, requires_grad=True)
    hooks = [projection.register_forward_pre_hook(
        lambda _, inputs, layer=layer: ((inputs[0].unflatten(-1, (config.num_attention_heads, -1))
                                         * gates[layer][:, None]).flatten(-2),))
        for layer, projection in enumerate(references.output_projections(model))]
    result = forward()
    [hook.remove() for hook in hooks]
    return result, gates


def losses(model, embeddings, ids, supervised):
    logits = model(inputs_embeds=embeddings[None], use_cache=False).logits[0]
    targets = supervised.nonzero()[:, 0]
    return F.cross_entropy(logits[targets - 1], ids[targets], reduction="none")


def inputs(model, sequences, vectors):
    """The embeddings of each sequence, its ids and its marks; four positions are before the first sequence."""
    (a, marks_a), (b, marks_b), (c, marks_c) = sequences
    embed = model.get_input_embeddings()
    before = torch.zeros(4, dtype=torch.long)
    first = torch.cat([vectors[:4], embed(a)])
    second = torch.cat([embed(b[:5]), vectors[4:], embed(b[8:])])
    return [(first, torch.cat([before, a]), torch.cat([before.bool(), marks_a])), (second, b, marks_b),
            (embed(c), c, marks_c)]


def case(model, sequences, vectors, ranges):
    vectors = vectors.clone().requires_grad_()
    all_losses, all_gates = [], []
    for (embeddings, ids, marks), (start, end) in zip(inputs(model, sequences, vectors), ranges):
        with Masked(model, start, end):
            found, gates = gated(model, lambda: losses(model, embeddings, ids, marks))
        all_gates.append(torch.autograd.grad(found.mean(), gates, retain_graph=True)[0])
        all_losses.append(found)
    nll = torch.cat(all_losses)
    return {"token_nll": nll.detach(), "gates": torch.stack(all_gates),
            "gradient": torch.autograd.grad(nll.sum(), vectors)[0]}


def layers_of(model):
    return next(module for module in model.modules() if isinstance(module, torch.nn.ModuleList))


def from_states(model, ids, marks, states):
    states = states.clone().requires_grad_()
    hook = layers_of(model)[1].register_forward_pre_hook(
        lambda _, inputs, keywords: ((states[None],) + inputs[1:], keywords) if inputs
        else (inputs, keywords | {"hidden_states": states[None]}), with_kwargs=True)
    nll = references.next_token_losses(model, ids, marks)[1]
    hook.remove()
    return {"": states.detach(), ".token_nll": nll.detach(), ".gradient": torch.autograd.grad(nll.sum(), states)[0]}


def values_of(folder):
    model = read_folder(folder)
    sequences = [references.sequences(100)[i] for i in (2, 3, 1)]
    generator = torch.Generator().manual_seed(5)
    vectors = torch.randn(7, model.config.hidden_size, generator=generator) * 0.5
    causal = case(model, sequences, vectors, [(0, 0)] * 3)
    plain = torch.cat([losses(model, *one) for one in inputs(model, sequences, vectors)])
    assert torch.allclose(plain, causal["token_nll"], rtol=1e-6), "masks of ours must be those of transformers"
    masked = case(model, sequences, vectors, RANGES)
    states = torch.randn(17, model.config.hidden_size, generator=generator)
    return ({"vectors": vectors} | {f"causal.{k}": v for k, v in causal.items()}
            | {f"masked.{k}": v for k, v in masked.items()}
            | {f"states{k}": v for k, v in from_states(model, *sequences[1], states).items()})


def main():
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    folders = sorted((HERE / "families").iterdir()) + [HERE / "tiny-llama" / n for n in ("gqa-tied", "untied-bias")]
    values = {}
    for folder in folders:
        found = values_of(folder)
        difference = references.relative(found["masked.token_nll"], found["causal.token_nll"])
        print(f"{folder.name}: masks change losses by {difference:.2f} of the largest")
        values |= {f"{folder.name}/{key}": value.contiguous() for key, value in found.items()}
    save_file(values, OUTPUT)
    sequences = [references.sequences(100)[i] for i in (2, 3, 1)]
    ids, marks = (torch.cat([pair[i] for pair in sequences]).int() for i in (0, 1))
    lengths = torch.tensor([len(ids) for ids, _ in sequences]).int()
    save_file({"input_ids": ids, "supervised": marks, "lengths": lengths},
              OUTPUT.with_name("input-sequences.safetensors"))
    print(f"{OUTPUT.name}: {OUTPUT.stat().st_size // 1000} kB")


main()
