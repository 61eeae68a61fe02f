/** clumped-code: the images fill a small part of the rectangle around them. */
import type { FindingRule } from '../types.ts';
import { percentOf } from '../wording.ts';

/** Share of the cells of a 100 x 100 mesh over the codes' bounds that hold a code. */
const FEW_CELLS = 0.03;
/** Share of the cells that half of the images fit into. */
const TIGHT = 0.001;

export const clumpedCode: FindingRule = {
  code: 'clumped-code',
  means:
    'The images crowd into a small part of the rectangle that their codes span: a few outliers stretch the plane, or the classes lie on top of one another.',
  find: ({ code: { occupied, min, max }, halfArea }) => {
    if (occupied === null || halfArea === null) return null;
    if (occupied >= FEW_CELLS && halfArea >= TIGHT) return null;
    return {
      code: 'clumped-code',
      severity: 'warning',
      message: `the images occupy ${percentOf(occupied)} of their plane, half of them ${percentOf(halfArea)} of it`,
      evidence: { occupied, halfArea, min, max },
      remedy:
        'a bounded code (tanh, sigmoid), a penalty on large codes or a variational code spreads the images; for a picture, cut the bounds at the first and last percentile',
    };
  },
};
