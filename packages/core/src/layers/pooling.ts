/** What the pooling layers have in common: how windows lie, and their form in Keras. */
import { custom, optionalField } from '../registry/index.ts';
import type { ConvolutionSettings } from '../tensor/geometry.ts';
import type { Size2D } from '../tensor/index.ts';
import { formatShape } from '../tensor/shape.ts';
import { sides } from './torch-code.ts';

const DEFAULT_WINDOW: Size2D = [2, 2];

interface PoolingSpec {
  readonly poolSize: Size2D;
  readonly strides?: Size2D;
  readonly padding?: 'valid' | 'same';
}

/** Windows as those of a convolution; they stand side by side where no strides are given. */
export const windowOf = ({ poolSize, strides = poolSize, padding }: PoolingSpec): ConvolutionSettings => ({
  kernelSize: poolSize,
  strides,
  ...(padding === undefined ? {} : { padding }),
});

/** PyTorch's own setting; undefined where windows stand side by side, as there too. */
export const torchStride = ({ poolSize, strides = poolSize }: PoolingSpec): number | Size2D | undefined =>
  strides.join() === poolSize.join() ? undefined : sides(strides);

/** Whether windows stand side by side within the image. */
export const isTiled = ({ poolSize, strides = poolSize, padding = 'valid' }: PoolingSpec): boolean =>
  padding === 'valid' && strides.join() === poolSize.join();

/** `window 2x2`, `3x3 / 2 same` */
export const windowDetail = (spec: PoolingSpec): string => {
  const { poolSize, strides = poolSize, padding = 'valid' } = spec;
  if (isTiled(spec)) return `window ${formatShape(poolSize)}`;
  const step = strides[0] === strides[1] ? strides[0] : formatShape(strides);
  return `${formatShape(poolSize)} / ${step}${padding === 'same' ? ' same' : ''}`.slice(0, 16);
};

/** Keras' settings of strides and padding. */
export const poolingSettings = {
  padding: optionalField('padding', 'valid'),
  strides: custom({
    write: ({ strides, poolSize }) => strides ?? poolSize,
    read: (strides, { config, pair }) => {
      if (strides === undefined || strides === null) return {};
      const step = pair(strides);
      return step.join() === pair(config.pool_size ?? DEFAULT_WINDOW).join() ? {} : { strides: step };
    },
  }),
} as const;
