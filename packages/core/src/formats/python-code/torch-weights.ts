/**
 * Weights of a network as the state dict of its PyTorch code.
 *
 * In: a model. Out: arrays by the names that the code has (`encoder.dense.weight`), laid out as modules of PyTorch hold them.
 */
import { internalError } from '../../errors.ts';
import { definitionOf, type TorchArray } from '../../layers/index.ts';
import type { ResolvedLayer } from '../../network/index.ts';
import { elementCount, type Shape, type TensorData } from '../../tensor/index.ts';
import type { ExportModel } from '../keras/write.ts';
import { transposed } from '../weights/wanted-groups.ts';
import { headPath, type ModuleNames, moduleNames } from './torch-part.ts';

const moduleShape = ({ axes, dims }: TorchArray, shape: Shape): Shape => {
  if (dims) return dims(shape);
  const found = [...shape];
  axes?.forEach((axis, i) => {
    found[axis] = shape[i];
  });
  return found;
};

/** A layer's array as its module has it: the other way of reading one. */
const toModule = (form: TorchArray, shape: Shape, data: Float32Array): TensorData<Float32Array> => {
  const dims = moduleShape(form, shape);
  const { axes } = form;
  if (axes === undefined) return { dims, data };
  // The axes of the layer's array by those of the module's.
  const back = axes.map((_, axis) => axes.indexOf(axis));
  return {
    dims,
    data: transposed(
      data,
      axes.map((axis) => dims[axis]),
      back,
    ),
  };
};

/** What a module has whether or not the layer does: of a normalisation that is not scaled, or not shifted. */
const ABSENT: Readonly<Record<string, number>> = { gamma: 1, beta: 0 };

const layerArrays = (
  part: string,
  layer: ResolvedLayer,
  names: ModuleNames,
  prefix: string,
  weights: ExportModel['weights'],
): readonly (readonly [string, TensorData<Float32Array>])[] =>
  definitionOf(layer.spec)
    .torch(layer.spec)
    .flatMap(({ head, arrays }) =>
      Object.entries(arrays).flatMap(([array, form]) => {
        const name = `${prefix}${names.get(headPath(layer.name, head)) ?? head}.${array}`;
        const parameter = layer.parameters.find((own) => own.name === `${part}/${layer.name}/${form.role}`);
        if (parameter === undefined) {
          const value = ABSENT[form.role];
          if (value === undefined) return [];
          const channels = layer.outputShape[layer.outputShape.length - 1];
          return [[name, { dims: [channels], data: new Float32Array(channels).fill(value) }] as const];
        }
        const data = weights.get(parameter.name);
        if (data === undefined || data.length !== elementCount(parameter.shape))
          throw internalError(`no weights for "${parameter.name}"`);
        return [[name, toModule(form, parameter.shape, data)] as const];
      }),
    );

/** The state dict, of the whole network or of its one part. */
export const torchState = ({
  network: { parts },
  weights,
}: ExportModel): ReadonlyMap<string, TensorData<Float32Array>> =>
  new Map(
    parts.flatMap((part) => {
      const names = moduleNames(part);
      const prefix = parts.length > 1 ? `${part.name}.` : '';
      return part.layers.flatMap((layer) => layerArrays(part.name, layer, names, prefix, weights));
    }),
  );
