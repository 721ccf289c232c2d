"""The way of the paper's own release: attention matrices and their gradients, all parameters' gradients, padded to 1,024."""
import torch

import references

LENGTH, BATCH = 1024, 4


def batches(sequences):
    return [list(range(i, min(i + BATCH, len(sequences)))) for i in range(0, len(sequences), BATCH)]


class Scores:
    """Signed scores [example, layer, head], scaled from the release's loss (the mean over the answer tokens of the
    batch) to the mean over each example's own tokens, so that rows can be compared."""

    def __init__(self, model):
        self.model, self.products = model, 0.0
        self.weights = sum(m.weight.numel() for m in model.modules() if isinstance(m, torch.nn.Linear))

    def __call__(self, sequences):
        ids, mask = torch.zeros(2, len(sequences), LENGTH, dtype=torch.long)
        labels = torch.full_like(ids, -100)
        for i, (sequence, prompt) in enumerate(sequences):
            length = min(len(sequence), LENGTH)
            ids[i, :length], mask[i, :length], labels[i, prompt:length] = sequence[:length], 1, sequence[prompt:length]
        with references.KeptAttention(self.model) as kept:
            self.model(ids, attention_mask=mask, labels=labels, use_cache=False).loss.backward()
        scores = kept.scores().float()
        self.model.zero_grad()
        answers = (labels >= 0).sum(1)
        self.products += 6.0 * self.weights * ids.numel()  # forward, gradients of inputs and of weights
        return scores * (answers.sum() / answers)[:, None, None]
