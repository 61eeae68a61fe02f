"""Computes random networks in Keras itself.

    npm run random-networks -- --keras FOLDER
    python3 scripts/check-random-networks.py FOLDER

Exit code 1 where Keras does not load a file, or gives other outputs. KERAS_BACKEND says on which engine.
"""

import glob
import json
import os
import sys
import warnings

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "keras"))
warnings.filterwarnings("ignore")

import gaussian_sampling  # noqa: F401  registers the layers
import keras
import numpy as np

# Two engines through some ten layers, of the largest number: normalisation of what hardly varies enlarges roundings.
TOLERANCE = 1e-3
failures = 0
paths = sorted(glob.glob(os.path.join(sys.argv[1], "*.keras")))
for path in paths:
    case = json.load(open(f"{os.path.splitext(path)[0]}.json"))
    images = np.array(case["images"], "float32").reshape([-1, *case["inputShape"]])
    inputs = images if case["labels"] is None else [images, np.array(case["labels"], "float32").reshape(len(images), -1)]
    expected = np.array(case["reconstruction"], "float32")
    try:
        outputs = keras.ops.convert_to_numpy(keras.models.load_model(path)(inputs)).reshape(-1)
        difference = np.abs(outputs - expected).max() / (np.abs(expected).max() or 1)
        problem = None if difference <= TOLERANCE else f"differs by {difference}"
    except Exception as error:
        problem = f"{type(error).__name__}: {str(error)[-300:]}"
    if problem is not None:
        failures += 1
        print(f"FAILED: {os.path.basename(path)}: {problem}")
print(f"keras {keras.__version__}: {len(paths)} networks, {failures} failed")
sys.exit(1 if failures or not paths else 0)
