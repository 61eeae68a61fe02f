"""Computes random networks in Keras itself.

    npm run random-networks -- --keras FOLDER
    python3 scripts/check-random-networks.py FOLDER

Exit code 1 where Keras does not load a file, or gives other outputs. It computes by TensorFlow unless KERAS_BACKEND names
another engine; that of PyTorch pads average pooling in another way.
"""

import glob
import json
import os
import sys
import warnings

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.update(CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")
sys.dont_write_bytecode = True
warnings.filterwarnings("ignore")

import keras
import numpy as np

# Two engines through some ten layers, of the largest number: normalisation of what does not vary, with an epsilon of 1e-8,
# makes ten thousand times as much of a rounding.
TOLERANCE = 1e-2
OF_TENSORFLOW = ["only supports equal length strides", "do not yet support dilation rates"]
failures = 0
paths = sorted(glob.glob(os.path.join(sys.argv[1], "*.keras")))
for path in paths:
    case = json.load(open(f"{os.path.splitext(path)[0]}.json"))
    images = np.array(case["images"], "float32").reshape([-1, *case["inputShape"]])
    inputs = images if case["labels"] is None else [images, np.array(case["labels"], "float32").reshape(len(images), -1)]
    expected = np.array(case["reconstruction"], "float32")
    try:
        outputs = keras.ops.convert_to_numpy(keras.models.load_model(path)(inputs)).reshape(-1)
        difference = np.abs(outputs - expected).max() / max(np.abs(expected).max(), 0.01)
        problem = None if difference <= TOLERANCE else f"differs by {difference}"
    except Exception as error:
        problem = f"{type(error).__name__}: {str(error)[:600]}"
    # TensorFlow, unlike the other engines of Keras, does not compute every convolution.
    if problem is not None and any(words in problem for words in OF_TENSORFLOW):
        print(f"left out, TensorFlow does not compute it: {os.path.basename(path)}")
    elif problem is not None:
        failures += 1
        print(f"FAILED: {os.path.basename(path)}: {problem}")
print(f"keras {keras.__version__}: {len(paths)} networks, {failures} failed")
sys.exit(1 if failures or not paths else 0)
