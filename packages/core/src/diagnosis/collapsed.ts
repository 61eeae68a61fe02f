/** Dimensions of a code that have one value for all images, and those that say nothing of an image. */
import { activationBounds } from '../activations/index.ts';
import type { DimensionStats, Examination } from './definition.ts';

/** Standard deviation, as a share of the code's scale, up to which a dimension is constant. */
export const CONSTANT = 0.005;
/** Share of the images with one value from which a dimension is constant. */
export const COMMON = 0.99;
/** Nats of divergence below which a dimension is the unit Gaussian. */
export const COLLAPSED = 0.02;
/** Nats of divergence of a dimension in use. */
export const IN_USE = 0.5;

const scaleOf = (activation: Examination['codeActivation'], { min, max }: DimensionStats): number => {
  const bounds = activationBounds(activation);
  return bounds === null ? Math.max(Math.abs(min), Math.abs(max)) : bounds[1] - bounds[0];
};

/** Whether a dimension has one value for (almost) all images. */
export const isConstant = (dimension: DimensionStats, activation: Examination['codeActivation']): boolean =>
  dimension.std <= CONSTANT * scaleOf(activation, dimension) || dimension.commonestShare >= COMMON;

/**
 * Dimensions of a Gaussian code that say nothing of an image, by index: the unit Gaussian for all of them, or, where the
 * activation of the mean keeps away from 0, one that is near it. None of a code that is no Gaussian.
 */
export const collapsedDimensions = ({
  divergences,
  dimensions,
  codeActivation,
}: Pick<Examination, 'divergences' | 'dimensions' | 'codeActivation'>): readonly number[] =>
  (divergences ?? []).flatMap((nats, d) =>
    nats < COLLAPSED || (nats < IN_USE && isConstant(dimensions[d], codeActivation)) ? [d] : [],
  );
