/**
 * Which plane through the code space a command shows, and what part of it: the options that choose, and what follows of them.
 *
 * In: what was typed, codes. Out: a plane, labels of its axes, bounds. Nothing is drawn here.
 */
import type { Command } from 'commander';
import {
  axesPlane,
  type CodePlane,
  type Codes,
  centralShare,
  codeExtent,
  type Dataset,
  LatentError,
  type PlaneBounds,
  planeThrough,
  pointsOfCodes,
  principalPlane,
  quantileBounds,
  type RunnableModel,
  shownPlane,
} from 'latent-plane';
import { inputError, isCodeSpace, isLine, meanCode, withFacts } from 'latent-plane/internal';
import { counted, note } from '../console.ts';
import { codesOfImages } from './image-codes.ts';
import { type ImageReference, imageReference } from './image-reference.ts';

/** Options that choose a plane. */
export interface PlaneFlags {
  /** Counted from 0. */
  readonly axes?: readonly [number, number];
  /** Counted from 0. */
  readonly principal?: readonly [number, number];
  readonly through?: readonly ImageReference[];
}

/** Options that choose what part of a plane is shown. */
export interface BoundsFlags {
  /** Lowest and highest, 0 to 100. */
  readonly percentiles?: readonly [number, number];
  /** Of the plane's own coordinates. */
  readonly bounds?: PlaneBounds;
}

/** A plane that was chosen. */
export interface ChosenPlane {
  /** `code`: points are codes; `line`: of codes of one number. */
  readonly kind: 'code' | 'line' | 'axes' | 'principal' | 'through';
  readonly plane: CodePlane;
  /** Share of the variance of all codes along each direction, 0 to 1. */
  readonly variance: readonly [number, number];
  /** Of the axes, where they say more than that these are the numbers of the code. */
  readonly labels: readonly [string, string] | undefined;
  /** Where the images lie that span it. */
  readonly marked: readonly { readonly x: number; readonly y: number; readonly name: string }[];
}

const wrong = (option: string, expected: string, text: string): never => {
  throw inputError('invalid-option', { at: { option }, expected, got: `"${text}"` });
};

/** A parser of two different whole numbers from 1; counted from 0 then. */
const indexPair =
  (option: string) =>
  (text: string): readonly [number, number] => {
    const [first, second] = /^\s*(\d{1,6})\s*,\s*(\d{1,6})\s*$/.exec(text)?.slice(1).map(Number) ?? [0, 0];
    return first >= 1 && second >= 1 && first !== second
      ? [first - 1, second - 1]
      : wrong(option, 'two different numbers from 1 with a comma between, as in 1,2', text);
  };

const SPANNING = 3;

const threeImages =
  (option: string) =>
  (text: string): readonly ImageReference[] => {
    const words = text.split(',');
    return words.length === SPANNING
      ? words.map(imageReference(option))
      : wrong(option, 'three images with commas between, as in 3,5,test:8', text);
  };

/** A parser of two percentiles. */
export const percentilePair =
  (option: string) =>
  (text: string): readonly [number, number] => {
    const words = text.split(',');
    const [low, high] = words.map((word) => (/^\s*\d+(\.\d+)?\s*$/.test(word) ? Number(word) : Number.NaN));
    return words.length === 2 && low >= 0 && low < high && high <= 100
      ? [low, high]
      : wrong(option, 'two numbers from 0 to 100, the lower first, as in 1,99', text);
  };

/** A parser of the bounds of a plane: two numbers for both directions, or four. */
const planeBounds =
  (option: string) =>
  (text: string): PlaneBounds => {
    const numbers = text.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)));
    const [left, right, bottom, top] = numbers.length === 2 ? [...numbers, ...numbers] : numbers;
    const isPlane = [2, 4].includes(numbers.length) && numbers.every((number) => Math.abs(number) <= LARGEST_BOUND);
    const isWide = (low: number, high: number): boolean =>
      low < high && high - low >= SMALLEST_SPAN * Math.max(Math.abs(low), Math.abs(high));
    return isPlane && isWide(left, right) && isWide(bottom, top)
      ? { min: [left, bottom], max: [right, top] }
      : wrong(
          option,
          'two numbers from -1e6 to 1e6, the lower first and well below the other, as in -3,3, or two for each direction',
          text,
        );
  };

/** Further out nothing but one number is decoded. */
const LARGEST_BOUND = 1e6;
/** Single precision tells no points apart within less, as a share of where they are. */
const SMALLEST_SPAN = 1e-4;

/** The option that says what part of a plane is shown. */
export const addFrameOption = (command: Command): Command =>
  command.option(
    '--bounds <low,high>',
    'span these values along both directions, as in --bounds=-3,3, or along each, as in --bounds=-3,3,0,1',
    planeBounds('--bounds'),
  );

