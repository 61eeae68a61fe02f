"""
The VAE of "Generative Deep Learning", second edition, chapter 3, written anew:
https://github.com/davidADSP/Generative_Deep_Learning_2nd_Edition/tree/main/notebooks/03_vae/02_vae_fashion
"""
from keras_vae import conv, part, train, up  # first: it chooses the backend of Keras

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402

from common import arguments, images  # noqa: E402

BETA = 500


def cross_entropy(x, probabilities):
    return BETA * tf.reduce_mean(keras.losses.binary_crossentropy(x, probabilities), axis=(1, 2))


if __name__ == "__main__":
    given = arguments(epochs=5)
    keras.utils.set_random_seed(given.seed)
    encoder = part(
        (32, 32, 1), conv(32, 2), conv(64, 2), conv(128, 2), layers.Flatten(), (layers.Dense(2), layers.Dense(2))
    )
    decoder = part(
        (2,), layers.Dense(2048), layers.Reshape((4, 4, 128)), up(128), up(64), up(32), conv(1, 1, "sigmoid")
    )
    sets = {
        name: np.pad(images(given.data, name), ((0, 0), (2, 2), (2, 2)))[..., None] for name in ("train", "test")
    }
    train(encoder, decoder, cross_entropy, sets, given.epochs, 100, 5e-4, given.seed)
