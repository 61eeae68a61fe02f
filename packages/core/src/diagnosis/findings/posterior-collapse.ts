/** posterior-collapse: the divergence from the unit Gaussian has been brought to nothing, and the code says nothing. */
import { defineFinding } from '../definition.ts';
import { dimensionNames, short } from '../wording.ts';

export const posteriorCollapse = defineFinding({
  code: 'posterior-collapse',
  severities: ['error', 'warning'],
  means:
    'The Gaussian that a variational encoder gives for an image is the unit Gaussian itself, whatever the image: the Kullback-Leibler divergence has outweighed the reconstruction, and the decoder learned to do without the code.',
  holds: ({ collapsed }) =>
    `the divergence of every dimension of a Gaussian code is below ${collapsed} nats an image; a warning where that holds of some, not all`,
  tries: 'a lower weight of the divergence, or one that rises over the first epochs',
  needs: ['divergences'],
  thresholds: {
    collapsed: {
      value: 0.02,
      measure: 'Kullback-Leibler divergence of one dimension, mean over the probed images, nats',
      why: 'Burda, Grosse & Salakhutdinov 2016 take 0.01 of the variance of the mean for an active unit, which is a divergence of half that; dimensions in use have 0.5 nats and more.',
    },
  },
  remedies: {
    lower:
      'write the network out by `latent new net.yaml --from RUN`, lower the weight of its divergence or give it a schedule that rises over the first epochs (type warm-up), and train that file; a mean over pixels beside a sum over the code wants a weight as many times smaller as an image has pixels',
    some: 'what has collapsed carries nothing, and costs nothing; write the network out by `latent new net.yaml --from RUN` and give the code fewer numbers, or the divergence a lower weight',
  },
  find: ({ divergences }, { collapsed }) => {
    const still = divergences.flatMap((nats, d) => (nats < collapsed ? [d] : []));
    if (still.length === 0) return null;
    const isAll = still.length === divergences.length;
    const largest = Math.max(...divergences);
    return {
      severity: isAll ? 'error' : 'warning',
      message: isAll
        ? `the encoder gives every image the unit Gaussian: no dimension of the code has more than ${short(largest)} nats of divergence`
        : `${dimensionNames(still)} of the code ${still.length === 1 ? 'is' : 'are'} the unit Gaussian for every image, below ${collapsed} nats of divergence, where another has ${short(largest)}`,
      evidence: { divergences, collapsed: still.map((d) => d + 1) },
      remedy: isAll ? 'lower' : 'some',
    };
  },
  examples: [
    { severity: 'error', remedy: 'lower', changes: { divergences: [0.001, 0.0004] } },
    { severity: 'warning', remedy: 'some', changes: { divergences: [3.1, 0.0004] } },
  ],
});
