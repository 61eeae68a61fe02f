/** The one place that says which codes are points of a plane already. */
import { PLANE_DIMENSIONS } from './code-plane.ts';

/** Whether codes of so many numbers are points of a plane. */
export const liesOnPlane = (codeSize: number): boolean => codeSize === PLANE_DIMENSIONS;
