"""What the peers in Python share: their job, the network's layers, batches, the clock and the row.

In: a network on standard input, with `resolved`, its layers in order (`networkForPeers` in
packages/cli/src/bench/peers.ts), and `objective`, its loss; options. Out: one JSON line on standard output.
"""
import argparse
import json
import math
import os
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property

WARM_UP_STEPS, WARM_UP_SECONDS = 5, 0.5
TURN_SECONDS = 0.1
SYNTHETIC_IMAGES = 4096
# Fields that no peer has but with this value.
USUAL_FIELDS = {"groups": 1, "dilation": [1, 1], "interpolation": "nearest", "center": True}
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7


class Unsupported(Exception):
    """A network that a peer cannot train; its row says why."""


@dataclass(frozen=True)
class Layer:
    """A layer with its shapes, channels last and without the batch; `pads` are those of its windows, by axis."""

    type: str
    name: str
    inputs: list
    shape: list
    after: list
    fields: dict
    pads: list = field(default_factory=list)

    def __getitem__(self, name):
        return self.fields[name]

    def get(self, name, default):
        return self.fields.get(name, default)


@dataclass
class Job:
    options: argparse.Namespace
    network: dict

    @property
    def objective(self):
        """The loss: `reconstruction` and `terms`."""
        return self.network["objective"]

    @cached_property
    def layers(self):
        return layers_of(self.network)


def read_job(description, **choices):
    """The options and the network of a peer; `choices` are options of its own and their values, the usual one first."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--images", help="raw uint8 pixels, image after image")
    for name, values in choices.items():
        parser.add_argument(f"--{name.replace('_', '-')}", choices=values, type=type(values[0]), default=values[0])
    options = parser.parse_args()
    return Job(options, json.load(sys.stdin))


def window_pads(entry):
    """Zeros before and after each axis that the windows of a (transposed) convolution reach; `same` as Keras has it."""
    inner, outer = entry["inputShape"], entry["outputShape"]
    image, output = (outer, inner) if entry["type"] == "conv2d-transpose" else (inner, outer)
    if entry.get("padding", "valid") == "valid":
        return [[0, 0], [0, 0]]
    pads = []
    for axis, stride in enumerate(entry.get("strides", [1, 1])):
        reach = (entry["kernelSize"][axis] - 1) * entry.get("dilation", [1, 1])[axis] + 1
        total = max(0, (output[axis] - 1) * stride + reach - image[axis])
        pads.append([total // 2, total - total // 2])
    return pads


def both(margin):
    """Rows or columns on both sides, given as one number or two."""
    return list(margin) if isinstance(margin, list) else [margin, margin]


def layers_of(network):
    """
    The layers as every engine would write them: zeros around an image that a convolution alone takes are the
    convolution's own, and of a cross-entropy the last sigmoid is the loss's.
    """
    entries = network["resolved"]
    users = [name for entry in entries for name in entry["inputs"]]
    layers, margins, kept_from = [], {}, {}
    for at, entry in enumerate(entries):
        inputs = [kept_from.get(name, name) for name in entry["inputs"]]
        after = entries[at + 1] if at + 1 < len(entries) else {}
        if (
            entry["type"] == "zero-padding2d"
            and after.get("type") == "conv2d"
            and after.get("padding", "valid") == "valid"
            and after["inputs"] == [entry["name"]]
            and users.count(entry["name"]) == 1
        ):
            margins[after["name"]] = [both(entry["rows"]), both(entry["columns"])]
            kept_from[entry["name"]] = inputs[0]
            continue
        pads = window_pads(entry) if "kernelSize" in entry else []
        pads = margins.get(entry["name"], pads)
        shape = entry["inputShape"]
        if entry["name"] in margins:
            shape = [shape[0] - sum(pads[0]), shape[1] - sum(pads[1]), shape[2]]
        layers.append(Layer(entry["type"], entry["name"], inputs, shape, entry["outputShape"], dict(entry), pads))
    if network["objective"]["reconstruction"]["type"] == "bce":
        if layers[-1].get("activation", None) != "sigmoid":
            raise Unsupported("no cross-entropy of a decoder whose last layer has no sigmoid of its own")
        layers[-1].fields["activation"] = "linear"
    return layers


def require_known(job, layers, activations, reconstructions, terms):
    """Raises `Unsupported` with the name of the first thing that a peer's tables lack."""
    for layer in job.layers:
        if layer.type not in layers:
            raise Unsupported(f'no layer "{layer.type}" in this script')
        if "label" in layer.inputs:
            raise Unsupported("no label beside the image in this script")
        for name, usual in USUAL_FIELDS.items():
            if layer.get(name, usual) != usual:
                raise Unsupported(f'no "{name}" of "{layer.type}" in this script')
        if layer.type == "sampling" and len(layer.inputs) != 2:
            raise Unsupported('no "sampling" of one head in this script')
        for name in ("activation", "meanActivation"):
            if layer.get(name, "linear") not in activations:
                raise Unsupported(f'no activation "{layer[name]}" in this script')
    if job.objective["reconstruction"]["type"] not in reconstructions:
        raise Unsupported(f'no loss "{job.objective["reconstruction"]["type"]}" in this script')
    for term in job.objective["terms"]:
        if term["type"] not in terms or not isinstance(term.get("weight", 1), (int, float)):
            raise Unsupported(f'no loss term "{term["type"]}" of this kind in this script')


