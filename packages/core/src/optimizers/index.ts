/** How weights follow gradients. */
import { createRegistry, type SpecOf } from '../registry/index.ts';
import type { OptimizerDefinition } from './definition.ts';
import { optimizerList } from './list.ts';

/** An optimiser as plain data, told apart by `type`. */
export type OptimizerSpec = SpecOf<typeof optimizerList>;

/** The optimisers by type. */
export const optimizers = createRegistry<OptimizerSpec['type'], OptimizerDefinition<OptimizerSpec>>(
  'optimizer',
  optimizerList,
  ({ defaults }) => defaults.type,
);

/** What trains where a recipe names no optimiser: the first of the list. */
export const DEFAULT_OPTIMIZER: OptimizerSpec = optimizerList[0].defaults;

export type { OptimizerDefinition, OptimizerStep, RunKernel } from './definition.ts';