/** The options of a command that shows a plane of codes of any size. */
export const addPlaneOptions = (command: Command): Command =>
  command
    .option('--axes <i,j>', 'plane of two numbers of the code, counted from 1', indexPair('--axes'))
    .option('--principal <i,j>', 'plane of two principal components of the codes', indexPair('--principal'))
    .option('--through <a,b,c>', 'plane through the codes of three images', threeImages('--through'));

/** The options of a command that shows a part of a plane. */
export const addBoundsOptions = (command: Command): Command =>
  addFrameOption(
    command.option(
      '--percentiles <low,high>',
      'span these percentiles of the codes, as 1,99 (default: all codes)',
      percentilePair('--percentiles'),
    ),
  );

/** Before any work. @throws LatentError (input) `arguments` where several planes, or parts of one, are asked for. */
export const requireOnePlane = ({ axes, principal, through, percentiles, bounds }: PlaneFlags & BoundsFlags): void => {
  if (percentiles && bounds)
    throw inputError('arguments', {
      problem: '--percentiles and --bounds choose different parts of a plane',
      hint: 'leave one out',
    });
  const given = [axes && '--axes', principal && '--principal', through && '--through'].filter(
    (option) => option !== undefined,
  );
  if (given.length > 1)
    throw inputError('arguments', {
      problem: `${given.join(' and ')} choose different planes`,
      hint: 'leave all but one out',
    });
};

/** Before any work on images. @throws LatentError (input) `code-plane` for a code that has no such plane. */
export const requireChoice = (flags: PlaneFlags & BoundsFlags, size: number, argument: string): void => {
  const { axes, principal, through, bounds } = flags;
  if (size === 1 && bounds && (bounds.min[0] !== bounds.min[1] || bounds.max[0] !== bounds.max[1]))
    throw inputError('code-plane', {
      at: { option: '--bounds' },
      problem: `a code of "${argument}" is one number: all of them lie on one line`,
      expected: 'two numbers',
      got: 'four',
    });
  const [option, numbers] = axes
    ? ['--axes', axes]
    : principal
      ? ['--principal', principal]
      : ['--through', through ? [] : null];
  if (numbers === null) return;
  const largest = Math.max(1, ...numbers.map((number) => number + 1));
  if (size > 1 && largest <= size) return;
  throw inputError('code-plane', {
    at: { option: size > 1 ? `${option} ${numbers.map((number) => number + 1).join(',')}` : option },
    ...(size > 1
      ? { expected: `numbers from 1 to ${size}, as many as a code of "${argument}" has`, got: `${largest}` }
      : { problem: `a code of "${argument}" is one number: all of them lie on one line, which is shown` }),
    ...(size > 1 ? {} : { hint: `leave ${option} out` }),
  });
};

/** What choosing a plane needs. */
export interface PlaneSubject {
  readonly running: RunnableModel;
  readonly dataset: Dataset;
  /** Of all its images, or of those that are shown. */
  readonly codes: Codes;
}

const planeFor = async (flags: PlaneFlags, { running, dataset, codes }: PlaneSubject): Promise<CodePlane> => {
  const { axes, principal, through } = flags;
  if (axes) return axesPlane(codes.size, axes, meanCode(codes));
  if (principal) return principalPlane(codes, principal);
  if (!through) return shownPlane(codes);
  const [a, b, c] = await codesOfImages(running, dataset, through);
  const [first, second, third] = through.map(({ text }) => text.trim());
  return { ...planeThrough(a, b, c), names: [`from image ${first} to ${second}`, `upright, towards image ${third}`] };
};

const kindOf = ({ axes, principal, through }: PlaneFlags, plane: CodePlane): ChosenPlane['kind'] => {
  if (isLine(plane)) return 'line';
  if (isCodeSpace(plane)) return 'code';
  if (through) return 'through';
  return axes || (!principal && plane.axes !== null) ? 'axes' : 'principal';
};

/** Share of the variance of codes along each direction of a plane. */
const varianceShares = (plane: CodePlane, codes: Codes): readonly [number, number] => {
  const sum = (stds: readonly number[]): number => stds.reduce((total, std) => total + std ** 2, 0);
  const total = sum(codeExtent(codes).std);
  const [x, y] = codeExtent({ values: pointsOfCodes(plane, codes), count: codes.count, size: 2 }).std;
  return total === 0 ? [0, 0] : [x ** 2 / total, y ** 2 / total];
};

const wholePercent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

