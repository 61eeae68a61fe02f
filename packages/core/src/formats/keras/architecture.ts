/**
 * The network of a Keras architecture without weights: the text of `model.to_json()`.
 *
 * In: JSON. Out: a network as plain data, to train anew or to read weights onto.
 */
import type { NetworkSpec } from '../../network/index.ts';
import type { CodeChoice } from '../code-choice.ts';
import type { ImportedLayer } from '../imported-layer.ts';
import { planNetwork } from '../plan-network.ts';
import { followKeras, parseKerasTree } from './config.ts';

export { isArchitecture } from './beside.ts';

/** Nothing asks for values while a network is planned. */
const noValues: ImportedLayer['values'] = () => new Float32Array();

/**
 * @param json - `{ class_name, config }`.
 * @param file - names the network, and stands in messages.
 * @throws LatentError (input) as `parseKerasTree`, `followKeras`, `planNetwork`.
 */
export const kerasNetwork = (
  json: Readonly<Record<string, unknown>>,
  file: string,
  choice: CodeChoice = {},
): NetworkSpec => {
  const { keras_version: version } = json;
  const chain = followKeras(parseKerasTree(json, file), {
    ...choice,
    file,
    version: typeof version === 'string' ? version : null,
    layout: { isKeras1: false, isTheano: false },
    kernelDims: () => null,
    biasOf: () => null,
  });
  const parts = chain.parts.map((layers) => layers.map(({ name, spec }) => ({ name, spec, values: noValues })));
  return planNetwork({ ...chain, parts }, { format: 'keras', file }).spec;
};
