"""A VAE of residual blocks in PyTorch: the network of examples/residual-vae.yaml, with Keras' padding at stride 2."""
import torch
from torch import nn

from common import arguments, images
from torch_vae import sample, train


class Block(nn.Module):
    def __init__(self, filters):
        super().__init__()
        self.change = nn.Sequential(
            nn.Conv2d(filters, filters, 3, padding=1), nn.ReLU(), nn.Conv2d(filters, filters, 3, padding=1)
        )

    def forward(self, x):
        return torch.relu(x + self.change(x))


def down(before, after):
    """`same` at stride 2: the odd row lies below, the odd column right."""
    return nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(before, after, 3, stride=2), nn.ReLU())


class Up(nn.Module):
    """Keras' transposed `same` at stride 2: the last row and column of the whole are cut off."""

    def __init__(self, before, after):
        super().__init__()
        self.whole = nn.ConvTranspose2d(before, after, 3, stride=2)

    def forward(self, x):
        return self.whole(x)[:, :, :-1, :-1]


def initialise(part):
    """As the file of the network has it by default: Glorot's uniform distribution, biases zero."""
    if isinstance(part, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.xavier_uniform_(part.weight)
        nn.init.zeros_(part.bias)


class ResidualVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(down(1, 16), Block(16), down(16, 32), Block(32), nn.Flatten())
        self.mean, self.log_variance = nn.Linear(1568, 8), nn.Linear(1568, 8)
        self.decoder = nn.Sequential(
            nn.Linear(8, 1568), nn.ReLU(), nn.Unflatten(1, (32, 7, 7)),
            Block(32), Up(32, 16), nn.ReLU(), Block(16), Up(16, 1),
        )
        self.apply(initialise)

    def forward(self, x):
        features = self.encoder(x)
        mean, log_variance = self.mean(features), self.log_variance(features)
        return self.decoder(sample(mean, log_variance)), mean, log_variance


if __name__ == "__main__":
    given = arguments(epochs=10)
    torch.manual_seed(given.seed)
    sets = {part: (torch.from_numpy(images(given.data, part)[:, None]),) for part in ("train", "test")}
    train(ResidualVAE(), sets, given.epochs, 128, 1e-3, given.seed)
