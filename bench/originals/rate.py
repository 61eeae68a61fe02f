"""
Images a second of training in PyTorch and TensorFlow, of the networks of examples/: random images, Adam.

    python bench/originals/rate.py --network keras-vae --engine pytorch --way channels_last --seconds 8
"""
import argparse
import os
import time

parser = argparse.ArgumentParser()
parser.add_argument("--network", choices=["keras-vae", "vanilla-vae", "depthwise-autoencoder"], required=True)
parser.add_argument("--engine", choices=["pytorch", "tensorflow"], required=True)
parser.add_argument("--way", choices=["eager", "channels_last", "compile"], default="eager", help="of PyTorch")
parser.add_argument("--seconds", type=float, default=8)
given = parser.parse_args()
BATCH, SIDE, CHANNELS = {"keras-vae": (128, 28, 1)}.get(given.network, (64, 64, 3))
COUNT, WARM_UP_STEPS, WARM_UP_SECONDS = 2048, 5, 2


def measure(step):
    """Calls `step` until the time is over; the first steps and seconds do not count."""
    begun, since, done = time.time(), None, 0
    while since is None or time.time() - since < given.seconds:
        step()
        done += 1
        if since is None and done >= WARM_UP_STEPS and time.time() - begun > WARM_UP_SECONDS:
            since, done = time.time(), 0
    return done * BATCH / (time.time() - since)


def in_pytorch():
    import torch
    from torch import nn
    from torch.nn import functional as F

    import vanilla_vae
    from torch_vae import loss_of, sample

    class KerasVAE(nn.Module):
        def __init__(self):
            super().__init__()
            down = lambda a, b: [nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(a, b, 3, 2), nn.ReLU()]
            up = lambda a, b: [nn.ConvTranspose2d(a, b, 3, 2, padding=1, output_padding=1), nn.ReLU()]
            self.encoder = nn.Sequential(*down(1, 32), *down(32, 64), nn.Flatten(), nn.Linear(3136, 16), nn.ReLU())
            self.mean, self.log_variance = nn.Linear(16, 2), nn.Linear(16, 2)
            self.decoder = nn.Sequential(
                nn.Linear(2, 3136), nn.ReLU(), nn.Unflatten(1, (64, 7, 7)), *up(64, 64), *up(64, 32),
                nn.ConvTranspose2d(32, 1, 3, padding=1),
            )

        def forward(self, x):
            features = self.encoder(x)
            mean, log_variance = self.mean(features), self.log_variance(features)
            return self.decoder(sample(mean, log_variance)), mean, log_variance

    def separable(a, b, stride):
        depth = nn.Conv2d(a, a, 3, stride, padding=1, groups=a, bias=False)
        return [depth, nn.Conv2d(a, b, 1), nn.BatchNorm2d(b), nn.ReLU()]

    def depthwise_autoencoder():
        twice = lambda: nn.Upsample(scale_factor=2)
        return nn.Sequential(
            nn.Conv2d(3, 32, 3, 2, padding=1), nn.ReLU(), *separable(32, 64, 2), *separable(64, 128, 2),
            nn.Flatten(), nn.Linear(8192, 32), nn.Linear(32, 8192), nn.ReLU(), nn.Unflatten(1, (128, 8, 8)),
            twice(), *separable(128, 64, 1), twice(), *separable(64, 32, 1), twice(),
            nn.Conv2d(32, 3, 3, padding=1), nn.Sigmoid(),
        )

    torch.set_flush_denormal(True)
    model, loss = {
        "keras-vae": (KerasVAE, loss_of),
        "vanilla-vae": (vanilla_vae.VanillaVAE, vanilla_vae.loss_of),
        "depthwise-autoencoder": (depthwise_autoencoder, F.mse_loss),
    }[given.network]
    model = model()
    layout = torch.channels_last if given.way == "channels_last" else torch.contiguous_format
    model = model.to(memory_format=layout)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    run = torch.compile(model) if given.way == "compile" else model
    images = torch.rand(COUNT, CHANNELS, SIDE, SIDE)

    def step():
        x = images[torch.randint(0, COUNT, (BATCH,))].contiguous(memory_format=layout)
        optimizer.zero_grad(set_to_none=True)
        loss(run(x), x).backward()
        optimizer.step()

    return f"PyTorch {torch.__version__}, {given.way}", measure(step)


