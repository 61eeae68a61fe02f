"""Keras: trains a network with `fit` on the CPU and prints its throughput as one JSON line.

In: the network on standard input; `--backend tensorflow|jax --batch-size N --seconds S --images FILE`,
`--steps-per-execution N` and `--jit auto|off` as `compile` has them.
"""
import os
import sys
import time

for name, value in (("KERAS_BACKEND", sys.argv[sys.argv.index("--backend") + 1]), ("TF_CPP_MIN_LOG_LEVEL", "3")):
    os.environ[name] = value

import keras
from keras import layers as made
from keras import ops

import common


class Sampling(made.Layer):
    """The heads, and a draw between them; of `gaussian-sampling` the heads are its own."""

    def __init__(self, layer):
        super().__init__()
        own = layer.type == "gaussian-sampling"
        activations = (layer.get("meanActivation", "linear"), "linear")
        self.heads = [made.Dense(layer["units"], activation=name) for name in activations] if own else []
        self.by_sigma = layer.get("parameterisation", "log-variance") == "log-sigma"
        self.std = layer.get("epsilonStd", 1)
        self.seeds = keras.random.SeedGenerator(1)

    def call(self, inputs):
        mean, scale = [head(inputs) for head in self.heads] if self.heads else inputs
        log_variance = 2 * scale if self.by_sigma else scale
        noise = keras.random.normal(ops.shape(mean), stddev=self.std, seed=self.seeds)
        return mean + ops.exp(0.5 * log_variance) * noise, mean, log_variance


