/**
 * What stands at the cursor, in words: for the eye and for a screen reader.
 *
 * In: a code, its neighbourhood, the classes' names. Out: text. When it is spoken is the view's business.
 */
import { NEIGHBOURS, type Neighbourhood, type Proximity } from '../plane/neighbours.ts';
import type { Code } from '../plane/view.ts';

export const PROXIMITY_WORDS: Readonly<Record<Proximity, string>> = {
  on: 'Among real images',
  near: 'At the edge of the data',
  off: 'Off the data',
};

/** A share as whole percent. */
export const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Minus signs, not hyphens; as many decimals everywhere, so that the text does not jump. */
export const formatNumber = (value: number, decimals: number): string => {
  const text = value.toFixed(decimals);
  return text.startsWith('-') && Number(text) !== 0 ? `−${text.slice(1)}` : text.replace('-', '');
};

/** Two digits, however small: `0.00041`. */
export const formatDistance = (distance: number): string => {
  if (distance === 0) return '0';
  return distance.toFixed(Math.max(0, Math.min(12, 1 - Math.floor(Math.log10(distance)))));
};

/** The commonest classes, at most three, largest share first; none below a tenth but the first. */
export const leadingClasses = (shares: readonly number[]): readonly number[] =>
  shares
    .map((share, label) => ({ share, label }))
    .sort((a, b) => b.share - a.share || a.label - b.label)
    .filter(({ share }, rank) => share > 0 && (rank === 0 || share >= 0.1))
    .slice(0, 3)
    .map(({ label }) => label);

export interface SpokenReadout {
  readonly code: Code;
  readonly decimals: number;
  /** Null while the real images are not there yet. */
  readonly neighbourhood: Neighbourhood | null;
  readonly proximity: Proximity | null;
  readonly classNames: readonly string[];
  /** Of the coordinates; x and y where absent, the second empty on a line. */
  readonly names?: readonly [string, string];
  /** The classifier's, 0..1; nothing where there is none or it has not read yet. */
  readonly probabilities?: readonly number[] | null;
}

const predictionOf = (probabilities: readonly number[], classNames: readonly string[]): string => {
  const [first] = leadingClasses(probabilities);
  return `Reads as ${classNames[first]}, ${percent(probabilities[first])}.`;
};

/** A few short sentences for a live region. */
export const spokenReadout = (readout: SpokenReadout): string => {
  const { code, decimals, neighbourhood, proximity, classNames, names: [x, y] = ['x', 'y'], probabilities } = readout;
  const along = `${x} ${formatNumber(code.x, decimals)}`;
  const at = y === '' ? `${along}.` : `${along}, ${y} ${formatNumber(code.y, decimals)}.`;
  const place = probabilities ? `${at} ${predictionOf(probabilities, classNames)}` : at;
  if (neighbourhood === null || proximity === null) return place;
  const classes = leadingClasses(neighbourhood.shares).map(
    (label) => `${percent(neighbourhood.shares[label])} ${classNames[label]}`,
  );
  const distance = formatDistance(neighbourhood.distance);
  return `${place} Of the ${NEIGHBOURS} nearest images ${classes.join(', ')}. ${PROXIMITY_WORDS[proximity]}, nearest at ${distance}.`;
};

/** Squared error per pixel, as tables have it. */
export const formatError = (error: number): string => error.toFixed(4);