def weights_of_loss(job):
    """Factor of the sum of all pixels' errors, and of the sum of all images' divergences."""
    reconstruction, batch = job.objective["reconstruction"], job.options.batch_size
    size = batch * (1 if reconstruction.get("reduction") == "sum" else math.prod(job.network["inputShape"]))
    return reconstruction.get("weight", 1) / size, sum(term.get("weight", 1) for term in job.objective["terms"]) / batch


def read_pixels(job):
    """Float32 pixels 0..1 in memory, `[count, ...inputShape]`."""
    import numpy as np

    size = math.prod(job.network["inputShape"])
    if job.options.images is None:
        draw = np.random.default_rng(1)
        pixels = (draw.integers(0, 256, SYNTHETIC_IMAGES * size) * (draw.random(SYNTHETIC_IMAGES * size) < 0.2)).astype("uint8")
    else:
        pixels = np.fromfile(job.options.images, "uint8")
    count = len(pixels) // size
    if job.options.batch_size > count:
        sys.exit(f"{count} images are fewer than the batch of {job.options.batch_size}")
    return pixels[: count * size].reshape(count, *job.network["inputShape"]).astype("float32") / 255


def orders(count, batch_size):
    """Indices of one batch after another, in an order that is drawn anew for each epoch."""
    import numpy as np

    draw = np.random.default_rng(2)
    while True:
        order = draw.permutation(count)
        for at in range(0, count - batch_size + 1, batch_size):
            yield order[at : at + batch_size]


def steps_of_a_turn(seconds):
    """After how many steps one is waited for: an engine that runs ahead would take many more than are asked for."""
    return max(1, int(TURN_SECONDS / seconds))


def measure(step, wait, seconds):
    """
    Times `step` for about `seconds`. Not counted are the first steps, in which an engine compiles, and a warm-up.

    `wait` ends when the latest step is done, and gives its loss.
    """
    step()
    first = wait()
    step()
    wait()
    begun, count = time.perf_counter(), 0
    while count == 0 or (time.perf_counter() - begun < seconds) and (
        count < WARM_UP_STEPS or time.perf_counter() - begun < WARM_UP_SECONDS
    ):
        step()
        count += 1
        if count == 1:
            wait()
    wait()
    turn = steps_of_a_turn((time.perf_counter() - begun) / count)
    begun, steps = time.perf_counter(), 0
    while steps == 0 or time.perf_counter() - begun < seconds:
        step()
        steps += 1
        if steps % turn == 0:
            wait()
    loss = wait()
    return steps, time.perf_counter() - begun, first, loss


def run_peer(engine, version, job, prepare, note=None):
    """Prints the row of a peer; `prepare` gives its steps, seconds, first and last loss."""
    row = {"engine": engine, "version": version, "model": job.network["id"], "batchSize": job.options.batch_size}
    try:
        steps, seconds, first, loss = prepare()
    except Unsupported as error:
        print(json.dumps({**row, "unsupported": str(error)}))
        return
    if not math.isfinite(loss):
        sys.exit(f"the loss is {loss}")
    rate = steps * job.options.batch_size / seconds
    figures = {"imagesPerSecond": rate, "steps": steps, "seconds": seconds, "firstLoss": first, "loss": loss}
    print(json.dumps({**row, **figures, "note": note or f"{os.cpu_count()} threads"}))
