/** Ways from one code to another. In: two codes. Out: codes between them. */
import { internalError } from '../errors.ts';

/** Along the straight line, or along the sphere: by equal steps of the angle, the length going over from one to the other. */
export const PATH_KINDS = ['straight', 'sphere'] as const;

/** How codes between two others are found. */
export type PathKind = (typeof PATH_KINDS)[number];

/** Below this angle the sphere is straight. */
const FLAT = 1e-6;

/** Seen from zero, in radians; NaN where a code is zero. */
const angleBetween = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let [ab, aa, bb] = [0, 0, 0];
  for (let d = 0; d < a.length; d++) {
    ab += a[d] * b[d];
    aa += a[d] * a[d];
    bb += b[d] * b[d];
  }
  return Math.acos(Math.min(1, Math.max(-1, ab / Math.sqrt(aa * bb))));
};

/** Whether there is no way along the sphere between two codes: they are opposite, or one is zero. */
export const lacksArc = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => !(Math.PI - angleBetween(a, b) > FLAT);

/**
 * `sin((1 - t) w) / sin w a + sin(t w) / sin w b`, w the angle between the codes. Codes of high dimension drawn from a unit
 * Gaussian lie near a sphere, whose inside the straight line crosses. Of opposite codes, between which no way is the shortest,
 * and where a code is zero, it is the straight line.
 * Source: Shoemake 1985, Animating rotation with quaternion curves; White 2016, Sampling generative networks.
 */
const sphereWeights = (a: ArrayLike<number>, b: ArrayLike<number>): ((t: number) => readonly [number, number]) => {
  const angle = angleBetween(a, b);
  const sine = Math.sin(angle);
  if (!(angle > FLAT) || !(sine > FLAT)) return (t) => [1 - t, t];
  return (t) => [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
};

/**
 * Codes from `a` to `b`, both included.
 *
 * @param count - of codes, 2 or more.
 * @returns `[count, size]`.
 */
export const pathCodes = (
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  count: number,
  kind: PathKind = 'straight',
): Float32Array => {
  const size = a.length;
  if (b.length !== size || count < 2)
    throw internalError(`a path of ${count} codes of ${size} and ${b.length} numbers`);
  const weights = kind === 'sphere' ? sphereWeights(a, b) : (t: number): readonly [number, number] => [1 - t, t];
  const codes = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    // Both ends are met exactly, whatever the sines round to.
    const [p, q] = i === 0 ? [1, 0] : i === count - 1 ? [0, 1] : weights(i / (count - 1));
    for (let d = 0; d < size; d++) codes[i * size + d] = p * a[d] + q * b[d];
  }
  return codes;
};
