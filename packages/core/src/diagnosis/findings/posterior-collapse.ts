/** posterior-collapse: the divergence from the unit Gaussian has been brought to nothing, and the code says nothing. */
import { COLLAPSED, collapsedDimensions, IN_USE } from '../collapsed.ts';
import { defineFinding } from '../definition.ts';
import { aliveDimension } from '../healthy.ts';
import { dimensionNames, short } from '../wording.ts';

const still = { ...aliveDimension, std: 1e-4 };

export const posteriorCollapse = defineFinding({
  code: 'posterior-collapse',
  severities: ['error', 'warning'],
  means:
    'The Gaussian that a variational encoder gives for an image is the unit Gaussian itself, whatever the image: the Kullback-Leibler divergence has outweighed the reconstruction, and the decoder learned to do without the code.',
  holds: ({ collapsed, inUse }) =>
    `the divergence of every dimension of a Gaussian code is below ${collapsed} nats an image, or below ${inUse} with one mean for all images; a warning where that holds of some, not all`,
  tries: 'a lower weight of the divergence, or one that rises over the first epochs',
  needs: ['divergences', 'dimensions', 'codeActivation'],
  thresholds: {
    collapsed: {
      value: COLLAPSED,
      measure: 'Kullback-Leibler divergence of one dimension, mean over the probed images, nats',
      why: 'Burda, Grosse & Salakhutdinov 2016 take 0.01 of the variance of the mean for an active unit, which is a divergence of half that; dimensions in use have 0.5 nats and more.',
    },
    inUse: {
      value: IN_USE,
      measure: 'the same, of a dimension whose mean is one for all images',
      why: 'A mean that comes out of a sigmoid stays at 0.5 where the divergence alone moves it, which is 0.125 nats.',
    },
  },
  remedies: {
    lower:
      'write the network out by `latent new net.yaml --from RUN`, lower the weight of its divergence or give it a schedule that rises over the first epochs (type warm-up), and train that file; a mean over pixels beside a sum over the code wants a weight as many times smaller as an image has pixels',
    some: 'what has collapsed carries nothing, and costs nothing; write the network out by `latent new net.yaml --from RUN` and give the code fewer numbers, or the divergence a lower weight',
  },
  find: (examination, { collapsed }) => {
    const { divergences } = examination;
    const still = collapsedDimensions(examination);
    if (still.length === 0) return null;
    const isAll = still.length === divergences.length;
    const largest = Math.max(...divergences);
    return {
      severity: isAll ? 'error' : 'warning',
      message: isAll
        ? `the encoder gives every image the same Gaussian (posterior collapse): no dimension of the code has more than ${short(largest)} nats of divergence, and none depends on the image`
        : `${dimensionNames(still)} of the code ${still.length === 1 ? 'is' : 'are'} the same Gaussian for every image, below ${collapsed} nats of divergence or with one mean, where another has ${short(largest)}`,
      evidence: { divergences, collapsed: still.map((d) => d + 1) },
      remedy: isAll ? 'lower' : 'some',
    };
  },
  examples: [
    { severity: 'error', remedy: 'lower', changes: { divergences: [0.001, 0.0004] } },
    {
      severity: 'error',
      remedy: 'lower',
      changes: { divergences: [0.125, 0.125], dimensions: [still, still] },
    },
    { severity: 'warning', remedy: 'some', changes: { divergences: [3.1, 0.0004] } },
  ],
});
