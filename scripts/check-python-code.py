"""Runs networks that were written as Python code, and compares what they compute with Latent Plane.

    npm run python-code -- FOLDER
    python3 scripts/check-python-code.py FOLDER [--program pytorch] [--show]

Needs PyTorch and safetensors, Keras and one of its engines; TensorFlow unless KERAS_BACKEND names another. Latent Plane's
numbers are in double precision. Of each network: codes, the decoder alone on those codes, and the whole. Exit code 1 where
code does not run, or computes something else.
"""

import argparse
import glob
import importlib.util
import json
import os
import sys
import warnings

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.update(CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")
sys.dont_write_bytecode = True
warnings.filterwarnings("ignore")

import numpy as np

# Of the largest number, of encoder and decoder; of both together the rounding of a code is what the decoder makes of it.
# Random networks among others divide by the square root of 1e-8, which makes ten thousand times as much of a rounding.
TOLERANCE, OF_BOTH, OF_RANDOM = 1e-5, 1e-4, 1e-2
SMALLEST = 0.01

options = argparse.ArgumentParser()
options.add_argument("folder")
options.add_argument("--program", choices=["pytorch", "keras"], action="append")
options.add_argument("--show", action="store_true", help="a line for each network")
options = options.parse_args()


def load(path):
    spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load()


def in_pytorch(path, exact=False):
    import torch

    model = load(path)
    if exact:
        model.double()

    def run(part, *arrays):
        with torch.no_grad():
            outputs = part(*[torch.from_numpy(array.astype("float64") if exact else array) for array in arrays])
        return (outputs[0] if isinstance(outputs, tuple) else outputs).numpy()

    return model, run


def in_keras(path):
    import keras

    model = load(path)

    def run(part, *arrays):
        outputs = part(arrays[0] if len(arrays) == 1 else list(arrays))
        return keras.ops.convert_to_numpy(outputs[0] if isinstance(outputs, (list, tuple)) else outputs)

    return model, run


PROGRAMS = {"pytorch": in_pytorch, "keras": in_keras}


def difference(got, expected):
    expected = np.array(expected, "float64").reshape(got.shape)
    return np.abs(got - expected).max() / max(np.abs(expected).max(), SMALLEST)


def takes_label(path, part):
    text = open(path).read().split(f"class {part.capitalize()}(")[1].split("class ")[0]
    return "forward(self, x, label)" in text or "label = keras.Input" in text


def differences(model, run, path, case):
    """By what is compared."""
    images = np.array(case["images"], "float32").reshape([-1, *case["inputShape"]])
    labels = [] if case["labels"] is None else [np.array(case["labels"], "float32").reshape(len(images), -1)]
    outputs = case["outputs"]
    if "classifier" in case["parts"]:
        return {"probabilities": difference(run(model, images), next(iter(outputs.values())))}
    encoder = [images, *(labels if takes_label(path, "encoder") else [])]
    codes = run(model.encoder, *encoder)
    exact = np.array(outputs["code"], "float32").reshape(codes.shape)
    decoder = [exact, *(labels if takes_label(path, "decoder") else [])]
    return {
        "code": difference(codes, outputs["code"]),
        "decoder": difference(run(model.decoder, *decoder), outputs["reconstruction"]),
        "whole": difference(run(model, images, *labels), outputs["reconstruction"]),
    }


OF_TENSORFLOW = ["only supports equal length strides", "do not yet support dilation rates"]
failures = 0
for program in options.program or PROGRAMS:
    found = {"known": [], "random": []}
    for path in sorted(glob.glob(os.path.join(options.folder, "*", f"*_{program}.py"))):
        here = os.path.dirname(path)
        name = os.path.basename(here)
        case = json.load(open(os.path.join(here, "case.json")))
        kind = "random" if name.startswith("random-") else "known"
        if not all(np.isfinite(np.array(values, "float32")).all() for values in case["outputs"].values()):
            continue
        try:
            compared = differences(*PROGRAMS[program](path), path, case)
            apart = max(value for what, value in compared.items() if what != "whole")
            found[kind].append((apart, compared.get("whole", apart)))
            # What single precision has rounded is gone in double.
            if apart > TOLERANCE and program == "pytorch":
                doubled = differences(*in_pytorch(path, exact=True), path, case)
                print(f"{name}, pytorch: {apart:.1e}; in double precision {max(doubled.values()):.1e}")
            allowed = (OF_RANDOM, OF_RANDOM) if kind == "random" else (TOLERANCE, OF_BOTH)
            is_right = all(value <= most for value, most in zip(found[kind][-1], allowed))
            problem = None if is_right else f"differs by {compared}"
        except Exception as error:
            problem = f"{type(error).__name__}: {str(error)[:600]}"
        # TensorFlow, unlike the other engines of Keras, does not compute every convolution.
        if problem is not None and any(words in problem for words in OF_TENSORFLOW):
            print(f"left out, TensorFlow does not compute it: {name}, {program}")
        elif problem is not None:
            failures += 1
            print(f"FAILED: {name}, {program}: {problem}")
        elif options.show:
            print(f"{name:32} {program:8}", *(f"{what} {value:.1e}" for what, value in compared.items()))
    version = importlib.import_module({"pytorch": "torch"}.get(program, program)).__version__
    for kind, values in found.items():
        if values:
            within = sum(apart <= TOLERANCE for apart, _ in values)
            most = [max(column) for column in zip(*values)]
            print(
                f"{program} {version}, {kind}: {len(values)} networks, {within} within {TOLERANCE};",
                f"largest {most[0]:.1e}, of encoder and decoder together {most[1]:.1e}",
            )
    failures += not any(found.values())
print("all right" if failures == 0 else f"{failures} failed")
sys.exit(1 if failures else 0)
