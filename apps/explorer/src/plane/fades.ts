/**
 * Dots fade: with their distance off the plane, or by any other value.
 *
 * In: a plane, codes; or values. Out: the opacity of each dot, and what it says. In many dimensions all codes lie about as far off
 * any plane, so that the distances between which the opacity falls are taken from the codes themselves.
 */
import { type CodePlane, type Codes, distancesToPlane } from 'latent-plane';
import { isCodeSpace, isLine } from 'latent-plane/internal';
import { formatDistance } from '../state/readout.ts';

export interface Fades {
  /** `[count]`, 0..255. */
  readonly opacities: Uint8Array;
  /** What the opacity says, a sentence. */
  readonly words: string;
}

const FAINTEST = 0.12;
/** Shares of the codes that lie nearer than these. */
const [NEAR, FAR] = [0.02, 0.9];
/** Codes whose distances say where dots are whole and faintest. */
const SAMPLE = 4000;

/** `[count]`, `255 * least` to 255: whole where a value is `whole` or beyond, faintest at the other end, and where it is no number. */
export const opacitiesBetween = (
  values: ArrayLike<number>,
  whole: number,
  faintest: number,
  least = FAINTEST,
): Uint8Array => {
  const opacities = new Uint8Array(values.length);
  for (let i = 0; i < opacities.length; i++) {
    const t = Number.isNaN(values[i]) ? 1 : whole === faintest ? 0 : (values[i] - whole) / (faintest - whole);
    // Squared: few dots stand out, most step back.
    opacities[i] = Math.round(255 * (least + (1 - least) * (1 - Math.min(1, Math.max(0, t))) ** 2));
  }
  return opacities;
};

/** Null where all codes lie on the plane, or as far off it. */
export const fadesOf = (plane: CodePlane, codes: Codes): Fades | null => {
  if (isCodeSpace(plane) || isLine(plane) || codes.count === 0) return null;
  const distances = distancesToPlane(plane, codes);
  const count = Math.min(SAMPLE, codes.count);
  const sorted = Float32Array.from(
    { length: count },
    (_, i) => distances[Math.floor((i * codes.count) / count)],
  ).sort();
  const at = (share: number): number => sorted[Math.floor(share * (count - 1))];
  const [near, far] = [at(NEAR), at(FAR)];
  if (!(far > near)) return null;
  return {
    opacities: opacitiesBetween(distances, near, far),
    words: `Dots fade with their distance off the plane: whole up to ${formatDistance(near)}, faintest from ${formatDistance(far)} on.`,
  };
};