def in_tensorflow():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from keras_vae import conv, divergence, part, summed_cross_entropy, up

    import keras
    import numpy as np
    import tensorflow as tf
    from keras import layers

    def normalised(layer):
        return [layer, layers.BatchNormalization(), layers.LeakyReLU(negative_slope=0.01)]

    def separable(filters, strides):
        layer = layers.SeparableConv2D(filters, 3, strides=strides, padding="same")
        return [layer, layers.BatchNormalization(), layers.ReLU()]

    def keras_vae():
        return part(
            (28, 28, 1), conv(32, 2), conv(64, 2), layers.Flatten(), layers.Dense(16, activation="relu"),
            (layers.Dense(2), layers.Dense(2)),
        ), part(
            (2,), layers.Dense(3136, activation="relu"), layers.Reshape((7, 7, 64)), up(64), up(32), up(1, 1, "sigmoid"),
        )

    def vanilla():
        downs = [layer for filters in (32, 64, 128, 256, 512) for layer in normalised(conv(filters, 2, None))]
        ups = [layer for filters in (256, 128, 64, 32, 32) for layer in normalised(up(filters, 2, None))]
        return part((64, 64, 3), *downs, layers.Flatten(), (layers.Dense(128), layers.Dense(128))), part(
            (128,), layers.Dense(2048), layers.Reshape((2, 2, 512)), *ups, conv(3, 1, "tanh"),
        )

    def depthwise():
        twice = layers.UpSampling2D
        return part(
            (64, 64, 3), conv(32, 2), *separable(64, 2), *separable(128, 2), layers.Flatten(), layers.Dense(32),
        ), part(
            (32,), layers.Dense(8192, activation="relu"), layers.Reshape((8, 8, 128)), twice(), *separable(64, 1),
            twice(), *separable(32, 1), twice(), conv(3, 1, "sigmoid"),
        )

    makers = {"keras-vae": keras_vae, "vanilla-vae": vanilla, "depthwise-autoencoder": depthwise}
    encoder, decoder = makers[given.network]()
    weights = encoder.trainable_variables + decoder.trainable_variables
    optimizer = keras.optimizers.Adam(1e-3)
    optimizer.build(weights)

    def squared(x, y):
        return tf.reduce_mean((x - y) ** 2)

    def loss_of(x):
        if given.network == "depthwise-autoencoder":
            return squared(x, decoder(encoder(x, training=True), training=True))
        mean, log_variance = encoder(x, training=True)
        code = mean + tf.exp(0.5 * log_variance) * tf.random.normal(tf.shape(mean))
        y, weighted = decoder(code, training=True), tf.reduce_mean(divergence(mean, log_variance))
        if given.network == "keras-vae":
            return tf.reduce_mean(summed_cross_entropy(x, y)) + weighted
        return squared(x, y) + 0.00025 * weighted

    @tf.function
    def compiled(x):
        with tf.GradientTape() as tape:
            loss = loss_of(x)
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    images = np.random.rand(COUNT, SIDE, SIDE, CHANNELS).astype("float32")
    rate = measure(lambda: float(compiled(tf.constant(images[np.random.randint(0, COUNT, BATCH)]))))
    return f"TensorFlow {tf.__version__}", rate


name, rate = in_pytorch() if given.engine == "pytorch" else in_tensorflow()
print(f"{given.network}, batch {BATCH}, {name}: {rate:.0f} images/s", flush=True)
