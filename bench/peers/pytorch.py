"""PyTorch: trains a network on the CPU and prints its throughput as one JSON line.

In: the network on standard input; `--way eager|fused|channels-last|compile --batch-size N --seconds S --images FILE`.
`eager` is what tutorials have; the others take the fused Adam, and `channels-last` the order of axes of that name,
`compile` a compiled forward and backward pass. Gradients are set to None, denormals are flushed in all of them.
"""
import os

import torch
from torch import nn
from torch.nn import functional as F

import common
from common import Unsupported

ACTIVATIONS = {"linear": None, "relu": F.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}


class Convolution(nn.Module):
    """Pads alike on both sides, as PyTorch does, wherever that gives the size; no copy of the image is made then."""

    def __init__(self, layer):
        super().__init__()
        strides = layer.get("strides", [1, 1])
        alike = [max(pad) for pad in layer.pads]
        fits = all(
            (size + 2 * pad - kernel) // stride + 1 == after
            for size, pad, kernel, stride, after in zip(layer.shape, alike, layer["kernelSize"], strides, layer.after)
        )
        (top, bottom), (left, right) = layer.pads
        self.around = None if fits else (left, right, top, bottom)
        settings = {"stride": strides, "padding": alike if fits else 0, "bias": layer.get("useBias", True)}
        self.inner = nn.Conv2d(layer.shape[2], layer["filters"], layer["kernelSize"], **settings)

    def forward(self, x):
        return self.inner(x if self.around is None else F.pad(x, self.around))


class Transposed(nn.Module):
    def __init__(self, layer):
        super().__init__()
        strides, kernel = layer.get("strides", [1, 1]), layer["kernelSize"]
        padding = [max(pad) for pad in layer.pads]
        more = [
            layer.after[axis] - ((layer.shape[axis] - 1) * strides[axis] + kernel[axis] - 2 * padding[axis])
            for axis in (0, 1)
        ]
        self.size = None if min(more) >= 0 else layer.after[:2]
        settings = {"output_padding": [max(0, n) for n in more], "bias": layer.get("useBias", True)}
        self.inner = nn.ConvTranspose2d(layer.shape[2], layer["filters"], kernel, strides, padding, **settings)

    def forward(self, x):
        y = self.inner(x)
        return y if self.size is None else y[:, :, : self.size[0], : self.size[1]]


class Sampling(nn.Module):
    """The heads, and a draw between them; of `gaussian-sampling` the heads are its own."""

    def __init__(self, layer):
        super().__init__()
        own = layer.type == "gaussian-sampling"
        self.heads = nn.ModuleList(nn.Linear(layer.shape[0], layer["units"]) for _ in range(2)) if own else None
        self.by_sigma = layer.get("parameterisation", "log-variance") == "log-sigma"
        self.activate = ACTIVATIONS[layer.get("meanActivation", "linear")]
        self.std = layer.get("epsilonStd", 1)

    def forward(self, *inputs):
        mean, scale = [head(inputs[0]) for head in self.heads] if self.heads else inputs
        mean = self.activate(mean) if self.activate else mean
        log_variance = 2 * scale if self.by_sigma else scale
        noise = torch.randn_like(mean)
        code = mean + torch.exp(0.5 * log_variance) * (noise if self.std == 1 else self.std * noise)
        return code, mean, log_variance


