/** clumped-code: the images fill a small part of the rectangle around them. */

import { isConstant } from '../collapsed.ts';
import { defineFinding } from '../definition.ts';
import { healthyExamination } from '../healthy.ts';
import { percentOf } from '../wording.ts';

export const clumpedCode = defineFinding({
  code: 'clumped-code',
  severities: ['warning'],
  means:
    'The images crowd into a small part of the rectangle that their codes span: a few outliers stretch the plane, or the classes lie on top of one another. Of codes on a plane alone.',
  holds: ({ fewCells, tight }) =>
    `the images occupy less than ${percentOf(fewCells)} of a 100 x 100 mesh over their bounds, or half of them less than ${percentOf(tight)}, unless a number of the code is constant`,
  tries: 'bounded codes; cut the bounds at a percentile',
  needs: ['code', 'halfArea', 'dimensions', 'codeActivation'],
  thresholds: {
    fewCells: {
      value: 0.03,
      measure: "share of a 100 x 100 mesh's cells that hold a code",
      why: 'Working networks of the zoo occupy 10 % and more, those that lost a dimension 1 %, the mesh being 100 cells wide.',
    },
    tight: {
      value: 0.001,
      measure: "share of the mesh's cells that half of the images fit into",
      why: 'Ten cells of ten thousand: no picture of the plane could tell the images in them apart.',
    },
  },
  remedies: {
    spreadOut:
      'a bounded code (tanh, sigmoid), a penalty on large codes or a variational code spreads the images; for a picture (`latent plane`), cut the bounds at the first and last percentile',
  },
  find: ({ code: { occupied, min, max }, halfArea, dimensions, codeActivation }, { fewCells, tight }) => {
    if (occupied === null || (occupied >= fewCells && halfArea >= tight)) return null;
    // Where a number is the same for all images, that is the cause, and the plane a line or a point.
    if (dimensions.some((dimension) => isConstant(dimension, codeActivation))) return null;
    return {
      severity: 'warning',
      message: `the images occupy ${percentOf(occupied)} of their plane, half of them ${percentOf(halfArea)} of it`,
      evidence: { occupied, halfArea, min, max },
      remedy: 'spreadOut',
    };
  },
  examples: [
    { severity: 'warning', remedy: 'spreadOut', changes: { code: { ...healthyExamination.code, occupied: 0.02 } } },
    { severity: 'warning', remedy: 'spreadOut', changes: { halfArea: 0.0005 } },
  ],
});
