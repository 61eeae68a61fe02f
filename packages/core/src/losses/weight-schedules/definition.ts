/** What every schedule of a term's weight says of itself. */
import { defineSpec, type Fields, type Spec, type SpecSource, type VariantDefinition } from '../../registry/index.ts';

interface Behaviour<Value> {
  /** With `t` the epochs done, in fractions. */
  readonly formula: string;
  /** Where it comes from; absent where nobody need be named. */
  readonly source?: string;
  /**
   * What the weight is multiplied by, 0 to 1.
   *
   * @param epochs - done so far, in fractions.
   */
  share(schedule: Value, epochs: number): number;
  /** With its values in words, behind the weight: `rising over 10 epochs`. */
  words(schedule: Value): string;
}

/** A schedule of a term's weight; one object for each type, in its own file. */
export interface WeightScheduleDefinition<Value extends { readonly type: string } = { readonly type: string }>
  extends VariantDefinition<Value>,
    Behaviour<Value> {}

/** Makes a definition; defaults and schema follow from the fields. */
export const defineWeightSchedule = <const Type extends string, const F extends Fields>({
  formula,
  source,
  share,
  words,
  ...spec
}: SpecSource<Type, F> & Behaviour<Spec<Type, F>>) => ({ ...defineSpec(spec), formula, source, share, words });