const labelsOf = (
  kind: ChosenPlane['kind'],
  { names }: CodePlane,
  variance: readonly [number, number],
): ChosenPlane['labels'] => {
  if (kind === 'code') return undefined;
  if (kind !== 'principal') return names;
  const label = (d: 0 | 1): string => `${names[d]} (${wholePercent(variance[d])} of the variance)`;
  return [label(0), label(1)];
};

const OTHERS = '--axes, --principal and --through show others';

/** Says which plane is shown where nobody chose one. */
const noteChoice = ({ kind, plane, variance }: ChosenPlane): void => {
  const size = counted(plane.origin.length, 'number');
  if (kind === 'line') note(`note: codes of ${size}: they are shown along a line`);
  if (kind === 'principal')
    note(
      `note: codes of ${size}: shown is the plane of their first two principal components, with ${variance.map(wholePercent).join(' and ')} of their variance; ${OTHERS}`,
    );
  if (kind === 'axes')
    note(`note: codes of ${size} that vary along one line at most: shown are ${plane.names.join(' and ')}; ${OTHERS}`);
};

/**
 * The plane that was asked for; where none was, the one that such codes are shown on, which is said.
 *
 * @throws LatentError (input) `code-plane`, `no-such-image`.
 */
export const choosePlane = async (flags: PlaneFlags, subject: PlaneSubject): Promise<ChosenPlane> => {
  const { axes, principal, through } = flags;
  const option = axes ? '--axes' : principal ? '--principal' : '--through';
  const plane = await planeFor(flags, subject).catch((error: unknown): never => {
    if (error instanceof LatentError && error.code === 'code-plane') throw withFacts(error, { at: { option } });
    throw error;
  });
  const kind = kindOf(flags, plane);
  const variance = varianceShares(plane, subject.codes);
  const spanning = through ? await codesOfImages(subject.running, subject.dataset, through) : [];
  const marked = spanning.map((code, i) => {
    const [x, y] = pointsOfCodes(plane, { values: code, count: 1, size: code.length });
    return { x, y, name: `${through?.[i].text.trim() ?? ''}` };
  });
  const chosen: ChosenPlane = { kind, plane, variance, labels: labelsOf(kind, plane, variance), marked };
  if (!axes && !principal && !through) noteChoice(chosen);
  return chosen;
};

/** A chosen plane as `--json` tells it. */
export const planeFacts = ({ kind, plane: { names, origin, directions }, variance }: ChosenPlane) => ({
  kind,
  names: kind === 'line' ? names.slice(0, 1) : names,
  origin,
  directions: kind === 'line' ? directions.slice(0, 1) : directions,
  variance: kind === 'line' ? variance.slice(0, 1) : variance,
});

/** Room around the images that span a plane, as a share of the extent: their names stand there. */
const MARGIN = 0.05;

/** Bounds with some points well within. */
const including = ({ min, max }: PlaneBounds, points: ChosenPlane['marked']): PlaneBounds => {
  const room = [0, 1].map((d) => MARGIN * (max[d] - min[d]));
  const places = points.map(({ x, y }) => [x, y]);
  return {
    min: min.map((low, d) => Math.min(low, ...places.map((place) => place[d] - room[d]))),
    max: max.map((high, d) => Math.max(high, ...places.map((place) => place[d] + room[d]))),
  };
};

/**
 * What of a plane is shown: what was said, else all codes or those between percentiles, and the images that span it.
 *
 * @param points - `[count, 2]`, where the codes are shown.
 */
export const chosenBounds = (
  { marked }: ChosenPlane,
  points: Float32Array,
  { percentiles, bounds }: BoundsFlags,
): PlaneBounds => {
  if (bounds) return bounds;
  const shares = percentiles && ([percentiles[0] / 100, percentiles[1] / 100] as const);
  const { min, max } = shares
    ? quantileBounds(points, shares)
    : codeExtent({ values: points, count: points.length / 2, size: 2 });
  return including({ min, max }, marked);
};

/** The same in words, after "the frame spans". */
export const frameWords = ({ percentiles, bounds }: BoundsFlags): string | undefined => {
  if (bounds) return 'the values of --bounds';
  return percentiles && `the codes of all images between their percentiles ${percentiles.join(' and ')}`;
};

/** Below this share of the extent most of a picture is empty. */
const CLUMPED = 0.25;

/** Says of a frame that is mostly empty what shows more. */
export const noteClumped = (
  points: Float32Array,
  bounds: PlaneBounds,
  { percentiles, bounds: given }: BoundsFlags,
): void => {
  if (percentiles || given) return;
  const share = centralShare(points, bounds);
  if (share < CLUMPED)
    note(
      `note: 98 % of the codes lie within ${wholePercent(share)} of the extent of all; --percentiles 1,99 shows where they are`,
    );
};
