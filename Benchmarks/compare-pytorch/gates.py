"""The fastest way we know in PyTorch: one gate for each example, layer and head; only the gates want gradients."""
import concurrent.futures
import threading

import torch

from sequences import padded, token_losses


def batches(sequences, padded_tokens):
    """Indices of examples, longest first, batched so that each batch, padded, has at most `padded_tokens`."""
    order = sorted(range(len(sequences)), key=lambda i: -len(sequences[i][0]))
    made = []
    for i in order:
        if made and (len(made[-1]) + 1) * len(sequences[made[-1][0]][0]) <= padded_tokens:
            made[-1].append(i)
        else:
            made.append([i])
    return made


def spread(work, items, workers):
    """Applies `work` to all items, on as many threads as there are workers."""
    if workers == 1:
        for item in items:
            work(item)
    else:
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, items))


class Scores:
    """∂(mean loss of example i)/∂ξ for all gates ξ of a batch in one backward pass: [example, layer, head]."""

    def __init__(self, model):
        self.model, self.heads = model.requires_grad_(False), model.config.num_attention_heads
        self.current, self.products, self.lock = threading.local(), 0.0, threading.Lock()
        for layer, block in enumerate(model.model.layers):
            block.self_attn.o_proj.register_forward_pre_hook(self.gated(layer))
        self.linear = sum(m.weight.numel() for m in model.model.modules() if isinstance(m, torch.nn.Linear))

    def gated(self, layer):
        def hook(_, inputs):
            z = inputs[0].unflatten(-1, (self.heads, -1))
            return ((z * self.current.gates[:, layer, None, :, None].to(z.dtype)).flatten(-2),)
        return hook

    def __call__(self, sequences):
        ids, mask, wanted = padded(sequences)
        gates = torch.ones(len(sequences), self.model.config.num_hidden_layers, self.heads, requires_grad=True)
        self.current.gates = gates
        nll = token_losses(self.model, ids, mask, wanted)
        share = (1 / wanted.sum(1).float())[:, None].expand_as(ids)[wanted]
        scores = torch.autograd.grad((nll * share).sum(), gates)[0]
        with self.lock:  # forward and the gradient of the inputs: four operations a weight
            self.products += 4.0 * self.linear * ids.numel() + 4.0 * self.model.lm_head.weight.numel() * len(nll)
        return scores
