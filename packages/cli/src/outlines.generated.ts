/** What the help of the program says of each verb, made of the verbs by `npx vitest run packages/cli/src/main.test.ts -u`. */
import type { Outline } from './verbs.ts';

export const OUTLINES: Readonly<Record<string, Outline>> = {
  "explore": {
    "term": "explore [options] [models...]",
    "description": "explore the latent plane in a browser"
  },
  "zoo": {
    "term": "zoo [options]",
    "description": "list the networks with their parameters and scores"
  },
  "summary": {
    "term": "summary [options] <model> [decoder]",
    "description": "list the layers of a network: shapes, neurons, parameters, activations"
  },
  "new": {
    "term": "new [options] <file>",
    "description": "write a network as a YAML file, to change and to train"
  },
  "train": {
    "term": "train [options] [network]",
    "description": "train a network of the zoo or of a file, or a run once more"
  },
  "tune-decoder": {
    "term": "tune-decoder [options] <model>",
    "description": "train a new decoder on the codes of a frozen encoder"
  },
  "sweep": {
    "term": "sweep [options] [file]",
    "description": "train many: networks x recipes x seeds x data sets x options"
  },
  "worker": {
    "term": "worker [options]",
    "description": "run the jobs of a sweep"
  },
  "evaluate": {
    "term": "evaluate [options] <model> [decoder]",
    "description": "measure a trained model: error by part and class, beside the baselines"
  },
  "diagnose": {
    "term": "diagnose [options] <model> [decoder]",
    "description": "find what went wrong in a latent space: the evidence and the remedy"
  },
  "compare": {
    "term": "compare [options] [models...]",
    "description": "put models side by side: errors, k-NN accuracy, classifier agreement, findings"
  },
  "plane": {
    "term": "plane [options] <model> [decoder]",
    "description": "draw a plane through a model's codes: decoded images, classes, images"
  },
  "evolve": {
    "term": "evolve [options] <run>",
    "description": "draw a plane through a run's codes in its epochs, as GIF and frames"
  },
  "encode": {
    "term": "encode [options] <model> [decoder]",
    "description": "write the codes of a data set as CSV or .npy"
  },
  "decode": {
    "term": "decode [options] <model> [decoder]",
    "description": "draw the images at given codes, or of the codes of images, as one PNG picture"
  },
  "traverse": {
    "term": "traverse [options] <model> [decoder]",
    "description": "draw what each number of a code changes"
  },
  "interpolate": {
    "term": "interpolate [options] <model> [decoder]",
    "description": "draw the images on the way from one code to another"
  },
  "reconstruct": {
    "term": "reconstruct [options] <model> [images...]",
    "description": "write what an autoencoder makes of pictures, as pictures"
  },
  "sample": {
    "term": "sample [options] <model> [decoder]",
    "description": "draw images at random: decode codes out of a density of codes"
  },
  "attribute": {
    "term": "attribute [options] <model> [decoder]",
    "description": "draw an image along the difference of others, or of classes"
  },
  "clusters": {
    "term": "clusters [options] <model> [decoder]",
    "description": "group images by their codes, with what lies in the middle"
  },
  "nearest": {
    "term": "nearest [options] <model> [decoder]",
    "description": "find the images whose codes are nearest to that of an image"
  },
  "anomalies": {
    "term": "anomalies [options] <model> [decoder]",
    "description": "rank images by how badly they are reconstructed, the odd ones first"
  },
  "import": {
    "term": "import [options] <path> [decoder]",
    "description": "read a model of another program, or weights alone, into a run folder"
  },
  "export": {
    "term": "export [options] <model> [decoder]",
    "description": "write a trained model for Keras, ONNX runtimes, TensorFlow.js, readers of safetensors, or as Python code"
  },
  "data": {
    "term": "data [options] [dataset]",
    "description": "list the data sets at hand, or tell the facts of one"
  },
  "doctor": {
    "term": "doctor [options]",
    "description": "tell what this machine offers, and what is missing"
  },
  "bench": {
    "term": "bench [options]",
    "description": "measure training beside PyTorch, JAX, Keras, TensorFlow.js and jax-js, in one run"
  }
};
