/**
 * The architecture in a Keras config: `config.json` of a `.keras` file, `model_config` of an `.h5`, `modelTopology` of a
 * TensorFlow.js model.
 *
 * In: JSON that anybody may have written. Out: the layers between the model's input and its output, in the order in
 * which data passes them, each with its address in the tree of sub-models. Values are not read here.
 * Sequential and Functional models, nested at will, as far as they are one chain; a Functional encoder may end in two
 * Dense heads and a sampling layer.
 */

import { inputError } from '../../errors.ts';
import { isRecord } from '../../registry/parse-json.ts';
import type { Shape } from '../../tensor/index.ts';
import type { KerasLayer } from './parts.ts';
import { type Address, CONTAINERS, fault, layersWithWeights, nameOf, parseNode } from './tree.ts';
import { Walker } from './walker.ts';

/** The layers of a file, by part. */
export interface KerasChain {
  readonly inputShape: Shape;
  /** One list for each sub-model, else one in all. */
  readonly parts: readonly (readonly KerasLayer[])[];
  /** Every layer of the file that may hold values, in the file's own order, on the way from input to output or not. */
  readonly weightLayers: readonly Address[];
  readonly notes: readonly string[];
}

/**
 * Reads an architecture.
 *
 * @param json - `{ class_name, config }`.
 * @param file - for messages.
 * @throws LatentError (input) `keras-config` for what is no model, `unsupported-model` for one that is no chain, and as
 *   `translateLayer` for its layers.
 */
export const parseKerasConfig = (json: unknown, file: string): KerasChain => {
  if (!isRecord(json) || typeof json.class_name !== 'string')
    throw fault(file, {
      expected: 'a model with a class_name',
      got: 'something else',
      hint: 'is it the config of a Keras model?',
    });
  if (!CONTAINERS.includes(json.class_name)) {
    const registered = typeof json.registered_name === 'string' ? ` (${json.registered_name})` : '';
    throw inputError('custom-model', {
      at: { file, subject: `model "${json.class_name.slice(0, 100)}"${registered.slice(0, 100)}` },
      expected: 'Sequential or Functional',
      got: 'another class, whose code is never run here',
      hint: 'save its encoder and decoder as Functional models, or take its values alone for a network that is known: npx latent import FILE --network ID --out DIR',
    });
  }
  let root = parseNode(json, [], json.class_name, nameOf(json), file);
  // A model around one model: the parts are the inner one's.
  const shell = root;
  const models = root.children.filter(({ children }) => children.length > 0);
  const others = root.children.filter(({ children, className }) => children.length === 0 && className !== 'InputLayer');
  if (models.length === 1 && others.length === 0) root = models[0];
  const walker = new Walker(file);
  const parts = walker.walk(root, null);
  if (walker.inputShape === null)
    throw fault(file, {
      problem: 'the shape of its input is nowhere stated',
      hint: 'build the model before it is saved',
    });
  return { inputShape: walker.inputShape, parts, weightLayers: layersWithWeights(shell), notes: walker.notes };
};
