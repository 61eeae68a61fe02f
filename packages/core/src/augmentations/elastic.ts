/** Elastic distortion: every image is pulled about by a smooth random field of its own. */

import { defineAugmentation } from './definition.ts';
import type { ElasticAugmentation } from './types.ts';

/**
 * Normal displacements of standard deviation `strength` pixels on a lattice of `cell` pixels, interpolated between its
 * points. Source of the idea: Simard, Steinkraus & Platt 2003, section 2; theirs smooths noise of every pixel.
 */
export const elastic = (strength: number, cell = 7): ElasticAugmentation => ({ type: 'elastic', strength, cell });

export const elasticDefinition = defineAugmentation<ElasticAugmentation>({
  type: 'elastic',
  label: 'Elastic distortion',
  defaults: elastic(0.5),
  fields: {
    strength: { kind: 'number', label: 'Displacement, pixels', min: 0, max: 10, step: 0.1 },
    cell: { kind: 'integer', label: 'Cell of the lattice, pixels', min: 2, max: 28 },
  },
});
