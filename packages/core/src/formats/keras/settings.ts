/** Reads and writes the config of a Keras layer by what its definition says of each setting. */

import { type Activation, activationRegistry } from '../../activations/index.ts';
import { type ErrorFacts, inputError, internalError, shown } from '../../errors.ts';
import type { Field, Fields, KerasConfig, KerasSetting } from '../../registry/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import type { Shape } from '../../tensor/index.ts';

/** What is asked while a config is read. */
export interface SettingsReader {
  readonly config: KerasConfig;
  readonly inputShape: Shape;
  /** The error of a config that cannot be taken. */
  refuse(facts: ErrorFacts): Error;
}

/** What a config says. */
export interface ReadSettings {
  /** Of our fields. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Weights that the file does not have, and that are zeros. */
  readonly zeros: readonly string[];
}

const activationByName = new Map<unknown, Activation>(
  activationRegistry.entries.flatMap(({ id, keras }) =>
    keras === null ? [] : [keras.name, ...(keras.aliases ?? [])].map((known): [string, Activation] => [known, id]),
  ),
);

/** An activation by any name that Keras has for it, or by Keras 3's object for a function. */
export const readActivation = (value: unknown, { refuse }: Pick<SettingsReader, 'refuse'>): Activation => {
  const named = isRecord(value) && typeof value.config === 'string' ? value.config : value;
  const name = named ?? 'linear';
  const found = activationByName.get(name);
  if (found !== undefined) return found;
  throw refuse({ expected: 'a known activation', got: shown(name), hint: 'train it again with one of those' });
};

const isCount = (value: unknown, min = 1): value is number => Number.isSafeInteger(value) && Number(value) >= min;

/** Rows and columns, or one number for both. */
const pairOf = (value: unknown, name: string, { refuse }: SettingsReader, least = 1): readonly [number, number] => {
  if (isCount(value, least)) return [value, value];
  if (Array.isArray(value) && value.length === 2) {
    const [rows, columns]: readonly unknown[] = value;
    if (isCount(rows, least) && isCount(columns, least)) return [rows, columns];
  }
  throw refuse({ at: { field: name }, expected: 'two whole numbers', got: shown(value), hint: 'correct the config' });
};

const fieldValue = (field: Field, value: unknown, name: string, reader: SettingsReader): unknown => {
  const { refuse } = reader;
  switch (field.kind) {
    case 'integer':
      if (isCount(value, field.min)) return value;
      throw refuse({
        at: { field: name },
        expected: `a whole number of ${field.min} or more`,
        got: shown(value),
        hint: 'correct the config',
      });
    case 'number':
      if (typeof value === 'number') return value;
      throw refuse({ at: { field: name }, expected: 'a number', got: shown(value) });
    case 'flag':
      if (typeof value === 'boolean') return value;
      throw refuse({ at: { field: name }, expected: 'true or false', got: shown(value) });
    case 'size':
      return pairOf(value, name, reader, field.min);
    case 'choice':
      if (field.choices.some((choice) => choice === value)) return value;
      throw refuse({ at: { field: name }, expected: field.choices.join(' or '), got: shown(value) });
    default:
      throw internalError(`a Keras setting of the kind "${field.kind}" is read by its layer`);
  }
};

/** Refuses a value that computes something else than is computed here. */
const requireFixed = (
  { accepts, expected }: Extract<KerasSetting, { kind: 'fixed' }>,
  value: unknown,
  name: string,
  { refuse }: Pick<SettingsReader, 'refuse'>,
): void => {
  if (value === undefined || value === null) return;
  if (accepts.some((option) => JSON.stringify(option) === JSON.stringify(value))) return;
  throw refuse({ at: { field: name }, expected: expected, got: shown(value) });
};

const isDefault = ({ absent, or }: Extract<KerasSetting, { kind: 'optional' }>, value: unknown): boolean =>
  value === undefined ||
  value === null ||
  [absent, ...or].some((option) => JSON.stringify(option) === JSON.stringify(value));

/** Reads a config; what it does not mention is Keras' default. */
export const readSettings = (
  settings: Readonly<Record<string, KerasSetting>>,
  fields: Fields,
  reader: SettingsReader,
): ReadSettings => {
  const { config } = reader;
  const values: Record<string, unknown> = {};
  const zeros: string[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const value = config[name];
    switch (setting.kind) {
      case 'fixed':
        requireFixed(setting, value, name, reader);
        break;
      case 'ignored':
        break;
      case 'field':
        values[setting.field] = fieldValue(fields[setting.field], value ?? setting.absent, name, reader);
        break;
      case 'activation':
        values[setting.field] = readActivation(value, reader);
        break;
      case 'optional':
        if (isDefault(setting, value)) break;
        values[setting.field] = fieldValue(fields[setting.field], value, name, reader);
        if (value === false && setting.weight !== undefined) zeros.push(setting.weight);
        break;
      case 'custom':
        Object.assign(values, setting.read(value, { ...reader, pair: (pair) => pairOf(pair, name, reader) }));
        break;
    }
  }
  return { values, zeros };
};

/** @throws LatentError (input) `unsupported-layer` for an activation that Keras' versions do not compute alike. */
const kerasNameOf = (activation: string): string => {
  const { keras } = activationRegistry.get(activation);
  if (keras !== null) return keras.name;
  throw inputError('unsupported-layer', {
    problem: `Keras has no activation that is "${activation}" in all its versions`,
    hint: 'export the network as ONNX: --to onnx',
  });
};

const writtenValue = (setting: KerasSetting, spec: Readonly<Record<string, unknown>>): unknown => {
  switch (setting.kind) {
    case 'fixed':
    case 'ignored':
      return setting.value;
    case 'field':
      return spec[setting.field];
    case 'activation':
      return kerasNameOf(String(spec[setting.field]));
    case 'optional':
      return spec[setting.field] ?? setting.absent;
    case 'custom':
      return setting.write(spec);
  }
};

/** Writes a config as Keras 2.15 and Keras 3 read it. */
export const writeSettings = (
  settings: Readonly<Record<string, KerasSetting>>,
  spec: Readonly<Record<string, unknown>>,
): KerasConfig =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, setting]) => {
      const value = writtenValue(setting, spec);
      // A setting without a value of ours is one that only some versions know.
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** The name of an activation in code, which is for Keras 3 alone. */
const keras3NameOf = (activation: string): string =>
  activationRegistry.get(activation).keras3 ?? kerasNameOf(activation);

/** What code says of a layer: the fields of ours, without what only trains and what Keras takes anyway. */
export const statedSettings = (
  settings: Readonly<Record<string, KerasSetting>>,
  spec: Readonly<Record<string, unknown>>,
): KerasConfig =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, setting]) => {
      if (setting.kind === 'fixed' || setting.kind === 'ignored') return [];
      if (setting.kind === 'optional' && spec[setting.field] === undefined) return [];
      const value =
        setting.kind === 'activation' ? keras3NameOf(String(spec[setting.field])) : writtenValue(setting, spec);
      if (value === undefined || value === null) return [];
      return [[setting.kind === 'custom' ? (setting.codeName ?? name) : name, value]];
    }),
  );
