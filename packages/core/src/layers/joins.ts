/** What the layers that join tensors of one shape, element by element, have in common. */
import type { Shape } from '../tensor/index.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { defineLayer } from './definition.ts';
import { MAX_JOINED } from './links.ts';
import { type LayerPlace, shapeMismatch } from './place.ts';

interface Join<Type extends string> {
  readonly type: Type;
  readonly baseName: string;
  readonly label: string;
  readonly doc: string;
  readonly formula: string;
  /** Most inputs, as many as a layer may have where absent; at least two are needed. */
  readonly most?: number;
  readonly className: string;
  /** What TensorFlow.js lacks for it; nothing where absent. */
  readonly tfjsLacks?: string;
  /** The joined inputs as Python code for PyTorch. */
  torchCode(inputs: readonly string[]): string;
  /** Of two tensors of one shape. */
  join(a: Tensor, b: Tensor): Tensor;
  /** Of what all of them come to. */
  finish?(joined: Tensor, count: number): Tensor;
}

const requireOneShape = (shapes: readonly Shape[], place: LayerPlace): Shape => {
  const [first, ...others] = shapes;
  const other = others.find((shape) => !sameShape(shape, first));
  if (other !== undefined)
    throw shapeMismatch(place, first, other, 'bring its inputs to one shape, for example by a `conv2d` of 1x1');
  return first;
};

/** Makes the definition of a layer that joins its inputs one after another. */
export const defineJoin = <const Type extends string>({
  most = MAX_JOINED,
  className,
  tfjsLacks,
  torchCode,
  join,
  finish,
  ...words
}: Join<Type>) =>
  defineLayer({
    ...words,
    fields: {},
    inputs: [2, most],
    outputShape: (_spec, _inputShape, place, inputShapes) => requireOneShape(inputShapes, place),
    build: (_spec, { inputs: [first, ...others] }) => {
      const joined = others.reduce(join, first);
      return finish ? finish(joined, others.length + 1) : joined;
    },
    tfjsLacks: () => tfjsLacks ?? null,
    torchCode: { output: (_spec, { inputs }) => torchCode(inputs) },
    keras: { className, settings: {}, arrays: [] },
  });
