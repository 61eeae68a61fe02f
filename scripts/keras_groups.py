"""Where Keras looks for the arrays of a model, from its config and from how many arrays each layer stores.

    python3 scripts/keras_groups.py < documents.json

The documents are a list of {"config": ..., "arrays": [...]}, `arrays` as `scripts/layer-arrays.mjs` has them; what is
printed is a list of lists of paths.
"""

import json
import re
import sys


def snake(name):
    """As Keras turns a class into the name of a group."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def layers_of(node, path=""):
    """Group of every layer that is no model and no input, in order."""
    counts = {}
    for layer in node["config"]["layers"]:
        # A Functional model is written as one of the class that both generations of Keras know.
        class_name = "Functional" if layer["class_name"] == "Model" else layer["class_name"]
        base = snake(class_name)
        count = counts.get(base, 0)
        counts[base] = count + 1
        own = f"{path}layers/{base if count == 0 else f'{base}_{count}'}"
        if class_name in ("Sequential", "Functional"):
            yield from layers_of(layer, own + "/")
        elif layer["class_name"] != "InputLayer":
            yield own


def arrays_of(config, arrays):
    """Paths of all arrays; the config's layers are those that `arrays` counts, one for one."""
    layers = list(layers_of(config))
    if len(layers) != len(arrays):
        raise ValueError(f"the config has {len(layers)} layers, the network {len(arrays)}")
    for own, groups in zip(layers, arrays):
        for group, count in groups.items():
            yield from (f"{own}/{group}/vars/{i}".replace("//", "/") for i in range(count))


if __name__ == "__main__":
    print(json.dumps([sorted(arrays_of(given["config"], given["arrays"])) for given in json.load(sys.stdin)]))
