/** input-mismatch: the images are not as the network expects them. */
import { BETTER_RANGE } from '../../evaluation/index.ts';
import { defineFinding, type Examination, type Verdict } from '../definition.ts';
import { percentOf, short } from '../wording.ts';

const LIGHT = 0.5;

/** Whether a network draws images badly that it draws well where they enter it in another range. */
export const expectsOtherRange = ({ otherRange }: Pick<Examination, 'otherRange'>): boolean => otherRange !== null;

export const inputMismatch = defineFinding({
  code: 'input-mismatch',
  severities: ['error', 'warning'],
  means:
    'The images are not as the network expects them: dark on light where it learned light on dark, or the other way round; pixels of 0 to 1 where it learned others, as 0 to 255; or their light ground kept it from learning.',
  holds: ({ other, constant, light }) =>
    `the images cost more than the mean image does, and ${percentOf(other)} of that or less where black and white are other numbers than 0 and 1 (1 and 0, which turns them over, 255, -1 to 1); a warning where a network that was trained on images whose border is light (${light} and more of white) draws one picture for all (less than ${percentOf(constant)} of their variance)`,
  tries: 'turn all images over, or give them in the range that the network expects',
  needs: ['mse', 'baselines', 'outputVariance', 'ground'],
  thresholds: {
    other: {
      value: BETTER_RANGE,
      measure: "error in another range, of the images' own",
      why: 'A network that learned dark drawings on white has 0.63 on white digits on black and 0.10 once they are turned over; one that learned neither has much the same error for both.',
    },
    constant: {
      value: 0.02,
      measure: "output variance, of the images'",
      why: 'As for constant-output.',
    },
    light: {
      value: LIGHT,
      measure: "mean of the images' border, of white",
      why: 'Nearer to white than to black.',
    },
  },
  remedies: {
    invert:
      'turn all images over: `latent train ID --dataset DATA#polarity=invert`, or the polarity under the images of the page',
    range:
      'give the model the numbers that it learned black and white as, those of the evidence: `latent import FILE --input-range BLACK,WHITE --out DIR`',
    ground:
      'begin at the mean image (`outputBias`), so that the first steps are not spent on the ground, or turn all images over: `latent train ID --dataset DATA#polarity=invert`, or the polarity under the images of the page',
  },
  find: (examination, { constant, light }): Verdict<'error' | 'warning', 'invert' | 'range' | 'ground'> | null => {
    const { mse, baselines, outputVariance, ground, otherRange, training } = examination;
    const { meanImage } = baselines;
    if (otherRange !== null) {
      const { black, white, mse: other } = otherRange;
      const isInverted = black === 1 && white === 0;
      return {
        severity: 'error',
        message: isInverted
          ? `the network expects images of the other polarity: these have an error of ${short(mse.all)}, turned over one of ${short(other)}`
          : `the network expects other pixels: from 0 to 1 their error is ${short(mse.all)}, with black as ${black} and white as ${white} it is ${short(other)}`,
        evidence: { mse: mse.all, other, black, white, meanImage, ground },
        remedy: isInverted ? 'invert' : 'range',
      };
    }
    if (training !== null && outputVariance < constant && ground >= light)
      return {
        severity: 'warning',
        message: `the images lie on a light ground (${short(ground)} of white at their border), and the network came no further than one picture for all`,
        evidence: { ground, outputVariance, mse: mse.all, meanImage },
        remedy: 'ground',
      };
    return null;
  },
  examples: [
    {
      severity: 'error',
      remedy: 'invert',
      changes: {
        mse: { train: 0.63, test: 0.63, all: 0.63 },
        otherRange: { black: 1, white: 0, mse: 0.097, own: 0.63 },
        outputVariance: 0.5,
      },
    },
    {
      severity: 'error',
      remedy: 'range',
      changes: { mse: { train: 0.3, test: 0.3, all: 0.3 }, otherRange: { black: -1, white: 1, mse: 0.04, own: 0.3 } },
    },
    { severity: 'warning', remedy: 'ground', changes: { outputVariance: 0.001, ground: 0.99 } },
  ],
});
