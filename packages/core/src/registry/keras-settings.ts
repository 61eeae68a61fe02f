/**
 * How the settings of a Keras config belong to ours, as data. Who reads and writes configs interprets it.
 * Source: https://keras.io/api/layers/
 */

import type { ErrorFacts } from '../errors.ts';

/** The config of a Keras layer. */
export type KerasConfig = Readonly<Record<string, unknown>>;

/** A setting that is computed in one way alone: others are refused; an absent one is Keras' default. */
export interface FixedSetting {
  readonly kind: 'fixed';
  /** What is written. */
  readonly value: unknown;
  /** What is accepted on reading. */
  readonly accepts: readonly unknown[];
  /** The same in words. */
  readonly expected: string;
}

/** A setting that only trains: written as Keras does, left aside on reading. */
export interface IgnoredSetting {
  readonly kind: 'ignored';
  readonly value: unknown;
}

/** A setting that is one of our fields. */
export interface FieldSetting<Name extends string = string> {
  readonly kind: 'field';
  readonly field: Name;
  /** Keras' default, where it has one. */
  readonly absent?: unknown;
}

/** A setting that is one of our optional fields: Keras' own default is the field's absence. */
export interface OptionalSetting<Name extends string = string> {
  readonly kind: 'optional';
  readonly field: Name;
  /** Keras' default, which is written where the field is absent. */
  readonly absent: unknown;
  /** Other ways to write the default. */
  readonly or: readonly unknown[];
  /** Weights that a file lacks where the field is false: zeros, where the layer has to have them all the same. */
  readonly weight?: string;
}

/** A setting that is one of our fields, an activation. */
export interface ActivationSetting<Name extends string = string> {
  readonly kind: 'activation';
  readonly field: Name;
}

/** What of a file a custom setting may ask for. */
export interface KerasContext {
  /** What reaches the layer, without the batch axis. */
  readonly inputShape: readonly number[];
  /** The whole config. */
  readonly config: KerasConfig;
  /** The error of a config that cannot be taken: `expects ...`. */
  refuse(facts: ErrorFacts): Error;
  /** Two whole numbers, or one for both. */
  pair(value: unknown): readonly [number, number];
}

/** A setting that is read and written in a way of its own. */
export interface CustomSetting {
  readonly kind: 'custom';
  /** What Keras 3 calls it, where files have an older name that both generations read. */
  readonly codeName?: string;
  write(spec: Readonly<Record<string, unknown>>): unknown;
  /** @returns values of our fields; `{}` where it was only checked. */
  read(value: unknown, context: KerasContext): Readonly<Record<string, unknown>>;
}

/** One setting; `Name` are the fields of the layer. */
export type KerasSetting<Name extends string = string> =
  | FixedSetting
  | IgnoredSetting
  | FieldSetting<Name>
  | OptionalSetting<Name>
  | ActivationSetting<Name>
  | CustomSetting;

const inWords = (value: unknown): string => (Array.isArray(value) ? `[${value.join(', ')}]` : JSON.stringify(value));

/**
 * A setting that is computed in one way alone.
 *
 * @param or - other ways to write the same.
 */
export const fixed = (
  value: unknown,
  { or = [], expected = inWords(value) }: { readonly or?: readonly unknown[]; readonly expected?: string } = {},
): FixedSetting => ({ kind: 'fixed', value, accepts: value === null ? or : [value, ...or], expected });

/** A setting that only trains. */
export const ignored = (value: unknown): IgnoredSetting => ({ kind: 'ignored', value });

/** A setting that is one of our fields. */
export const field = <const Name extends string>(name: Name, absent?: unknown): FieldSetting<Name> => ({
  kind: 'field',
  field: name,
  absent,
});

/**
 * A setting that is one of our optional fields.
 *
 * @param absent - Keras' default.
 */
export const optionalField = <const Name extends string>(
  name: Name,
  absent: unknown,
  { or = [], weight }: { readonly or?: readonly unknown[]; readonly weight?: string } = {},
): OptionalSetting<Name> => ({
  kind: 'optional',
  field: name,
  absent,
  or,
  ...(weight === undefined ? {} : { weight }),
});

/** A setting that is one of our fields, an activation. */
export const activationSetting = <const Name extends string>(name: Name): ActivationSetting<Name> => ({
  kind: 'activation',
  field: name,
});

/** A setting that is read and written in a way of its own. */
export const custom = (setting: Omit<CustomSetting, 'kind'>): CustomSetting => ({ kind: 'custom', ...setting });

/** How Keras writes an initializer. */
export const kerasInitializer = (className: string, config: KerasConfig = {}): KerasConfig => ({
  module: 'keras.initializers',
  class_name: className,
  config,
  registered_name: null,
});

/** The settings that every layer of a kernel and a bias has. */
export const kernelAndBias: Readonly<Record<string, KerasSetting<'useBias'>>> = {
  use_bias: optionalField('useBias', true, { weight: 'bias' }),
  kernel_initializer: ignored(kerasInitializer('GlorotUniform', { seed: null })),
  bias_initializer: ignored(kerasInitializer('Zeros')),
  kernel_regularizer: ignored(null),
  bias_regularizer: ignored(null),
  kernel_constraint: ignored(null),
  bias_constraint: ignored(null),
};
