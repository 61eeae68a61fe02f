"""VanillaVAE of PyTorch-VAE (https://github.com/AntixK/PyTorch-VAE), written anew: 64 x 64 x 3, batch normalisation, code of 128."""
import torch
from torch import nn
from torch.nn import functional as F

from common import arguments, idx
from torch_vae import sample, train

FILTERS = [32, 64, 128, 256, 512]
CODE = 128
KL_WEIGHT = 0.00025


def down(before, after):
    return nn.Sequential(nn.Conv2d(before, after, 3, stride=2, padding=1), nn.BatchNorm2d(after), nn.LeakyReLU())


def up(before, after):
    return nn.Sequential(
        nn.ConvTranspose2d(before, after, 3, stride=2, padding=1, output_padding=1), nn.BatchNorm2d(after), nn.LeakyReLU()
    )


class VanillaVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(*[down(a, b) for a, b in zip([3, *FILTERS], FILTERS)], nn.Flatten())
        self.mean, self.log_variance = nn.Linear(2048, CODE), nn.Linear(2048, CODE)
        wide = FILTERS[::-1]
        self.decoder = nn.Sequential(
            nn.Linear(CODE, 2048), nn.Unflatten(1, (512, 2, 2)),
            *[up(a, b) for a, b in zip(wide, [*wide[1:], wide[-1]])],
            nn.Conv2d(wide[-1], 3, 3, padding=1), nn.Tanh(),
        )

    def forward(self, x):
        features = self.encoder(x)
        mean, log_variance = self.mean(features), self.log_variance(features)
        return self.decoder(sample(mean, log_variance)), mean, log_variance


def loss_of(output, x):
    y, mean, log_variance = output
    divergence = -0.5 * torch.sum(1 + log_variance - mean**2 - log_variance.exp(), dim=1)
    return F.mse_loss(y, x) + KL_WEIGHT * divergence.mean()


def main():
    given = arguments(epochs=10)
    torch.manual_seed(given.seed)
    names = {"train": "train-images-idx4-ubyte", "test": "t10k-images-idx4-ubyte"}
    sets = {
        part: (torch.from_numpy(2 * idx(given.data, name).astype("float32") / 255 - 1).permute(0, 3, 1, 2).contiguous(),)
        for part, name in names.items()
    }
    train(VanillaVAE(), sets, given.epochs, 64, 0.005, given.seed, loss_of)


if __name__ == "__main__":
    main()
