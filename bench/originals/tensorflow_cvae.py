"""The convolutional VAE of TensorFlow's tutorials, written anew: https://www.tensorflow.org/tutorials/generative/cvae"""
from keras_vae import conv, part, train, up  # first: it chooses the backend of Keras

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402

from common import arguments, images  # noqa: E402


def cross_entropy(x, logits):
    return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=logits), axis=(1, 2, 3))


if __name__ == "__main__":
    given = arguments(epochs=10)
    keras.utils.set_random_seed(given.seed)
    packed = part((28, 28, 1), conv(32, 2, padding="valid"), conv(64, 2, padding="valid"), layers.Flatten(), layers.Dense(4))
    encoder = keras.Model(packed.input, [packed.output[:, :2], packed.output[:, 2:]])
    decoder = part(
        (2,), layers.Dense(1568, activation="relu"), layers.Reshape((7, 7, 32)), up(64), up(32), up(1, 1, None)
    )
    sets = {name: np.where(images(given.data, name) > 0.5, 1, 0).astype("float32")[..., None] for name in ("train", "test")}
    train(encoder, decoder, cross_entropy, sets, given.epochs, 32, 1e-4, given.seed)