class Apply(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


def normalization(layer):
    make = nn.BatchNorm2d if len(layer.shape) == 3 else nn.BatchNorm1d
    return make(layer.shape[-1], eps=layer["epsilon"], momentum=1 - layer["momentum"])


def first(shape):
    """A shape with channels first."""
    return [shape[2], shape[0], shape[1]] if len(shape) == 3 else shape


LAYERS = {
    "dense": lambda layer: nn.Linear(layer.shape[0], layer["units"], bias=layer.get("useBias", True)),
    "conv2d": Convolution,
    "conv2d-transpose": Transposed,
    "max-pooling2d": lambda layer: nn.MaxPool2d(layer["poolSize"]),
    "up-sampling2d": lambda layer: nn.Upsample(scale_factor=tuple(float(n) for n in layer["size"]), mode="nearest"),
    "zero-padding2d": lambda layer: nn.ZeroPad2d((*common.both(layer["columns"]), *common.both(layer["rows"]))),
    "flatten": lambda layer: nn.Flatten(),
    "reshape": lambda layer: Apply(lambda x: x.reshape(-1, *first(layer.after))),
    "rescaling": lambda layer: Apply(lambda x: x * layer["scale"] + layer["offset"]),
    "dropout": lambda layer: nn.Dropout(layer["rate"]),
    "relu": lambda layer: nn.ReLU(),
    "leaky-relu": lambda layer: nn.LeakyReLU(layer["slope"]),
    "batch-normalization": normalization,
    "add": lambda layer: Apply(lambda *inputs: sum(inputs[1:], inputs[0])),
    "concatenate": lambda layer: Apply(lambda *inputs: torch.cat(inputs, 1)),
    "sampling": Sampling,
    "gaussian-sampling": Sampling,
}
RECONSTRUCTIONS = {
    "mse": lambda y, x: F.mse_loss(y, x, reduction="sum"),
    "bce": lambda y, x: F.binary_cross_entropy_with_logits(y, x, reduction="sum"),
}


def divergence(mean, log_variance):
    return 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum()


TERMS = {"kl": divergence, "vae": divergence}


class Network(nn.Module):
    """The layers, and the loss of a batch."""

    def __init__(self, job):
        super().__init__()
        self.layers = job.layers
        self.made = nn.ModuleList(LAYERS[layer.type](layer) for layer in job.layers)
        self.activations = [ACTIVATIONS[layer.get("activation", "linear")] for layer in job.layers]
        self.error = RECONSTRUCTIONS[job.objective["reconstruction"]["type"]]
        self.weight, self.beta = common.weights_of_loss(job)
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, x):
        values, heads = {"input": x}, None
        for layer, module, activate in zip(self.layers, self.made, self.activations):
            y = module(*(values[name] for name in layer.inputs))
            if isinstance(y, tuple):
                y, *heads = y
            values[layer.name] = activate(y) if activate else y
        loss = self.weight * self.error(values[layer.name], x)
        return loss + self.beta * divergence(*heads) if self.beta else loss


def prepare(job):
    way, options = job.options.way, job.options
    common.require_known(job, LAYERS, ACTIVATIONS, RECONSTRUCTIONS, TERMS)
    if way == "channels-last" and not any("kernelSize" in layer.fields for layer in job.layers):
        raise Unsupported("no convolutions, whose axes this way puts in another order")
    torch.set_num_threads(os.cpu_count())
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    layout = torch.channels_last if way == "channels-last" else torch.contiguous_format
    model = Network(job).to(memory_format=layout)
    images = torch.from_numpy(common.read_pixels(job))
    is_image = images.dim() == 4
    if is_image and way != "channels-last":
        images = images.permute(0, 3, 1, 2).contiguous()
    fused = {} if way == "eager" else {"fused": True}
    betas = (common.BETA_1, common.BETA_2)
    adam = torch.optim.Adam(model.parameters(), lr=common.LEARNING_RATE, betas=betas, eps=common.EPSILON, **fused)
    run = torch.compile(model) if way == "compile" else model
    order = common.orders(len(images), options.batch_size)
    latest = None

    def step():
        nonlocal latest
        x = images[torch.from_numpy(next(order))]
        if is_image and way == "channels-last":
            x = x.permute(0, 3, 1, 2)
        adam.zero_grad(set_to_none=True)
        latest = run(x)
        latest.backward()
        adam.step()

    return common.measure(step, lambda: latest.item(), options.seconds)


if __name__ == "__main__":
    given = common.read_job(__doc__, way=("eager", "fused", "channels-last", "compile"))
    common.run_peer(f"pytorch-{given.options.way}", torch.__version__, given, lambda: prepare(given))
