/** The one place that says which codes lie on a plane: those of two numbers. */
import { inputError } from '../errors.ts';
import { PLANE_DIMENSIONS } from './code-plane.ts';
import { codeSizeOf, type RunnableModel } from './model.ts';

/** Whether codes of so many numbers are points of a plane. */
export const liesOnPlane = (codeSize: number): boolean => codeSize === PLANE_DIMENSIONS;

/** Who needs a plane. */
export interface PlaneUse {
  /** The model as it was named. */
  readonly subject: string;
  /** What was asked for. */
  readonly by: string;
  /** What can be asked of it. */
  readonly hint: string;
}

/**
 * Refuses a model whose codes are no points of a plane.
 *
 * @throws LatentError `not-a-plane` (input) unless the code is two numbers.
 */
export const requirePlane = (model: RunnableModel, use?: PlaneUse): void => {
  const size = codeSizeOf(model);
  if (liesOnPlane(size)) return;
  if (use === undefined)
    throw inputError('not-a-plane', {
      at: { network: model.network.spec.id },
      problem: `a plane needs a code of ${PLANE_DIMENSIONS} numbers, got ${size}`,
      hint: 'evaluate it, or encode and decode with it: neither needs a plane',
    });
  throw inputError('not-a-plane', {
    problem: `"${use.subject}" has codes of ${size} number${size === 1 ? '' : 's'}, and ${use.by} shows codes of ${PLANE_DIMENSIONS} numbers alone`,
    hint: use.hint,
  });
};
