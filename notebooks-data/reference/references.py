"""What every fixture needs from the reference implementation (transformers, eager attention).

A fixture holds sequences end to end: `input_ids` [token], `lengths` [example] and `supervised` [token], where
`supervised[t]` says that the loss counts the prediction of token t from the tokens before it.
"""
import contextlib
import copy
import pathlib
import sys

import torch
import torch.nn.functional as F
import transformers
from tokenizers import pre_tokenizers
from transformers import modeling_rope_utils


def read_model(path, dtype=torch.float32, attention="eager"):
    """A model and its tokenizer, from a folder in Hugging Face layout or a GGUF file.

    A GGUF that says `smollm` splits off every digit and then splits as GPT-2 does; transformers reads the second half
    only, which cuts spaces before digits differently, so the first is put back.
    """
    path = pathlib.Path(path)
    source = (dict(pretrained_model_name_or_path=path.parent, gguf_file=path.name) if path.suffix == ".gguf"
              else dict(pretrained_model_name_or_path=path))
    model = transformers.AutoModelForCausalLM.from_pretrained(**source, dtype=dtype, attn_implementation=attention)
    tokenizer = transformers.AutoTokenizer.from_pretrained(**source)
    if path.suffix == ".gguf":
        with open(path, "rb") as file:
            assert b"tokenizer.ggml.pre" + (8).to_bytes(4, "little") + (6).to_bytes(8, "little") + b"smollm" in file.read(
                1 << 25), f"{path.name}: only the pre-tokenizer smollm is known to be read right"
        tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    return model.eval(), tokenizer


def sequences(seed):
    """Five sequences of random ids: the shortest possible, a prompt of one token, an answer in two pieces, an
    ordinary one, and one longer than a block of 64 positions."""
    generator = torch.Generator().manual_seed(seed)
    spans = [(2, [(1, 2)]), (9, [(1, 9)]), (23, [(6, 10), (15, 23)]), (17, [(11, 17)]), (75, [(50, 75)])]
    made = []
    for length, answers in spans:
        supervised = torch.zeros(length, dtype=torch.bool)
        for start, end in answers:
            supervised[start:end] = True
        made.append((torch.randint(3, 64, (length,), generator=generator), supervised))
    return made


def next_token_losses(model, ids, supervised, **forward):
    """Logits [s, vocab] that predict the supervised tokens of one sequence, and their losses [s] in nats."""
    logits = model(ids[None], use_cache=False, **forward).logits[0]
    targets = supervised.nonzero()[:, 0]
    logits = logits[targets - 1]
    return logits, F.cross_entropy(logits, ids[targets], reduction="none")


def code_of(model):
    """The module of transformers that a model's family is written in."""
    return sys.modules[type(model).__module__]


@contextlib.contextmanager
def in_float64(model):
    """A copy of a model that computes in float64 throughout: within `with`, norm, softmax and rotary angles too, which
    the model's code otherwise does in float32 whatever the weights are. So `float()` means float64 there."""
    class Torch:
        float = float32 = torch.float64
        __getattr__ = staticmethod(lambda name: getattr(torch, name))

    files, to_float32 = (code_of(model), modeling_rope_utils), torch.Tensor.float
    for file in files:
        file.torch = Torch()
    torch.Tensor.float = torch.Tensor.double
    try:
        exact = copy.deepcopy(model).double()
        for name, module in list(exact.named_modules()):
            if type(module).__name__.endswith("RotaryEmbedding"):
                exact.set_submodule(name, type(module)(model.config))
        yield exact
    finally:
        torch.Tensor.float = to_float32
        for file in files:
            file.torch = torch


class KeptAttention:
    """Within `with`, keeps each layer's attention matrices [batch, head, query, key], with their gradients."""

    def __init__(self, model):
        self.code = code_of(model)

    def __enter__(self):
        self.matrices, self.eager = [], self.code.eager_attention_forward
        self.code.eager_attention_forward = self.forward
        return self

    def __exit__(self, *_):
        self.code.eager_attention_forward = self.eager

    def forward(self, *arguments, **keywords):
        output, matrix = self.eager(*arguments, **keywords)
        matrix.retain_grad()
        self.matrices.append(matrix)
        return output, matrix

    def scores(self):
        """Σ A ⊙ ∂L/∂A over queries and keys, [batch, layer, head]."""
        return torch.stack([(a.detach() * a.grad).sum((2, 3)) for a in self.matrices], 1)


def scores_by_attention(model, ids, supervised):
    """Σ A ⊙ ∂L/∂A [layer, head] of one example; L is the mean loss of its supervised tokens."""
    with KeptAttention(model) as kept:
        next_token_losses(model, ids, supervised)[1].mean().backward()
    model.zero_grad()
    return kept.scores()[0]


def scores_by_batch_mean(model, sequences):
    """The published way: one right-padded batch, L the mean over the supervised tokens of all of it.
    [example, layer, head]."""
    pad = lambda rows, value: torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=value)
    ids = pad([i for i, _ in sequences], 0)
    mask = pad([torch.ones_like(i) for i, _ in sequences], 0)
    labels = pad([torch.where(s, i, -100) for i, s in sequences], -100)
    with KeptAttention(model) as kept:
        logits = model(ids, attention_mask=mask, use_cache=False).logits
        F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100).backward()
    model.zero_grad()
    return kept.scores()


def output_projections(model):
    """The matrix of each layer that mixes the heads; its input is the outputs of all heads side by side."""
    names = ("self_attn.o_proj", "self_attn.out_proj", "self_attn.dense", "attention.dense", "attn.c_proj")
    return [module for name, module in model.named_modules() if name.endswith(names)]


def scores_by_gate(model, ids, supervised):
    """∂L/∂ξ [layer, head] at ξ = 1, ξ multiplied onto each head's output before the output projection."""
    config = model.config
    dtype = next(model.parameters()).dtype
    gates = torch.ones(config.num_hidden_layers, config.num_attention_heads, dtype=dtype, requires_grad=True)

    def gated(layer):
        return lambda _, inputs: ((inputs[0].unflatten(-1, (config.num_attention_heads, -1))
                                   * gates[layer][:, None]).flatten(-2),)

    hooks = [projection.register_forward_pre_hook(gated(layer))
             for layer, projection in enumerate(output_projections(model))]
    loss = next_token_losses(model, ids, supervised)[1].mean()
    [hook.remove() for hook in hooks]
    return torch.autograd.grad(loss, gates)[0]


@torch.no_grad()
def greedy(model, prompt, count, stop=None):
    """The most likely tokens that follow the prompt, one after the other: `count`, or fewer up to and with the token
    `stop`; and the smallest distance in logits between a chosen token and the next best."""
    ids, margin, cache, step = [], float("inf"), None, prompt
    for _ in range(count):
        output = model(step[None], past_key_values=cache, use_cache=True)
        cache, best = output.past_key_values, output.logits[0, -1].topk(2)
        ids.append(best.indices[0])
        margin = min(margin, (best.values[0] - best.values[1]).item())
        step = best.indices[:1]
        if step == stop:
            break
    return torch.stack(ids), margin


def relative(a, b):
    """The largest difference over the largest value."""
    return ((a.double() - b.double()).abs().max() / b.double().abs().max()).item()
