/**
 * Shapes and parameters of a chain of layers.
 *
 * In: layer specs and the shape of one input. Out: each layer with its name, shapes and parameters.
 * What joins the parts of a network is checked in `network.ts`.
 */
import { inputError } from '../errors.ts';
import { definitionOf, type LayerSpec, type PartName } from '../layers/index.ts';
import type { Shape } from '../tensor/index.ts';
import { elementCount, formatShape } from '../tensor/shape.ts';
import type { ParameterSpec } from './types.ts';

/** A layer in its place: what flows in, what flows out, what it learns. */
export interface ResolvedLayer {
  /** Within its part, as Keras would name it: `dense`, `dense_1`. */
  readonly name: string;
  /** The layer as plain data. */
  readonly spec: LayerSpec;
  /** Without the batch axis. */
  readonly inputShape: Shape;
  /** Without the batch axis. */
  readonly outputShape: Shape;
  /** Kernel before bias. */
  readonly parameters: readonly ParameterSpec[];
  /** Values in all parameters together. */
  readonly parameterCount: number;
}

/** More values than this for one image is a slip or an attack: 64 MiB of float32. */
const MAX_ELEMENTS = 2 ** 24;

/** Automatic names: the type's, then `_1`, `_2`, ... counted by type within the part. */
export const nameLayers = (layers: readonly LayerSpec[]): string[] => {
  const seen = new Map<string, number>();
  return layers.map((spec) => {
    const { baseName } = definitionOf(spec);
    const count = seen.get(baseName) ?? 0;
    seen.set(baseName, count + 1);
    return count === 0 ? baseName : `${baseName}_${count}`;
  });
};

/** Values in all of these parameters together. */
export const countParameters = (parameters: readonly ParameterSpec[]): number =>
  parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);

/**
 * Follows a shape through a chain of layers.
 *
 * @param inputShape - without the batch axis.
 * @param part - first segment of every parameter's name.
 * @param networkId - for error messages.
 * @returns a resolved layer for each spec, in order; `[]` for no layers.
 * @throws LatentError `invalid-layer` for a field out of bounds, `shape-mismatch` for a layer that cannot follow,
 *   `layer-too-large` for an output of more than 2^24 values.
 */
export const inferLayers = (
  layers: readonly LayerSpec[],
  inputShape: Shape,
  part: PartName,
  networkId: string,
): ResolvedLayer[] => {
  const names = nameLayers(layers);
  let shape = inputShape;
  return layers.map((spec, index) => {
    const definition = definitionOf(spec);
    const name = names[index];
    const place = { networkId, part, layer: name };
    definition.validate(spec, place);
    const layerInput = shape;
    shape = definition.outputShape(spec, layerInput, place);
    if (elementCount(shape) > MAX_ELEMENTS) {
      throw inputError('layer-too-large', {
        at: { network: networkId, part, layer: name },
        expected: `at most ${MAX_ELEMENTS} values for one image`,
        got: formatShape(shape),
        hint: 'take fewer units, filters or a smaller factor',
      });
    }
    const parameters = definition
      .weights(spec, layerInput)
      .map(({ role, ...array }): ParameterSpec => ({ name: `${part}/${name}/${role}`, ...array }));
    return {
      name,
      spec,
      inputShape: layerInput,
      outputShape: shape,
      parameters,
      parameterCount: countParameters(parameters),
    };
  });
};
