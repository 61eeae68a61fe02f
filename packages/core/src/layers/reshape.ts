/** The same elements in the same order under another shape. */
import { shown } from '../errors.ts';
import { custom, type KerasContext, type SpecOf, shape } from '../registry/index.ts';
import type { Shape } from '../tensor/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { elementCount, formatShape } from '../tensor/shape.ts';
import { defineLayer } from './definition.ts';
import { MAX_UNITS } from './limits.ts';
import { shapeMismatch } from './place.ts';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;

/** In Keras `-1` stands for what is left of the elements. */
const readTarget = (target: unknown, { inputShape, refuse }: KerasContext): { readonly targetShape: Shape } => {
  const list: readonly unknown[] = Array.isArray(target) ? target : [target];
  const known = list.filter((dimension) => dimension !== -1);
  if (!known.every(isCount) || list.length - known.length > 1) {
    throw refuse({
      at: { field: 'target_shape' },
      expected: 'whole numbers, at most one of them -1',
      got: shown(target),
    });
  }
  const rest = elementCount(inputShape) / elementCount(known);
  return {
    targetShape: list.map((dimension) => (isCount(dimension) ? dimension : Math.max(1, Math.trunc(rest)))),
  };
};

export const reshapeLayer = defineLayer({
  type: 'reshape',
  baseName: 'reshape',
  label: 'Reshape',
  doc: 'The same values in the same order under another shape.',
  formula: 'reshape: [...] -> targetShape',
  fields: {
    targetShape: shape({
      label: 'Target shape',
      doc: 'One to three dimensions that hold as many values.',
      min: 1,
      max: MAX_UNITS,
      default: [1],
    }),
  },
  values: 'reshaped',
  outputShape: ({ targetShape }, inputShape, place) => {
    const elements = elementCount(targetShape);
    if (elements !== elementCount(inputShape)) {
      const step = `${formatShape(targetShape)} holds ${elements} elements: give it as many, or change its target shape`;
      throw shapeMismatch(place, [elements], inputShape, step);
    }
    return [...targetShape];
  },
  build: ({ targetShape }, { x }) => ops.reshape(x, [x.dims[0], ...targetShape]),
  torchCode: {
    channels: () => 'last',
    output: ({ targetShape }, { x }) => `${x}.reshape(${[-1, ...targetShape].join(', ')})`,
  },
  keras: {
    className: 'Reshape',
    settings: { target_shape: custom({ write: ({ targetShape }) => targetShape, read: readTarget }) },
    arrays: [],
  },
});

/**
 * A reshaping layer as plain data, which `reshape` makes.
 *
 * @interface
 */
export type ReshapeSpec = SpecOf<typeof reshapeLayer>;

/** Any shape to `targetShape` with as many elements. */
export const reshape = (targetShape: Shape): ReshapeSpec => ({ type: 'reshape', targetShape });
