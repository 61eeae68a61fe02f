"""Holds exported models against programs that are not ours: h5py, onnx, onnxruntime, Keras.

    python3 scripts/check-formats.py FOLDER

FOLDER is made by `node scripts/check-formats.mjs`, which runs this file. What is not installed is left out, and named.
Exit code 1 where a check fails.
"""

import importlib
import io
import json
import os
import sys
import zipfile

os.environ.update(KERAS_BACKEND="tensorflow", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import numpy as np

sys.dont_write_bytecode = True
from keras_groups import arrays_of

# Of single precision against double: the deepest network of the zoo is off by 7e-6.
TOLERANCE = 1e-5
failures = []


def optional(name):
    try:
        return importlib.import_module(name)
    except Exception:
        return None


h5py, onnx, onnxruntime = optional("h5py"), optional("onnx"), optional("onnxruntime")
keras = optional("keras") if "--no-keras" not in sys.argv else None
tf_keras = optional("tf_keras") if keras is not None else None
tools = {"h5py": h5py, "onnx": onnx, "onnxruntime": onnxruntime, "keras": keras, "tf_keras": tf_keras}
print("python", sys.version.split()[0], *(f"{name} {module.__version__ if module else 'not installed'}" for name, module in tools.items()))


def check(ok, what):
    if not ok:
        failures.append(what)
        print("FAILED:", what)


def check_hdf5(name, archive, layer_arrays):
    config = json.loads(archive.read("config.json"))
    with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
        found = {}
        file.visititems(lambda key, item: found.__setitem__(key, item) if isinstance(item, h5py.Dataset) else None)
        check("vars" in file, f"{name}: no group vars")
        check(all(item.dtype == np.float32 for item in found.values()), f"{name}: not float32 throughout")
        wanted = set(arrays_of(config, layer_arrays))
        check(wanted == set(found), f"{name}: arrays differ by {sorted(wanted ^ set(found))[:4]}")
        check(all(np.isfinite(item[...]).all() for item in found.values()), f"{name}: values")
        return len(found), sum(item.size for item in found.values())


def check_onnx(path, x, expected):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    shapes = {value.name: [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim] for value in [*model.graph.input, *model.graph.output]}
    check(all(shape[0] == "batch" for shape in shapes.values()), f"{path}: a batch that is not dynamic: {shapes}")
    check({"network", "spec", "licence"} <= {entry.key for entry in model.metadata_props}, f"{path}: metadata")
    if onnxruntime is None:
        return None
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    worst = 0.0
    for batch in (1, len(x)):
        result = dict(zip([o.name for o in session.get_outputs()], session.run(None, {session.get_inputs()[0].name: x[:batch]})))
        for output, value in expected.items():
            if output in result:
                worst = max(worst, difference(result[output], value[:batch]))
    check(worst < TOLERANCE, f"{path}: differs by {worst}")
    return worst


def difference(got, wanted):
    """The largest one, as a share of the largest value where that is above 1."""
    wanted = wanted.reshape(got.shape)
    return float(np.abs(got - wanted).max() / max(1.0, np.abs(wanted).max()))


def figure(value):
    return "-" if value is None else f"{value:.1e}"


folder = sys.argv[1]
print(f"{'network':18} {'arrays':>6} {'values':>9}  {'onnx graphs':>11} {'onnxruntime':>11} {'keras':>8}")
for name in json.load(open(os.path.join(folder, "networks.json"))):
    here = os.path.join(folder, name)
    x = np.load(os.path.join(here, "inputs.npy"))
    outputs = {file[:-4]: np.load(os.path.join(here, file)) for file in os.listdir(here) if file.endswith(".npy") and file != "inputs.npy"}
    arrays = values = None
    if h5py:
        with zipfile.ZipFile(os.path.join(here, f"{name}.keras")) as archive:
            check(archive.testzip() is None, f"{name}.keras: checksums")
            layer_arrays = json.load(open(os.path.join(here, "arrays.json")))
            arrays, values = check_hdf5(name, archive, layer_arrays)
    graphs, worst = 0, None
    if onnx:
        for file in sorted(os.listdir(os.path.join(here, "onnx"))):
            given = outputs["code"] if file == "decoder.onnx" else x
            found = check_onnx(os.path.join(here, "onnx", file), given, outputs)
            graphs += 1
            worst = found if worst is None else max(worst, found or 0)
    in_keras = None
    if keras:
        model = keras.models.load_model(os.path.join(here, f"{name}.keras"))
        result = np.asarray(model(x))
        wanted = outputs.get("reconstruction", outputs.get("probabilities"))
        in_keras = difference(result, wanted)
        check(in_keras < TOLERANCE, f"{name}: Keras differs by {in_keras}")
    print(f"{name:18} {arrays or '-':>6} {values or '-':>9}  {graphs or '-':>11} {figure(worst):>11} {figure(in_keras):>8}")


def check_variational(name, here):
    """A file with a Gaussian code opens without any class of ours; it is saved again for us to read."""
    given = [np.load(os.path.join(here, file)) for file in ("inputs.npy", "labels.npy") if os.path.exists(os.path.join(here, file))]
    code, wanted = (np.load(os.path.join(here, f"{file}.npy")) for file in ("code", "reconstruction"))
    worst = {}
    for generation, program in (("keras", keras), ("tf_keras", tf_keras)):
        if program is None:
            continue
        model = program.models.load_model(os.path.join(here, "model.keras"))
        arguments = given if len(given) > 1 else given[0]
        heads = model.get_layer("encoder")(arguments)
        check(len(heads) == 2, f"{name}: {generation}: {len(heads)} outputs of the encoder")
        worst[generation] = max(difference(np.asarray(model(arguments)), wanted), difference(np.asarray(heads[0]), code))
        check(worst[generation] < TOLERANCE, f"{name}: {generation} differs by {worst[generation]}")
        if program is keras:
            for suffix in ("keras", "h5"):
                model.save(os.path.join(here, f"again.{suffix}"))
    print(f"{name:18} {figure(worst.get('keras')):>8} {figure(worst.get('tf_keras')):>8}")


if keras:
    print(f"\nVariational models\n{'network':18} {'keras':>8} {'tf_keras':>8}")
    for name in sorted(os.listdir(os.path.join(folder, "variational"))):
        check_variational(name, os.path.join(folder, "variational", name))
print("all checks passed" if not failures else f"{len(failures)} checks failed")
sys.exit(1 if failures else 0)
