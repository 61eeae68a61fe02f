"""JAX: trains a network on the CPU and prints its throughput as one JSON line.

In: the network on standard input; `--batch-size N --seconds S --images FILE`.
The whole step (the batch gathered by index, loss, gradients, optax's Adam) is one function under `jit`, whose state is
given away to the next.
"""
import functools
import math

import jax
import jax.numpy as jnp
import optax
from jax import lax

import common

ACTIVATIONS = {"linear": lambda x: x, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh}
AXES = ("NHWC", "HWIO", "NHWC")
INITIAL = {"bias": 0, "beta": 0, "mean": 0, "gamma": 1, "variance": 1}


def bias_of(layer, filters):
    return {"bias": [filters]} if layer.get("useBias", True) else {}


def dense(layer, x, p, _):
    return x @ p["kernel"] + p.get("bias", 0)


def convolution(layer, x, p, _):
    y = lax.conv_general_dilated(x, p["kernel"], layer.get("strides", [1, 1]), layer.pads, dimension_numbers=AXES)
    return y + p.get("bias", 0)


def transposed(layer, x, p, _):
    strides = layer.get("strides", [1, 1])
    pads = []
    for axis, kernel in enumerate(layer["kernelSize"]):
        before = kernel - 1 - layer.pads[axis][0]
        pads.append([before, layer.after[axis] + kernel - 2 - (layer.shape[axis] - 1) * strides[axis] - before])
    y = lax.conv_general_dilated(x, p["kernel"], [1, 1], pads, lhs_dilation=strides, dimension_numbers=AXES)
    return y + p.get("bias", 0)


def pool(layer, x, _p, _):
    size = (1, *layer["poolSize"], 1)
    return lax.reduce_window(x, -jnp.inf, lax.max, size, size, "VALID")


def dropout(layer, x, _p, key):
    keep = 1 - layer["rate"]
    return jnp.where(jax.random.bernoulli(key, keep, x.shape), x / keep, 0)


def normalization(layer, x, p, _):
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axes), x.var(axes)
    m = layer["momentum"]
    state = {"mean": m * p["mean"] + (1 - m) * mean, "variance": m * p["variance"] + (1 - m) * variance}
    y = (x - mean) * (p["gamma"] * lax.rsqrt(variance + layer["epsilon"])) + p["beta"]
    return y, lax.stop_gradient(state)


def draw(layer, mean, scale, key):
    log_variance = 2 * scale if layer.get("parameterisation", "log-variance") == "log-sigma" else scale
    noise = layer.get("epsilonStd", 1) * jax.random.normal(key, mean.shape)
    return mean + jnp.exp(0.5 * log_variance) * noise, (mean, log_variance)


def sampling(layer, inputs, _p, key):
    return draw(layer, *inputs, key)


def gaussian_sampling(layer, x, p, key):
    mean = ACTIVATIONS[layer["meanActivation"]](x @ p["kernel"] + p["bias"])
    return draw(layer, mean, x @ p["kernel_of_scale"] + p["bias_of_scale"], key)


def gaussian_weights(layer):
    heads = ("", "_of_scale")
    shapes = {"kernel": [layer.shape[0], layer["units"]], "bias": [layer["units"]]}
    return {role + head: shape for head in heads for role, shape in shapes.items()}


def normalization_weights(layer):
    return {role: [layer.shape[-1]] for role in ("gamma", "beta", "mean", "variance")}


def kernel_weights(layer):
    kernel = {"kernel": [*layer["kernelSize"], layer.shape[2], layer["filters"]]}
    return {**kernel, **bias_of(layer, layer["filters"])}


def dense_weights(layer):
    return {"kernel": [layer.shape[0], layer["units"]], **bias_of(layer, layer["units"])}


def none(_layer):
    return {}


def margins(layer, x, _p, _):
    return jnp.pad(x, ((0, 0), common.both(layer["rows"]), common.both(layer["columns"]), (0, 0)))


def upsampled(layer, x, _p, _):
    return x.repeat(layer["size"][0], 1).repeat(layer["size"][1], 2)