def fits_same(layer):
    """Whether padding `same` gives the size that these pads give: engines pad without a copy then."""
    strides = layer.get("strides", [1, 1])
    return any(map(sum, layer.pads)) and all(
        after == -(-size // stride) for size, stride, after in zip(layer.shape, strides, layer.after)
    )


def convolution(layer):
    if not any(map(sum, layer.pads)):
        return windows(made.Conv2D, layer, "valid")
    if fits_same(layer):
        return windows(made.Conv2D, layer, "same")
    around = made.ZeroPadding2D(tuple(map(tuple, layer.pads)))
    inner = windows(made.Conv2D, layer, "valid")
    return lambda x: inner(around(x))


def transposed(layer):
    strides = layer.get("strides", [1, 1])
    more = {}
    if layer.get("padding", "valid") == "same" and any(
        after != size * stride for size, stride, after in zip(layer.shape, strides, layer.after)
    ):
        more = {"output_padding": layer.get("outputPadding", None)}
    return windows(made.Conv2DTranspose, layer, layer.get("padding", "valid"), **more)


def windows(make, layer, padding, **more):
    settings = {"strides": layer.get("strides", [1, 1]), "padding": padding, "use_bias": layer.get("useBias", True)}
    return make(layer["filters"], layer["kernelSize"], activation=layer.get("activation", "linear"), **settings, **more)


LAYERS = {
    "dense": lambda layer: made.Dense(layer["units"], activation=layer["activation"], use_bias=layer.get("useBias", True)),
    "conv2d": convolution,
    "conv2d-transpose": transposed,
    "max-pooling2d": lambda layer: made.MaxPooling2D(layer["poolSize"]),
    "up-sampling2d": lambda layer: made.UpSampling2D(layer["size"]),
    "zero-padding2d": lambda layer: made.ZeroPadding2D((common.both(layer["rows"]), common.both(layer["columns"]))),
    "flatten": lambda layer: made.Flatten(),
    "reshape": lambda layer: made.Reshape(layer.after),
    "rescaling": lambda layer: made.Rescaling(layer["scale"], layer["offset"]),
    "dropout": lambda layer: made.Dropout(layer["rate"]),
    "relu": lambda layer: made.ReLU(),
    "leaky-relu": lambda layer: made.LeakyReLU(negative_slope=layer["slope"]),
    "batch-normalization": lambda layer: made.BatchNormalization(momentum=layer["momentum"], epsilon=layer["epsilon"]),
    "add": lambda layer: made.Add(),
    "concatenate": lambda layer: made.Concatenate(),
    "sampling": Sampling,
    "gaussian-sampling": Sampling,
}
ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")
RECONSTRUCTIONS = {
    "mse": lambda y, x: ops.sum(ops.square(y - x)),
    "bce": lambda y, x: ops.sum(ops.binary_crossentropy(x, y, from_logits=True)),
}


def divergence(mean, log_variance):
    return 0.5 * ops.sum(ops.square(mean) + ops.exp(log_variance) - log_variance - 1)


TERMS = {"kl": divergence, "vae": divergence}


def network_of(job):
    """A Functional model whose outputs are the reconstruction and the heads, with the loss of the network."""
    image = keras.Input(job.network["inputShape"])
    values, heads = {"input": image}, []
    for layer in job.layers:
        inputs = [values[name] for name in layer.inputs]
        y = LAYERS[layer.type](layer)(inputs if len(inputs) > 1 else inputs[0])
        if isinstance(y, (tuple, list)):
            y, *heads = y
        values[layer.name] = y
    weight, beta = common.weights_of_loss(job)
    error = RECONSTRUCTIONS[job.objective["reconstruction"]["type"]]

    class Network(keras.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            reconstruction, *heads = y_pred if isinstance(y_pred, (list, tuple)) else [y_pred]
            loss = weight * error(reconstruction, x)
            return loss + beta * divergence(*heads) if beta else loss

    return Network(image, [y, *heads] if heads else y)


class Clock(keras.callbacks.Callback):
    """Ends the training in time; the loss is waited for only when a clock starts or stops."""

    async_safe = True

    def __init__(self, seconds, steps_per_call):
        super().__init__()
        self.seconds, self.steps_per_call = seconds, steps_per_call
        self.calls, self.steps, self.began, self.elapsed = 0, 0, None, None
        self.first = self.loss = None

    def on_train_batch_end(self, batch, logs=None):
        now = time.perf_counter()
        self.calls += 1
        if self.first is None:
            self.first = float(logs["loss"])
        if self.calls == 2:
            self.since = time.perf_counter()
        elif self.calls > 2 and self.began is None:
            warm = now - self.since
            if warm >= self.seconds or (self.calls > 2 + common.WARM_UP_STEPS and warm >= common.WARM_UP_SECONDS):
                float(logs["loss"])
                self.began = time.perf_counter()
                self.turn = common.steps_of_a_turn((self.began - self.since) / (self.calls - 2))
        elif self.began is not None and self.elapsed is None:
            self.steps += self.steps_per_call
            if self.calls % self.turn == 0:
                float(logs["loss"])
            if now - self.began >= self.seconds:
                self.loss = float(logs["loss"])
                self.elapsed = time.perf_counter() - self.began
                self.model.stop_training = True


def prepare(job):
    steps_per_execution, jit = job.options.steps_per_execution, job.options.jit
    common.require_known(job, LAYERS, ACTIVATIONS, RECONSTRUCTIONS, TERMS)
    keras.utils.set_random_seed(1)
    model = network_of(job)
    betas = {"beta_1": common.BETA_1, "beta_2": common.BETA_2}
    adam = keras.optimizers.Adam(common.LEARNING_RATE, **betas, epsilon=common.EPSILON)
    model.compile(adam, steps_per_execution=steps_per_execution, jit_compile="auto" if jit == "auto" else False)
    pixels = common.read_pixels(job)
    # The last batch of an epoch is a whole one, as those of the other peers are.
    whole = len(pixels) // (job.options.batch_size * steps_per_execution) * job.options.batch_size * steps_per_execution
    clock = Clock(job.options.seconds, steps_per_execution)
    try:
        model.fit(pixels[:whole], batch_size=job.options.batch_size, epochs=10**9, verbose=0, callbacks=[clock])
    except (RuntimeError, ValueError):
        # On JAX, Keras 3.15 fails when it is stopped within any epoch but the first: its metrics' arrays were given away.
        if clock.elapsed is None:
            raise
    return clock.steps, clock.elapsed, clock.first, clock.loss


if __name__ == "__main__":
    given = common.read_job(__doc__, backend=("tensorflow", "jax"), jit=("auto", "off"), steps_per_execution=(1, 8))
    backend = given.options.backend
    version = f"{keras.__version__}, {backend} {__import__(backend).__version__}"
    remark = f"steps per execution: {given.options.steps_per_execution}, jit: {given.options.jit}"
    common.run_peer(f"keras-{backend}", version, given, lambda: prepare(given), remark)
