/** Reconstruction errors and terms by type. */
import { internalError } from '../errors.ts';
import { createRegistry, type SpecOf } from '../registry/index.ts';
import type { ReconstructionDefinition, TermDefinition } from './definition.ts';
import { reconstructionList, termList } from './list.ts';

export type ReconstructionSpec = SpecOf<typeof reconstructionList>;
export type TermSpec = SpecOf<typeof termList>;

/** Reconstruction errors by type. */
export const reconstructions = createRegistry<ReconstructionSpec['type'], ReconstructionDefinition<ReconstructionSpec>>(
  'loss',
  reconstructionList,
  ({ defaults }) => defaults.type,
);

/** Terms by type. */
export const lossTerms = createRegistry<TermSpec['type'], TermDefinition<TermSpec>>(
  'loss term',
  termList,
  ({ defaults }) => defaults.type,
);

/** Those of images, or of labels; there is at least one. */
export const reconstructionsOf = (
  of: ReconstructionDefinition['of'],
): readonly ReconstructionDefinition<ReconstructionSpec>[] => {
  const found = reconstructions.entries.filter((entry) => entry.of === of);
  if (found.length === 0) throw internalError(`no reconstruction error of ${of}`);
  return found;
};
