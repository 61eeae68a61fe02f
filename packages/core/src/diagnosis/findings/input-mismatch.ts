/** input-mismatch: the images are not as the network expects them. */
import { defineFinding, type Examination, type Verdict } from '../definition.ts';
import { percentOf, short } from '../wording.ts';

const LIGHT = 0.5;

/** Of the images' own error, that of the images turned over. */
const INVERTED = 0.5;

/** Whether a network draws images badly that it draws well once they are turned over. */
export const isTurnedOver = ({
  mse,
  baselines,
  invertedMse,
}: Pick<Examination, 'mse' | 'baselines' | 'invertedMse'>): boolean =>
  invertedMse !== null && mse.all > baselines.meanImage && invertedMse <= INVERTED * mse.all;

export const inputMismatch = defineFinding({
  code: 'input-mismatch',
  severities: ['error', 'warning'],
  means:
    'The images are not as the network expects them: dark on light where it learned light on dark, or the other way round; or their light ground kept it from learning.',
  holds: ({ inverted, constant, light }) =>
    `the images cost more than the mean image does, and turned over (every value subtracted from white) ${percentOf(inverted)} of that or less; a warning where a network that was trained on images whose border is light (${light} and more of white) draws one picture for all (less than ${percentOf(constant)} of their variance)`,
  tries: 'turn all images over, so that they are as the network expects',
  needs: ['mse', 'baselines', 'outputVariance', 'ground'],
  thresholds: {
    inverted: {
      value: INVERTED,
      measure: "error of the images turned over, of the images' own",
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
    ground:
      'begin at the mean image (`outputBias`), so that the first steps are not spent on the ground, or turn all images over: `latent train ID --dataset DATA#polarity=invert`, or the polarity under the images of the page',
  },
  find: (examination, { constant, light }): Verdict<'error' | 'warning', 'invert' | 'ground'> | null => {
    const { mse, baselines, outputVariance, ground, invertedMse, training } = examination;
    const { meanImage } = baselines;
    if (invertedMse !== null && isTurnedOver(examination))
      return {
        severity: 'error',
        message: `the network expects images of the other polarity: these have an error of ${short(mse.all)}, turned over one of ${short(invertedMse)}`,
        evidence: { mse: mse.all, inverted: invertedMse, meanImage, ground },
        remedy: 'invert',
      };
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
      changes: { mse: { train: 0.63, test: 0.63, all: 0.63 }, invertedMse: 0.097, outputVariance: 0.5 },
    },
    { severity: 'warning', remedy: 'ground', changes: { outputVariance: 0.001, ground: 0.99 } },
  ],
});
