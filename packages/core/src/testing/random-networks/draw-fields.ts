/** Values of fields, drawn within their bounds: small, so that a network of them trains in a moment. */
import type { Field, Fields } from '../../registry/index.ts';
import type { Shape } from '../../tensor/index.ts';
import type { Dice } from './dice.ts';

/** Values that may make a layer fit where it is to stand. */
export interface Hints {
  /** For whole numbers. */
  readonly counts: readonly number[];
  /** For shapes. */
  readonly shapes: readonly Shape[];
}

export const NO_HINTS: Hints = { counts: [], shapes: [] };

/** Whole numbers go so far beyond their least value, sides so far. */
const COUNTS = 6;
const SIDES = 4;
const OPTIONAL_SHARE = 0.3;
/** Most specifications of a list, of which each has a gradient or a pass of its own. */
const MOST_LISTED = 2;

interface Bounds {
  readonly min: number;
  readonly max: number;
}

const clamp = (value: number, { min, max }: Bounds): number => Math.min(max, Math.max(min, value));

/** As many digits as a person writes, or all there are. */
const digits = (value: number, dice: Dice): number => (dice.chance(0.5) ? Number(value.toPrecision(3)) : value);

const drawNumber = (field: Bounds & { readonly default: number; readonly above?: boolean }, dice: Dice): number => {
  const { max, above } = field;
  // What is a million below 0 leaves nothing of an image in single precision.
  const min = Math.max(field.min, -1);
  const width = Math.min(max - min, 1);
  switch (dice.roll(4)) {
    case 0:
      return field.default;
    case 1:
      return clamp(digits(field.default * (0.5 + dice.uniform()), dice), field);
    case 2:
      return above === true ? field.default : min;
    default:
      // Never the lower bound itself, which may be excluded.
      return clamp(digits(min + width * (0.05 + 0.85 * dice.uniform()), dice), field);
  }
};

const drawShape = (field: Bounds, dice: Dice, { shapes }: Hints): Shape => {
  const fitting = shapes.filter((shape) => shape.every((side) => side >= field.min && side <= field.max));
  if (fitting.length > 0 && dice.chance(0.9)) return dice.pick(fitting);
  return Array.from({ length: 1 + dice.roll(3) }, () => clamp(1 + dice.roll(SIDES), field));
};

/** A value that the field takes. */
export const drawValue = (field: Field, dice: Dice, hints: Hints = NO_HINTS): unknown => {
  switch (field.kind) {
    case 'integer': {
      const fitting = hints.counts.filter((count) => count >= field.min && count <= field.max);
      return fitting.length > 0 && dice.chance(0.5) ? dice.pick(fitting) : clamp(field.min + dice.roll(COUNTS), field);
    }
    case 'number':
      return drawNumber(field, dice);
    case 'flag':
      return dice.chance(0.5);
    case 'choice':
      return dice.pick(field.choices);
    case 'size':
      return [0, 1].map(() => clamp(field.min + dice.roll(SIDES), field));
    case 'shape':
      return drawShape(field, dice, hints);
    case 'text':
      return field.default;
    case 'variant': {
      const { type, fields } = dice.pick(field.definitions);
      return { type, ...drawFields(fields, dice, hints) };
    }
    case 'list': {
      const count = field.min + dice.roll(1 + Math.min(field.max - field.min, MOST_LISTED));
      return Array.from({ length: count }, () => {
        const { type, fields } = dice.pick(field.definitions);
        return { type, ...drawFields(fields, dice, hints) };
      });
    }
  }
};

/** An object of these fields; each optional one is there or not. */
export const drawFields = (fields: Fields, dice: Dice, hints: Hints = NO_HINTS): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, { optional }]) => optional !== true || dice.chance(OPTIONAL_SHARE))
      .map(([name, field]) => [name, drawValue(field, dice, hints)]),
  );
