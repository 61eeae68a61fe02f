/** Activations: what a layer does to its sums. */
import { type ChoiceField, choice, createRegistry } from '../registry/index.ts';
import type { ActivationDefinition } from './definition.ts';
import { type Activation, activations } from './list.ts';

/** Every activation by its id. */
export const activationRegistry = createRegistry<Activation, ActivationDefinition<Activation>>(
  'activation',
  activations,
  ({ id }) => id,
);

/** The definition of an activation. */
export const activationOf = (id: Activation): ActivationDefinition<Activation> => activationRegistry.get(id);

/** Both ends of an activation's values; null where it is unbounded on one side. */
export const activationBounds = (id: Activation): readonly [number, number] | null => {
  const { range } = activationOf(id);
  return range.every(Number.isFinite) ? range : null;
};

/**
 * A field that takes an activation.
 *
 * @param any - also those that look at more than one value at a time; false when absent.
 * @param linear - also the one that leaves values as they are; true when absent.
 */
export const activationField = ({
  any = false,
  linear = true,
  ...field
}: Pick<ChoiceField<Activation>, 'label' | 'doc' | 'default'> & {
  readonly any?: boolean;
  readonly linear?: boolean;
}): ChoiceField<Activation> =>
  choice({
    ...field,
    ...(linear ? { fileDefault: 'linear' } : {}),
    choices: activationRegistry.entries
      .filter(({ id, elementwise }) => (elementwise || any) && (linear || id !== 'linear'))
      .map(({ id }) => id),
  });

export type { ActivationDefinition } from './definition.ts';
export { type Activation, activations } from './list.ts';
