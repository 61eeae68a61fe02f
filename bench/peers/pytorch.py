#!/usr/bin/env python3
"""PyTorch: trains a network of the zoo on the CPU and prints its throughput as one JSON line.

In: the network's spec on standard input; `--batch-size N --seconds S --images FILE --threads N`.
The images lie in memory as float32 and each batch is gathered by index, as in this project's own loop. Gradients are
set to None, denormals are flushed, convolutions run in oneDNN, matrix products in the BLAS that torch was linked with.
"""
import argparse
import json
import math
import os
import sys
import time

import torch
from torch import nn

WARM_UP_STEPS, WARM_UP_SECONDS = 5, 0.5
SYNTHETIC_IMAGES = 60_000

ACTIVATIONS = {"linear": nn.Identity, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


class Unsupported(Exception):
    pass


def module(spec, shape):
    """A layer after `shape` (channels first, without the batch) as modules and the shape that follows."""
    kind = spec["type"]
    if kind == "dense":
        layer, after = nn.Linear(shape[0], spec["units"]), [spec["units"]]
    elif kind == "conv2d":
        rows, columns = spec["kernelSize"]
        layer = nn.Conv2d(shape[0], spec["filters"], (rows, columns))
        after = [spec["filters"], shape[1] - rows + 1, shape[2] - columns + 1]
    elif kind == "conv2d-transpose":
        rows, columns = spec["kernelSize"]
        layer = nn.ConvTranspose2d(shape[0], spec["filters"], (rows, columns))
        after = [spec["filters"], shape[1] + rows - 1, shape[2] + columns - 1]
    elif kind == "max-pooling2d":
        rows, columns = spec["poolSize"]
        layer, after = nn.MaxPool2d((rows, columns)), [shape[0], shape[1] // rows, shape[2] // columns]
    elif kind == "up-sampling2d":
        rows, columns = spec["size"]
        layer = nn.Upsample(scale_factor=(float(rows), float(columns)), mode="nearest")
        after = [shape[0], shape[1] * rows, shape[2] * columns]
    elif kind == "flatten":
        layer, after = nn.Flatten(), [math.prod(shape)]
    elif kind == "reshape":
        target = spec["targetShape"]
        after = [target[2], target[0], target[1]] if len(target) == 3 else target
        layer = nn.Unflatten(1, after)
    elif kind == "dropout":
        layer, after = nn.Dropout(spec["rate"]), shape
    else:
        raise Unsupported(f'no layer "{kind}" in this script')
    if "activation" not in spec:
        return [layer], after
    if spec["activation"] not in ACTIVATIONS:
        raise Unsupported(f'no activation "{spec["activation"]}" in this script')
    return [layer, ACTIVATIONS[spec["activation"]]()], after


def build(network):
    """The network as one nn.Sequential, and the shape of its input."""
    if network["kind"] != "autoencoder" or network["loss"]["type"] != "mse":
        raise Unsupported(f'the peers train autoencoders on the squared error; "{network["id"]}" has another loss')
    dims = network["inputShape"]
    shape = [dims[2], dims[0], dims[1]] if len(dims) == 3 else dims
    first, modules = shape, []
    for spec in [*network["encoder"], *network["decoder"]]:
        made, shape = module(spec, shape)
        modules += made
    model = nn.Sequential(*modules)
    for p in model.parameters():
        nn.init.zeros_(p) if p.dim() == 1 else nn.init.xavier_uniform_(p)
    return model, first


def read_images(path, size):
    """Float32 pixels 0..1, `[count, size]`."""
    if path is None:
        pixels = torch.randint(0, 256, (SYNTHETIC_IMAGES, size)) * (torch.rand(SYNTHETIC_IMAGES, size) < 0.2)
        return pixels.to(torch.float32) / 255
    with open(path, "rb") as file:
        pixels = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)
    return pixels[: len(pixels) // size * size].reshape(-1, size).to(torch.float32) / 255


def blas():
    """The BLAS library that this process has loaded, as far as the system tells."""
    try:
        with open("/proc/self/maps") as maps:
            names = {os.path.basename(os.path.realpath(line.split()[-1])) for line in maps if "blas" in line}
        return next((name.split(".so")[0] for name in sorted(names) if "openblas" in name or "mkl" in name), "reference BLAS")
    except OSError:
        return "BLAS unknown"


def measure(step, seconds):
    begun = time.perf_counter()
    count = 0
    while count == 0 or (
        time.perf_counter() - begun < seconds
        and (count < WARM_UP_STEPS or time.perf_counter() - begun < WARM_UP_SECONDS)
    ):
        step()
        count += 1
    begun, steps = time.perf_counter(), 0
    while True:
        loss = step()
        steps += 1
        elapsed = time.perf_counter() - begun
        if elapsed >= seconds:
            return steps, elapsed, loss.item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--images", help="raw uint8 pixels, image after image")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--foreach", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    network = json.load(sys.stdin)
    row = {"engine": "pytorch", "version": torch.__version__, "model": network["id"], "batchSize": options.batch_size}
    try:
        model, shape = build(network)
    except Unsupported as error:
        print(json.dumps({**row, "unsupported": str(error)}))
        return
    images = read_images(options.images, math.prod(shape))
    if options.batch_size > len(images):
        sys.exit(f"{len(images)} images are fewer than the batch of {options.batch_size}")
    if options.channels_last:
        model = model.to(memory_format=torch.channels_last)
    foreach = {"foreach": True} if options.foreach else {}
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.999), eps=1e-7, **foreach)
    loss_of = nn.MSELoss()

    def batches():
        while True:
            for indices in torch.randperm(len(images)).split(options.batch_size):
                if len(indices) == options.batch_size:
                    yield images[indices].reshape(-1, *shape)

    batch = batches()

    def step():
        x = next(batch)
        adam.zero_grad(set_to_none=True)
        loss = loss_of(model(x), x)
        loss.backward()
        adam.step()
        return loss

    steps, seconds, loss = measure(step, options.seconds)
    if not math.isfinite(loss):
        sys.exit(f"the loss is {loss}")
    rate = steps * options.batch_size / seconds
    note = f"{options.threads} threads, {blas()}"
    print(json.dumps({**row, "imagesPerSecond": rate, "steps": steps, "seconds": seconds, "loss": loss, "note": note}))


if __name__ == "__main__":
    main()