# How a layer computes, from what enters, its weights and a key; and its weights' shapes.
LAYERS = {
    "dense": (dense, dense_weights),
    "conv2d": (convolution, kernel_weights),
    "conv2d-transpose": (transposed, kernel_weights),
    "max-pooling2d": (pool, none),
    "up-sampling2d": (upsampled, none),
    "zero-padding2d": (margins, none),
    "flatten": (lambda layer, x, _p, _: x.reshape(x.shape[0], -1), none),
    "reshape": (lambda layer, x, _p, _: x.reshape(x.shape[0], *layer.after), none),
    "rescaling": (lambda layer, x, _p, _: x * layer["scale"] + layer["offset"], none),
    "dropout": (dropout, none),
    "relu": (lambda layer, x, _p, _: jax.nn.relu(x), none),
    "leaky-relu": (lambda layer, x, _p, _: jax.nn.leaky_relu(x, layer["slope"]), none),
    "batch-normalization": (normalization, normalization_weights),
    "add": (lambda layer, inputs, _p, _: sum(inputs[1:], inputs[0]), none),
    "concatenate": (lambda layer, inputs, _p, _: jnp.concatenate(inputs, -1), none),
    "sampling": (sampling, none),
    "gaussian-sampling": (gaussian_sampling, gaussian_weights),
}
RECONSTRUCTIONS = {
    "mse": lambda y, x: jnp.square(y - x).sum(),
    "bce": lambda y, x: optax.sigmoid_binary_cross_entropy(y, x).sum(),
}


def divergence(mean, log_variance):
    return 0.5 * (jnp.square(mean) + jnp.exp(log_variance) - log_variance - 1).sum()


TERMS = {"kl": divergence, "vae": divergence}


def initial_weights(job):
    """Glorot-uniform kernels; by layer and role."""
    weights = {}
    for at, layer in enumerate(job.layers):
        for role, shape in LAYERS[layer.type][1](layer).items():
            if role in INITIAL or role.startswith("bias"):
                value = jnp.full(shape, INITIAL.get(role, 0), jnp.float32)
            else:
                fans = math.prod(shape[:-2]) * (shape[-2] + shape[-1])
                limit = math.sqrt(6 / fans)
                value = jax.random.uniform(jax.random.key(at + len(weights)), shape, minval=-limit, maxval=limit)
            weights.setdefault(layer.name, {})[role] = value
    return weights


def loss_with_state(job, weights, x, key):
    """The loss of a batch, and the running state after it."""
    values, heads, state = {"input": x}, None, {}
    for at, layer in enumerate(job.layers):
        inputs = [values[name] for name in layer.inputs]
        apply = LAYERS[layer.type][0]
        several = layer.type in ("add", "concatenate", "sampling")
        y = apply(layer, inputs if several else inputs[0], weights.get(layer.name, {}), jax.random.fold_in(key, at))
        if isinstance(y, tuple):
            y, more = y
            if isinstance(more, dict):
                state[layer.name] = more
            else:
                heads = more
        values[layer.name] = ACTIVATIONS[layer.get("activation", "linear")](y)
    weight, beta = common.weights_of_loss(job)
    loss = weight * RECONSTRUCTIONS[job.objective["reconstruction"]["type"]](y=values[layer.name], x=x)
    return loss + (beta * divergence(*heads) if beta else 0), state


def prepare(job):
    common.require_known(job, LAYERS, ACTIVATIONS, RECONSTRUCTIONS, TERMS)
    adam = optax.adam(common.LEARNING_RATE, b1=common.BETA_1, b2=common.BETA_2, eps=common.EPSILON)
    weights = initial_weights(job)
    images = jnp.asarray(common.read_pixels(job))

    @functools.partial(jax.jit, donate_argnums=(0,))
    def run(carry, images, order):
        weights, moments, key = carry
        key, noise = jax.random.split(key)
        x = images[order]
        gradient = jax.value_and_grad(functools.partial(loss_with_state, job), has_aux=True)
        (loss, state), gradients = gradient(weights, x, noise)
        updates, moments = adam.update(gradients, moments)
        weights = optax.apply_updates(weights, updates)
        weights = {name: {**roles, **state.get(name, {})} for name, roles in weights.items()}
        return (weights, moments, key), loss

    carry, latest = (weights, adam.init(weights), jax.random.key(1)), None
    order = common.orders(len(images), job.options.batch_size)

    def step():
        nonlocal carry, latest
        carry, latest = run(carry, images, next(order))

    def wait():
        jax.block_until_ready(carry)
        return float(latest)

    return common.measure(step, wait, job.options.seconds)


if __name__ == "__main__":
    given = common.read_job(__doc__)
    common.run_peer("jax", jax.__version__, given, lambda: prepare(given))
