"""What the originals share: images of IDX files, arguments, one JSON line for each epoch."""
import argparse
import gzip
import json
import time
from pathlib import Path

import numpy as np

FILES = {"train": "train-images-idx3-ubyte", "test": "t10k-images-idx3-ubyte"}
LABELS = {"train": "train-labels-idx1-ubyte", "test": "t10k-labels-idx1-ubyte"}


def idx(folder, name):
    """The array of an IDX file, raw or gzipped."""
    path = Path(folder) / name
    data = path.read_bytes() if path.exists() else gzip.decompress(Path(f"{path}.gz").read_bytes())
    dims = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(dims)).reshape(dims)


def images(folder, part):
    """`[count, 28, 28]`, 0..1."""
    return idx(folder, FILES[part]).astype("float32") / 255


def labels(folder, part):
    return idx(folder, LABELS[part]).astype("int64")


def arguments(epochs, losses=()):
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True, help="a folder with the four IDX files of MNIST or Fashion-MNIST")
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--seed", type=int, default=1)
    if losses:
        parser.add_argument("--loss", choices=losses, default=losses[0])
    return parser.parse_args()


class Report:
    def __init__(self):
        self.begun = time.time()

    def epoch(self, number, train, test, **more):
        figures = {"train": float(train), "test": float(test), **{k: float(v) for k, v in more.items()}}
        rounded = {k: round(v, 5) for k, v in figures.items()}
        print(json.dumps({"epoch": number, **rounded, "seconds": round(time.time() - self.begun, 1)}), flush=True)
