/** near-zero-code: the encoder sends every image next to the origin. */
import type { FindingRule } from '../types.ts';
import { percentOf, short } from '../wording.ts';

/** Code units. A working code of the zoo reaches 0.8 and more; the collapsed ones stay below 0.03. */
const NEAR_ZERO = 0.05;
/** Share of the images' variance that pictures show at least where the code still says something. */
const SAYS_LITTLE = 0.1;

export const nearZeroCode: FindingRule = {
  code: 'near-zero-code',
  means:
    'The encoder sends (almost) every image next to the origin, most often because its relu layers have died one after the other; the decoder then has nothing to tell images apart by.',
  find: ({ magnitude99, outputVariance, code }) => {
    if (magnitude99 >= NEAR_ZERO) return null;
    const silent = outputVariance < SAYS_LITTLE;
    const where = magnitude99 === 0 ? 'are exactly zero' : `lie within ${short(magnitude99)} of zero`;
    return {
      code: 'near-zero-code',
      severity: silent ? 'error' : 'warning',
      message: silent
        ? `the codes of 99 % of the images ${where}, and what the decoder draws hardly depends on them`
        : `the codes of 99 % of the images ${where}; the decoder still tells them apart, on a very small scale`,
      evidence: { magnitude99, std: code.std, max: code.max, outputVariance },
      remedy: silent
        ? 'train again from another seed or with another initialiser (he-uniform for relu), a lower learning rate, dropout or a validation split that stops the collapse; or give the code layer an activation that cannot die (tanh, sigmoid, linear)'
        : `read the plane between its own bounds, not over a fixed square; ${percentOf(outputVariance)} of the images' variance comes back`,
    };
  },
};
