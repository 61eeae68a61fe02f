/**
 * From the layers that a file holds to a network of ours.
 *
 * In: a chain of layers, each able to hand out its values, as a format's reader makes it. Out: a network that the zoo
 * knows, or a new one, with its weights. Where a layer's values lie in a file is the reader's business.
 */
import { definitionOf, type PartName } from '../layers/index.ts';
import { onlyParts, partOf, type ResolvedNetwork, resolveNetwork } from '../network/index.ts';
import type { Weights } from '../runtime/index.ts';
import type { AssembleOptions, ImportedChain, ImportedLayer, ModelFormat } from './imported-layer.ts';
import { planNetwork } from './plan-network.ts';

/** A network out of a file: plain data, which may pass between threads. */
export interface ImportedModel {
  /** Of the file that it came from. */
  readonly format: ModelFormat;
  /** Where the file holds an encoder or a decoder alone, `network.parts` has that part only. */
  readonly network: ResolvedNetwork;
  /** By parameter name, for the parts that are there. */
  readonly weights: Weights;
  /** What a person should know: values that were converted, parts that are missing. */
  readonly notes: readonly string[];
  /** Name of the data set that it was trained on, where the file says it. */
  readonly trainedOn?: string;
}

/** Values are read in one pass, layer by layer. */
const readPart = (
  resolved: ResolvedNetwork,
  name: PartName,
  layers: readonly ImportedLayer[],
  weights: Map<string, Float32Array>,
): void => {
  const part = partOf(resolved, name);
  // Only layers without values may differ, so those that have some are in the same order on both sides.
  const withWeights = layers.filter(({ spec }) => definitionOf(spec).hasWeights);
  const targets = part.layers.filter(({ parameters }) => parameters.length > 0);
  targets.forEach(({ name: layerName, parameters }, index) => {
    const prefix = `${name}/${layerName}/`;
    for (const { name: parameter, shape } of parameters) {
      weights.set(parameter, withWeights[index].values(parameter.slice(prefix.length), shape));
    }
  });
};

/**
 * Makes a network out of a file's layers: one of the zoo where the layers are its own (a reshape at an end of a part
 * aside), else a new one named after the file.
 *
 * @throws LatentError (input) `unsupported-model` for layers that make up nothing we know; what `resolveNetwork` and the
 *   layers' `values` throw.
 */
export const assembleModel = (chain: ImportedChain, options: AssembleOptions): ImportedModel => {
  const { spec, parts } = planNetwork(chain, options);
  const network = onlyParts(
    resolveNetwork(spec),
    parts.map(({ name }) => name),
  );
  const weights = new Map<string, Float32Array>();
  for (const { name, layers } of parts) readPart(network, name, layers, weights);
  return finishModel({ format: options.format, network, weights, notes: options.notes ?? [] });
};

const HALF_NOTES = {
  encoder: 'the file holds an encoder alone',
  decoder: 'the file holds a decoder alone',
} as const;

/** Whether a note of a model says that a part is missing. */
export const isHalfNote = (note: string): boolean => Object.values<string>(HALF_NOTES).includes(note);

/** Adds what holds for files of every format: a part that is missing, values that are no numbers. */
export const finishModel = (model: ImportedModel): ImportedModel => {
  const { network, weights } = model;
  const broken = [...weights].filter(([, values]) => !values.every(Number.isFinite)).map(([name]) => name);
  return {
    ...model,
    notes: [
      ...new Set(model.notes),
      ...(network.spec.kind === 'autoencoder' && network.parts.length === 1
        ? [HALF_NOTES[network.parts[0].name === 'encoder' ? 'encoder' : 'decoder']]
        : []),
      ...(broken.length > 0
        ? [`${broken.length} of its arrays hold values that are no finite numbers, the first "${broken[0]}"`]
        : []),
    ],
  };
};
