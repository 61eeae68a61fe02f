/** What every learning-rate schedule says of itself. */
import {
  defineSpec,
  type Fields,
  type NumberField,
  number,
  type Spec,
  type SpecSource,
  type VariantDefinition,
} from '../registry/index.ts';

/** Where in a run a step stands. */
export interface RunPosition {
  /** Batches done before this step, over the whole run. */
  readonly step: number;
  /** Batches in an epoch. */
  readonly stepsPerEpoch: number;
  /** Length of the whole run. */
  readonly epochs: number;
}

/** What all schedules have in common as plain data. */
export interface AnySchedule {
  readonly type: string;
  /** The highest rate of the run. */
  readonly learningRate: number;
}

interface Behaviour<Value> {
  /** With `r` the field `learningRate`. */
  readonly formula: string;
  /** Where the formula comes from; absent where nobody need be named. */
  readonly source?: string;
  /** Whether the rate of a step depends on how long the whole run is. */
  readonly spansRun: boolean;
  /** The learning rate of a step, above 0. */
  rate(schedule: Value, position: RunPosition): number;
  /** A schedule with its values in words, as a model card has it: `0.001, constant`. */
  words(schedule: Value): string;
}

/** A learning-rate schedule; one object for each type, in its own file. */
export interface ScheduleDefinition<Value extends AnySchedule = AnySchedule>
  extends VariantDefinition<Value>,
    Behaviour<Value> {}

type ScheduleFields = Fields & { readonly learningRate: NumberField };

/** Makes a definition; defaults and schema follow from the fields. */
export const defineSchedule = <const Type extends string, const F extends ScheduleFields>({
  formula,
  source,
  spansRun,
  rate,
  words,
  ...spec
}: SpecSource<Type, F> & Behaviour<Spec<Type, F>>) => ({ ...defineSpec(spec), formula, source, spansRun, rate, words });

/** The field that every schedule has. */
export const learningRateField = number({
  label: 'Learning rate',
  doc: 'Size of a step at its highest.',
  min: 0,
  above: true,
  max: 10,
  default: 1e-3,
});
