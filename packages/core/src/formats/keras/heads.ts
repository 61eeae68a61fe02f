/**
 * A Gaussian code in layers of Keras alone: the encoder gives its mean and its log-scale, as two outputs, and the decoder
 * takes the mean, which is the code of an image at inference. The sample that training draws has no layer in the file.
 *
 * In: parts of a network. Out: the parts as they are written, and the parameters under their own names.
 */
import { definitionOf, gaussianOf, type LayerSpec, logScaleHead } from '../../layers/index.ts';
import type { ResolvedLayer, ResolvedPart } from '../../network/index.ts';
import { elementCount, type Shape } from '../../tensor/index.ts';
import type { WrittenPart } from './functional.ts';
import { reshaped } from './made-layers.ts';

/** The name of the output that is the code. */
const MEAN = 'z_mean';

/** A layer that only the file has. No layer of a network has a dot in its name. */
const layerOf = (
  name: string,
  spec: LayerSpec,
  from: { readonly name: string; readonly shape: Shape },
  outputShape: Shape,
  parameters: ResolvedLayer['parameters'] = [],
): ResolvedLayer => ({
  name,
  spec,
  inputs: [from.name],
  inputShapes: [from.shape],
  inputShape: from.shape,
  outputShape,
  parameters,
  parameterCount: parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0),
});

/** Dense heads within the layer, each with its own parameters; null where it has none. */
const denseHeads = (layer: ResolvedLayer): readonly ResolvedLayer[] | null => {
  const heads = definitionOf(layer.spec).keras?.heads;
  if (heads === undefined) return null;
  const from = { name: layer.inputs[0], shape: layer.inputShape };
  const names = heads.names(layer.spec);
  return heads.split(layer.spec).map((spec, i) => {
    const parameters = layer.parameters.filter(({ name }) => name.split('/').at(-2) === names[i]);
    // A specification of the heads' class, by the definition of the layer that they belong to.
    return layerOf(`${layer.name}.${names[i]}`, spec as LayerSpec, from, layer.outputShape, parameters);
  });
};

/** The halves of one tensor along its last axis: as rows of numbers that are cut. */
const halves = ({ name, inputs, inputShape, outputShape }: ResolvedLayer): readonly (readonly ResolvedLayer[])[] => {
  const half = outputShape[outputShape.length - 1];
  const rows = elementCount(outputShape) / half;
  const packed = layerOf(`${name}.rows`, reshaped([rows, 2 * half, 1]), { name: inputs[0], shape: inputShape }, [
    rows,
    2 * half,
    1,
  ]);
  const cut = [
    [0, half],
    [half, 0],
  ] as const;
  return [
    [packed],
    ...cut.map((columns, i) => {
      const from = { name: packed.name, shape: packed.outputShape };
      const own = layerOf(`${name}.half${i}`, { type: 'cropping2d', rows: [0, 0], columns }, from, [rows, half, 1]);
      const back = { name: own.name, shape: own.outputShape };
      return [own, layerOf(`${name}.head${i}`, reshaped(outputShape), back, outputShape)];
    }),
  ];
};

/** Layers that stand for a Gaussian code, the two heads last. */
const headLayers = (layer: ResolvedLayer): { readonly before: readonly ResolvedLayer[]; heads: ResolvedLayer[] } => {
  const dense = denseHeads(layer);
  if (dense) return { before: [], heads: [...dense] };
  if (layer.inputs.length === 1) {
    const [packed, ...both] = halves(layer);
    return {
      before: [...packed, ...both.flatMap((own) => own.slice(0, -1))],
      heads: both.flatMap((own) => own.slice(-1)),
    };
  }
  // An output has one name in the file, whatever the head is called and whatever else takes it.
  const passing: LayerSpec = { type: 'activation', activation: 'linear' };
  return {
    before: [],
    heads: layer.inputs.map((name, i) =>
      layerOf(`${layer.name}.head${i}`, passing, { name, shape: layer.inputShapes[i] }, layer.outputShape),
    ),
  };
};

/** Whether a part ends in a Gaussian code. */
export const endsInCode = ({ layers }: ResolvedPart): boolean => gaussianOf(layers[layers.length - 1].spec) !== null;

/**
 * The parts as they are written. With a Gaussian code all of them are Functional models: what a model of two outputs gives
 * is named by its place, and both generations of Keras count the calls of such models alike.
 */
export const writtenParts = (parts: readonly ResolvedPart[]): readonly WrittenPart[] => {
  if (!parts.some(endsInCode)) return parts;
  return parts.map((part): WrittenPart => {
    const code = part.layers[part.layers.length - 1];
    const parameterisation = gaussianOf(code.spec);
    if (parameterisation === null) return parts.length > 1 ? { ...part, isModel: true } : part;
    const { before, heads } = headLayers(code);
    const names = [MEAN, logScaleHead({ parameterisation })];
    return {
      ...part,
      layers: [...part.layers.slice(0, -1), ...before, ...heads],
      heads: new Map(heads.map((layer, i) => [layer, names[i]])),
    };
  });
};
