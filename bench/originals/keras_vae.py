"""
VAEs in Keras on TensorFlow, for the programs beside it, and the VAE of the Keras examples, written anew:
https://keras.io/examples/generative/vae/
"""
import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402

from common import Report, arguments, images  # noqa: E402


def conv(filters, strides=1, activation="relu", padding="same"):
    return layers.Conv2D(filters, 3, strides=strides, padding=padding, activation=activation)


def up(filters, strides=2, activation="relu"):
    return layers.Conv2DTranspose(filters, 3, strides=strides, padding="same", activation=activation)


def part(shape, *chain):
    """A model of a chain; a tuple at its end gives several heads."""
    entering = tensor = layers.Input(shape)
    for layer in chain:
        tensor = [head(tensor) for head in layer] if isinstance(layer, tuple) else layer(tensor)
    return keras.Model(entering, tensor)


def divergence(mean, log_variance):
    return -0.5 * tf.reduce_sum(1 + log_variance - mean**2 - tf.exp(log_variance), axis=1)


def train(encoder, decoder, error, sets, epochs, batch, learning_rate, seed):
    """
    Trains for some epochs. The test loss is that of one sample of each code, as in training.

    error: from images and logits or probabilities to a number for each image
    """
    keras.utils.set_random_seed(seed)
    weights = encoder.trainable_variables + decoder.trainable_variables
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(weights)

    def loss_of(x):
        mean, log_variance = encoder(x)
        code = mean + tf.exp(0.5 * log_variance) * tf.random.normal(tf.shape(mean))
        return tf.reduce_mean(error(x, decoder(code)) + divergence(mean, log_variance))

    @tf.function(reduce_retracing=True)
    def step(x):
        with tf.GradientTape() as tape:
            loss = loss_of(x)
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    measure = tf.function(loss_of, reduce_retracing=True)

    def run(x, order, of):
        total = 0.0
        for at in range(0, len(order), batch):
            index = order[at : at + batch]
            total += float(of(tf.constant(x[index]))) * len(index)
        return total / len(order)

    report = Report()
    for epoch in range(1, epochs + 1):
        trained = run(sets["train"], np.random.permutation(len(sets["train"])), step)
        tested = run(sets["test"], np.arange(len(sets["test"])), measure)
        report.epoch(epoch, trained, tested)


def summed_cross_entropy(x, probabilities):
    return tf.reduce_sum(keras.losses.binary_crossentropy(x, probabilities), axis=(1, 2))


if __name__ == "__main__":
    given = arguments(epochs=30)
    keras.utils.set_random_seed(given.seed)
    encoder = part(
        (28, 28, 1), conv(32, 2), conv(64, 2), layers.Flatten(), layers.Dense(16, activation="relu"),
        (layers.Dense(2), layers.Dense(2)),
    )
    decoder = part(
        (2,), layers.Dense(3136, activation="relu"), layers.Reshape((7, 7, 64)),
        up(64), up(32), up(1, 1, "sigmoid"),
    )
    sets = {name: images(given.data, name)[..., None] for name in ("train", "test")}
    train(encoder, decoder, summed_cross_entropy, sets, given.epochs, 128, 1e-3, given.seed)
