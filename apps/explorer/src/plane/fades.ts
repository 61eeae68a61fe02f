/**
 * Dots fade with their distance off the plane: those that lie on it stand out.
 *
 * In: a plane, codes. Out: the opacity of each dot and the distances between which it falls. In many dimensions all codes lie
 * about as far off any plane, so that these are taken from the codes themselves.
 */
import { type CodePlane, type Codes, distancesToPlane } from 'latent-plane';
import { isCodeSpace, isLine } from 'latent-plane/internal';

export interface Fades {
  /** `[count]`, 0..255. */
  readonly opacities: Uint8Array;
  /** Whole up to the first, faintest from the second on, code units. */
  readonly near: number;
  readonly far: number;
}

const FAINTEST = 0.12;
/** Shares of the codes that lie nearer than these. */
const [NEAR, FAR] = [0.02, 0.9];
/** Codes whose distances say where dots are whole and faintest. */
const SAMPLE = 4000;

/** Null where all codes lie on the plane. */
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
  const opacities = new Uint8Array(codes.count);
  for (let i = 0; i < codes.count; i++) {
    const t = far > near ? Math.min(1, Math.max(0, (distances[i] - near) / (far - near))) : 0;
    // Squared: few dots stand out, most step back.
    opacities[i] = Math.round(255 * (FAINTEST + (1 - FAINTEST) * (1 - t) ** 2));
  }
  return { opacities, near, far };
};
