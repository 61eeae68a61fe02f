"""The code of a variational autoencoder, as Latent Plane writes it into `.keras` files.

Import this module before `keras.models.load_model`, with Keras 3 or Keras 2.15. Two dense heads give the mean and the
spread of a Gaussian; in training the layer returns a sample, otherwise the mean. It adds no loss of its own.
Source: Kingma & Welling 2013, section 2.4.
"""

import keras

try:
    from keras.saving import register_keras_serializable
except ImportError:  # Keras 2.12
    from keras.utils import register_keras_serializable

if keras.__version__.startswith("2."):
    import tensorflow as tf

    exp, normal = tf.exp, lambda mean, std: tf.random.normal(tf.shape(mean), stddev=std)
else:
    exp, normal = keras.ops.exp, lambda mean, std: keras.random.normal(keras.ops.shape(mean), stddev=std)


@register_keras_serializable(package="latent_plane")
class GaussianSampling(keras.layers.Layer):
    """`[batch, inputs] -> [batch, units]`: `z = mean + sigma * eps`, `eps ~ N(0, epsilon_std^2)`.

    `parameterisation` says what the second head gives: `"log-sigma"` for log(sigma), `"log-variance"` for
    log(sigma^2). The head is called `z_log_sigma` or `z_log_var` after it.
    """

    def __init__(self, units, mean_activation="linear", parameterisation="log-variance", epsilon_std=1.0, **kwargs):
        super().__init__(**kwargs)
        if parameterisation not in ("log-sigma", "log-variance"):
            raise ValueError(f"parameterisation: expects log-sigma or log-variance, got {parameterisation!r}")
        self.units = units
        self.mean_activation = mean_activation
        self.parameterisation = parameterisation
        self.epsilon_std = epsilon_std
        self.z_mean = keras.layers.Dense(units, activation=mean_activation, name="z_mean")
        head = keras.layers.Dense(units, name="z_log_sigma" if parameterisation == "log-sigma" else "z_log_var")
        # Keras stores a sub-layer under the name of its attribute.
        setattr(self, head.name, head)

    @property
    def spread(self):
        return self.z_log_sigma if self.parameterisation == "log-sigma" else self.z_log_var

    def build(self, input_shape):
        self.z_mean.build(input_shape)
        self.spread.build(input_shape)
        super().build(input_shape)

    def call(self, inputs, training=False):
        mean = self.z_mean(inputs)
        if not training:
            return mean
        spread = self.spread(inputs)
        sigma = exp(spread) if self.parameterisation == "log-sigma" else exp(spread / 2)
        return mean + sigma * normal(mean, self.epsilon_std)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "mean_activation": self.mean_activation,
            "parameterisation": self.parameterisation,
            "epsilon_std": self.epsilon_std,
        }
