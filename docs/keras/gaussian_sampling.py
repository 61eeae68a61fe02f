"""The code of a variational autoencoder, as earlier versions of Latent Plane wrote it into `.keras` files.

Import this module before `keras.models.load_model`, with Keras 3 or Keras 2.15. Two heads give the mean and the spread of a
Gaussian: dense ones within the layer (`GaussianSampling`), or layers before it (`Sampling`). In training the layer returns
a sample, otherwise the mean. It adds no loss of its own.
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


def check_parameterisation(parameterisation):
    if parameterisation not in ("log-sigma", "log-variance"):
        raise ValueError(f"parameterisation: expects log-sigma or log-variance, got {parameterisation!r}")


def sample(mean, spread, parameterisation, epsilon_std):
    sigma = exp(spread) if parameterisation == "log-sigma" else exp(spread / 2)
    return mean + sigma * normal(mean, epsilon_std)


@register_keras_serializable(package="latent_plane")
class GaussianSampling(keras.layers.Layer):
    """`[batch, inputs] -> [batch, units]`: `z = mean + sigma * eps`, `eps ~ N(0, epsilon_std^2)`.

    `parameterisation` says what the second head gives: `"log-sigma"` for log(sigma), `"log-variance"` for
    log(sigma^2). The head is called `z_log_sigma` or `z_log_var` after it.
    """

    def __init__(self, units, mean_activation="linear", parameterisation="log-variance", epsilon_std=1.0, **kwargs):
        super().__init__(**kwargs)
        check_parameterisation(parameterisation)
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
        return sample(mean, self.spread(inputs), self.parameterisation, self.epsilon_std)

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


@register_keras_serializable(package="latent_plane")
class Sampling(keras.layers.Layer):
    """Two of `[batch, ...]` to `[batch, ...]`, or `[batch, ..., 2 n]` to `[batch, ..., n]`, the mean first."""

    def __init__(self, parameterisation="log-variance", epsilon_std=1.0, **kwargs):
        super().__init__(**kwargs)
        check_parameterisation(parameterisation)
        self.parameterisation = parameterisation
        self.epsilon_std = epsilon_std

    def call(self, inputs, training=False):
        if isinstance(inputs, (list, tuple)):
            mean, spread = inputs
        else:
            half = inputs.shape[-1] // 2
            mean, spread = inputs[..., :half], inputs[..., half:]
        return sample(mean, spread, self.parameterisation, self.epsilon_std) if training else mean

    def compute_output_shape(self, input_shape):
        if isinstance(input_shape[0], (list, tuple)):
            return tuple(input_shape[0])
        return (*input_shape[:-1], input_shape[-1] // 2)

    def get_config(self):
        return {
            **super().get_config(),
            "parameterisation": self.parameterisation,
            "epsilon_std": self.epsilon_std,
        }
