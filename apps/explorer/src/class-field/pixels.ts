/**
 * A class map as colours.
 *
 * In: a field, how near the data lie, a palette. Out: two pictures of the field's size: what is drawn whole, and what is
 * hatched. Colour is the class, opacity the classifier's confidence.
 */
import { classBytes, type PaletteName } from 'latent-plane/internal';
import type { Closeness } from './closeness.ts';
import type { ClassMap } from './field.ts';

/** `[size * size * 4]` each: red, green, blue, opacity. */
export interface FieldPixels {
  readonly whole: Uint8ClampedArray<ArrayBuffer>;
  readonly hatched: Uint8ClampedArray<ArrayBuffer>;
}

/** Below this confidence a classifier all but guesses. */
const GUESS = 0.25;
const FAINTEST = 0.1;
/** Hatching is paler still. */
const HATCHED = 0.7;

/** Opacity of a confidence, both 0..1. */
export const strengthOf = (confidence: number): number =>
  FAINTEST + (1 - FAINTEST) * Math.min(1, Math.max(0, (confidence - GUESS) / (1 - GUESS)));

/** @param closeness - null while it is not known: all is drawn whole. */
export const fieldPixels = (
  { size, labels, confidence }: ClassMap,
  closeness: Closeness | null,
  palette: PaletteName,
): FieldPixels => {
  const [whole, hatched] = [new Uint8ClampedArray(4 * size * size), new Uint8ClampedArray(4 * size * size)];
  const colourOf = classBytes(palette);
  for (let i = 0; i < labels.length; i++) {
    const colour = colourOf(labels[i]);
    whole.set(colour, 4 * i);
    hatched.set(colour, 4 * i);
    const strength = 255 * strengthOf(confidence[i]);
    const near = closeness === null ? 1 : closenessOf(closeness, size, i) / 255;
    whole[4 * i + 3] = strength * near;
    hatched[4 * i + 3] = strength * (1 - near) * HATCHED;
  }
  return { whole, hatched };
};

/** Of a point of a mesh of another size. */
const closenessOf = ({ size, values }: Closeness, of: number, i: number): number => {
  const to = (at: number): number => Math.round((at * (size - 1)) / (of - 1));
  return values[to(Math.floor(i / of)) * size + to(i % of)];
};
