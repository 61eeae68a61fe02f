/** Whole layers as training computes them, beside PyTorch's figures. */

import { nodeRuntime } from '../runtime/node.ts';
import { elementCount } from '../tensor/index.ts';
import { constant, type Tensor } from '../tensor/tensor.ts';
import { describePyTorch, readFixture } from '../tensor/testing/pytorch-fixtures.ts';
import { emptyTrace, layerContext } from './context.ts';
import { layerRegistry } from './registry.ts';

const { cases } = readFixture<{ readonly cases: readonly { readonly op: string }[] }>('layers');

/** A layer of one input, or of as many as there are operands where it has no weights. */
const buildLayer = (type: string, fields: Readonly<Record<string, unknown>>, operands: readonly Tensor[]): Tensor => {
  const definition = layerRegistry.get(type);
  const spec = { type, ...fields };
  const count = definition.hasWeights ? 1 : operands.length;
  const [inputs, weights] = [operands.slice(0, count), operands.slice(count)];
  const shapes = inputs.map(({ dims }) => dims.slice(1));
  const roles = definition.weights(spec, shapes[0]);
  // Training writes running state and reads none.
  const weight = (name: string): Tensor => {
    const at = roles.findIndex(({ role }) => role === name);
    return weights[at] ?? constant(new Float32Array(elementCount(roles[at].shape)), roles[at].shape);
  };
  const place = { networkId: 'pytorch', part: 'encoder', layer: type } as const;
  const outputShape = definition.outputShape(spec, shapes[0], place, shapes);
  const context = layerContext(
    { inputs, outputShape, training: true, sampling: true, weight },
    'encoder/layer',
    emptyTrace(),
  );
  return definition.build(spec, context);
};

describePyTorch(
  'layers',
  nodeRuntime,
  Object.fromEntries(cases.map(({ op }) => [op, (fields, operands) => buildLayer(op, fields, operands)])),
);
