/**
 * Colours for quantities: viridis, which is as even to the eye as to the number, and to those who see few colours.
 *
 * In: values and the range that matters. Out: colours that stand out more the larger the value, on a light ground as on
 * a dark one.
 */
import { interpolateViridis } from 'd3-scale-chromatic';
import { colourBytes } from 'latent-plane/internal';

type Scheme = 'light' | 'dark';

/** The end nearest to the ground is left out: its points would be lost. */
const VISIBLE = 0.9;

/** @param share - 0..1, small to large. */
export const sequentialColour = (share: number, scheme: Scheme): string =>
  interpolateViridis(scheme === 'light' ? VISIBLE * (1 - share) : 1 - VISIBLE + VISIBLE * share);

const UNKNOWN = '#8b8b8b';
const STEPS = 256;

/** Red, green, blue of each value: `[count, 3]`; grey where a value is no number. Out of range takes the range's end. */
export const sequentialColours = (values: Float32Array, low: number, high: number, scheme: Scheme): Uint8Array => {
  const steps = Array.from({ length: STEPS }, (_, i) => colourBytes(sequentialColour(i / (STEPS - 1), scheme)));
  const unknown = colourBytes(UNKNOWN);
  const colours = new Uint8Array(3 * values.length);
  const span = high > low ? high - low : 1;
  for (let i = 0; i < values.length; i++) {
    const share = Math.max(0, Math.min(1, (values[i] - low) / span));
    colours.set(Number.isNaN(share) ? unknown : steps[Math.round(share * (STEPS - 1))], 3 * i);
  }
  return colours;
};

/** The rank of each value, 0 (smallest) to 1 (largest): as many points in every stretch of the scale. */
export const ranks = (values: Float32Array): Float32Array => {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const found = new Float32Array(values.length);
  order.forEach((i, rank) => {
    found[i] = rank / Math.max(1, values.length - 1);
  });
  return found;
};
