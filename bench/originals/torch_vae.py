"""Training of VAEs in PyTorch by Adam, for the programs beside it."""
import torch
from torch.nn import functional as F

from common import Report


def sample(mean, log_variance):
    return mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)


def loss_of(output, x):
    """Binary cross-entropy summed over pixels and KL divergence, mean over images; `output` is logits and both heads."""
    logits, mean, log_variance = output
    error = F.binary_cross_entropy_with_logits(logits.flatten(1), x.flatten(1), reduction="sum")
    divergence = -0.5 * torch.sum(1 + log_variance - mean**2 - log_variance.exp())
    return (error + divergence) / len(x)


def train(model, sets, epochs, batch, learning_rate, seed, loss_of=loss_of):
    """
    Trains for some epochs. The test loss is that of one sample of each code, as in training.

    sets: `train` and `test`, each a tuple of tensors that the model takes, the images first
    """
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    report = Report()

    def run(tensors, order, learn):
        total = 0.0
        for index in order.split(batch):
            inputs = [tensor[index] for tensor in tensors]
            loss = loss_of(model(*inputs), inputs[0])
            if learn:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            total += loss.item() * len(index)
        return total / len(order)

    for epoch in range(1, epochs + 1):
        model.train()
        trained = run(sets["train"], torch.randperm(len(sets["train"][0])), True)
        model.eval()
        with torch.no_grad():
            tested = run(sets["test"], torch.arange(len(sets["test"][0])), False)
        report.epoch(epoch, trained, tested)
