"""The VAE of PyTorch's examples (https://github.com/pytorch/examples/tree/main/vae), written anew: 784-400-20."""
import torch
from torch import nn

from common import arguments, images
from torch_vae import sample, train


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.mean, self.log_variance = nn.Linear(400, 20), nn.Linear(400, 20)
        self.decoder = nn.Sequential(nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 784))

    def forward(self, x):
        hidden = torch.relu(self.hidden(x))
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        return self.decoder(sample(mean, log_variance)), mean, log_variance


if __name__ == "__main__":
    given = arguments(epochs=10)
    torch.manual_seed(given.seed)
    sets = {part: (torch.from_numpy(images(given.data, part).reshape(-1, 784)),) for part in ("train", "test")}
    train(VAE(), sets, given.epochs, 128, 1e-3, given.seed)
