"""A conditional VAE in PyTorch: the network of examples/conditional-vae.yaml."""
import torch
from torch import nn
from torch.nn import functional as F

from common import arguments, images, labels
from torch_vae import sample, train


class ConditionalVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784 + 10, 400)
        self.mean, self.log_variance = nn.Linear(400, 2), nn.Linear(400, 2)
        self.decoder = nn.Sequential(nn.Linear(2 + 10, 400), nn.ReLU(), nn.Linear(400, 784))

    def forward(self, x, label):
        hidden = torch.relu(self.hidden(torch.cat([x, label], 1)))
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        return self.decoder(torch.cat([sample(mean, log_variance), label], 1)), mean, log_variance


if __name__ == "__main__":
    given = arguments(epochs=10)
    torch.manual_seed(given.seed)
    sets = {
        part: (
            torch.from_numpy(images(given.data, part).reshape(-1, 784)),
            F.one_hot(torch.from_numpy(labels(given.data, part)), 10).float(),
        )
        for part in ("train", "test")
    }
    train(ConditionalVAE(), sets, given.epochs, 128, 1e-3, given.seed)
