/** The optimisers, in the order of menus and docs. A new one is a new file and a line here. */
import { adamOptimizer } from './adam.ts';

export const optimizerList = [adamOptimizer] as const;
