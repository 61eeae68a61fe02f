"""The same autoencoder of about 20 MB as the programs that people have write it, for `large.mjs`.

    python3 large.py FOLDER

Needs PyTorch, safetensors, onnx, onnxscript, tf2onnx, tf_keras and Keras 3 on TensorFlow. 784-1536-768-2 and back, weights drawn.
"""

import json
import os
import sys
import warnings

os.environ.update(KERAS_BACKEND="tensorflow", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")
warnings.filterwarnings("ignore")

import keras
import tensorflow as tf
import tf2onnx
import tf_keras
import torch
from safetensors.torch import save_file
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2_as_graph
from google.protobuf.json_format import MessageToDict

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
WIDTHS = (784, 1536, 768, 2, 768, 1536, 784)


def path(name):
    return os.path.join(FOLDER, name)


class Autoencoder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        nn = torch.nn
        self.encoder = nn.Sequential(nn.Linear(784, 1536), nn.ReLU(), nn.Linear(1536, 768), nn.ReLU(), nn.Linear(768, 2))
        self.decoder = nn.Sequential(nn.Linear(2, 768), nn.ReLU(), nn.Linear(768, 1536), nn.ReLU(), nn.Linear(1536, 784), nn.Sigmoid())

    def forward(self, images):
        return self.decoder(self.encoder(images))


torch.manual_seed(1)
net = Autoencoder().eval()
images = torch.zeros(2, 784)
torch.save(net.state_dict(), path("state-dict.pt"))
torch.save({"epoch": 3, "model_state_dict": net.state_dict()}, path("checkpoint.pth"))
save_file(net.state_dict(), path("weights.safetensors"))
for name, dynamo in (("torch.onnx", False), ("torch-dynamo.onnx", True)):
    kept = dict(external_data=False) if dynamo else dict(dynamic_axes={"images": {0: "batch"}})
    torch.onnx.export(net, (images,), path(name), input_names=["images"], output_names=["reconstruction"], dynamo=dynamo, **kept)


def sequential(module):
    def half(name, size, *layers):
        return module.Sequential([module.Input((size,)), *layers], name=name)

    dense = module.layers.Dense
    encoder = half("encoder", 784, dense(1536, activation="relu"), dense(768, activation="relu"), dense(2))
    decoder = half("decoder", 2, dense(768, activation="relu"), dense(1536, activation="relu"), dense(784, activation="sigmoid"))
    return module.Sequential([module.Input((784,)), encoder, decoder], name="autoencoder")


model = sequential(keras)
model.save(path("keras-3.keras"))
model.save(path("keras-3.h5"))
model.save_weights(path("keras-3.weights.h5"))
sequential(tf_keras).save(path("keras-2.h5"))

inputs = [tf.TensorSpec((None, 784), tf.float32, name="inputs")]
function = tf.function(lambda inputs: model(inputs, training=False), input_signature=inputs)
tf2onnx.convert.from_function(function, input_signature=inputs, opset=15, output_path=path("tf2onnx.onnx"))

frozen, graph = convert_variables_to_constants_v2_as_graph(function.get_concrete_function())
nodes, weights, data = [], [], b""
for node in graph.node:
    entry = MessageToDict(node)
    attr = {key: value for key, value in entry.get("attr", {}).items() if not key.startswith("_")}
    if node.op == "Const":
        values = tf.make_ndarray(node.attr["value"].tensor)
        weights.append({"name": node.name, "shape": list(values.shape), "dtype": "float32" if values.dtype.kind == "f" else "int32"})
        data += values.tobytes()
        attr["value"] = {"tensor": {key: attr["value"]["tensor"][key] for key in ("dtype", "tensorShape") if key in attr["value"]["tensor"]}}
    nodes.append({"name": node.name, "op": node.op, **({"input": list(node.input)} if node.input else {}), "attr": attr})
os.makedirs(path("graph-model"), exist_ok=True)
with open(path("graph-model/group1-shard1of1.bin"), "wb") as file:
    file.write(data)
dims = [{"size": "-1"}, {"size": "784"}]
with open(path("graph-model/model.json"), "w") as file:
    json.dump({
        "format": "graph-model", "generatedBy": tf.__version__, "convertedBy": "large.py",
        "signature": {
            "inputs": {"inputs": {"name": "inputs:0", "dtype": "DT_FLOAT", "tensorShape": {"dim": dims}}},
            "outputs": {"output_0": {"name": frozen.outputs[0].name, "dtype": "DT_FLOAT"}},
        },
        "modelTopology": {"node": nodes, "library": {}, "versions": {"producer": 1882}},
        "weightsManifest": [{"paths": ["group1-shard1of1.bin"], "weights": weights}],
    }, file)

for name in sorted(os.listdir(FOLDER)):
    print(name, os.path.getsize(path(name)))
