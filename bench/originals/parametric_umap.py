"""
The autoencoder that Parametric UMAP is compared with (https://github.com/timsainb/ParametricUMAP_paper), written anew:
binary cross-entropy, the first 50,000 images of MNIST; with --loss mse squared error, all 60,000.
"""
from keras_vae import conv, part, up  # first: it chooses the backend of Keras

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

from common import Report, arguments, images  # noqa: E402

TRAINED = {"bce": 50_000, "mse": 60_000}
LOSSES = {"bce": "binary_crossentropy", "mse": "mean_squared_error"}

if __name__ == "__main__":
    given = arguments(epochs=50, losses=list(LOSSES))
    keras.utils.set_random_seed(given.seed)
    encoder = part(
        (28, 28, 1), conv(64, 2, padding="valid"), conv(128, 2, padding="valid"), layers.Flatten(),
        layers.Dense(512, activation="relu"), layers.Dense(2),
    )
    decoder = part(
        (2,), layers.Dense(512, activation="relu"), layers.Dense(12544, activation="relu"), layers.Reshape((7, 7, 256)),
        up(128), up(64), up(1, 1, "sigmoid"),
    )
    autoencoder = keras.Model(encoder.input, decoder(encoder.output))
    autoencoder.compile(optimizer="adam", loss=LOSSES[given.loss])
    x, test = images(given.data, "train")[: TRAINED[given.loss], ..., None], images(given.data, "test")[..., None]
    report = Report()

    class Measure(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            y = autoencoder.predict(test, batch_size=500, verbose=0)
            loss = np.mean(keras.losses.get(LOSSES[given.loss])(test, y))
            report.epoch(epoch + 1, logs["loss"], loss, testMse=np.mean((y - test) ** 2))

    autoencoder.fit(x, x, epochs=given.epochs, batch_size=256, verbose=0, callbacks=[Measure()])
