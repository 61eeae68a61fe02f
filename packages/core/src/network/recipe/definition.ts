/** What a row of the table of recipe fields says. */
import type { Field, ValueOf } from '../../registry/index.ts';

/** An option of the command line that sets a field; every field can be set by `--set name=value` beside. */
export interface RecipeOption {
  /** With its argument: `--epochs <n>`. */
  readonly flags: string;
  /** What an option without an argument sets. */
  readonly value?: boolean;
  /** Takes the place of the field's sentence in the help. */
  readonly help?: string;
}

/** Where a form shows a field: among the first, or not at all; among all the rest where nothing is said. */
export type FormPlace = 'first' | 'hidden';

/** A field within a field that has a name of its own: `learningRate` of `schedule`. */
export interface InnerField {
  readonly option: RecipeOption;
  readonly form: FormPlace;
}

/** One field of a recipe and all that follows from it: schema, options, form, sweeps, model card, docs. */
export interface RecipeRow<F extends Field = Field> {
  /** Kind, bounds, label, sentence; whether it may be absent. */
  readonly field: F;
  readonly option?: RecipeOption;
  readonly form?: FormPlace;
  /** Fields of a variant that people set by their name alone. */
  readonly inner?: Readonly<Record<string, InnerField>>;
  /** Fields that are set too where somebody asks for this one and not for them. */
  readonly along?: Readonly<Record<string, unknown>>;
  /** The value for model card and page; as it is where absent. Nothing is told of null. */
  words?(value: ValueOf<F>): string | null;
  /** For model card and page where the field is absent; nothing is told where this is absent too. */
  readonly absent?: string;
  /** Says how the weights begin; untold of a run that began with given ones. */
  readonly begins?: true;
  /** Where the idea comes from. */
  readonly source?: string;
}

/** Checks a row where it is written, and keeps its types. */
export const row = <const F extends Field>(source: RecipeRow<F>): RecipeRow<F> => source;

/** Most epochs of anything. */
export const MAX_EPOCHS = 1_000_000;
