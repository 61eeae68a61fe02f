/**
 * Keras' layer classes and ours, by what the definitions say of them. What would change the numbers and is not computed
 * here is refused by name; what only trains (regularisers, initialisers, constraints) is left aside.
 * Source: https://keras.io/api/layers/
 */

import { type Activation, activationRegistry } from '../../activations/index.ts';
import { type ErrorFacts, inputError, LatentError, shown } from '../../errors.ts';
import {
  definitionOf,
  type JoinedHeads,
  type KerasForm,
  type LayerSpec,
  type ListedLayer,
  layerDefinitions,
  supportedClasses,
} from '../../layers/index.ts';
import type { KerasConfig } from '../../registry/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import type { Shape } from '../../tensor/index.ts';
import { WRAPPERS, whyNot } from './inert.ts';
import { errorPlace, type JsonObject, type KerasPlace, unsupportedLayer } from './place.ts';
import { readActivation, readSettings, type SettingsReader, statedSettings, writeSettings } from './settings.ts';

/** What a layer of a file comes to. */
export type Translation =
  /** `zeros`: weights that the file does not have, and that are zeros. */
  | { readonly kind: 'layer'; readonly spec: LayerSpec; readonly zeros: readonly string[] }
  /** Belongs to the layer before it, or stays `alone`. */
  | { readonly kind: 'activation'; readonly activation: Activation; readonly alone: LayerSpec }
  /** `input` and layers that leave the numbers as they are. */
  | { readonly kind: 'nothing' };

interface KnownClass {
  readonly definition: ListedLayer;
  readonly form: KerasForm;
}

/** Every class that is a layer of ours, under all of its names. */
const layerClasses = new Map<string, KnownClass>(
  layerDefinitions.flatMap((definition) => {
    const { keras: form } = definition;
    if (form === null || form.writtenOnly) return [];
    const names = [form.className, ...(form.aliases ?? [])];
    return names.map((name): [string, KnownClass] => [name, { definition, form }]);
  }),
);

/** Every class that is an activation. */
const activationClasses = new Map(
  activationRegistry.entries.flatMap(({ id, keras }) =>
    keras?.layer === undefined ? [] : [[keras.layer.className, { id, settings: keras.layer.settings }] as const],
  ),
);

/** Keras' layer that holds any activation. */
const ACTIVATION = 'Activation';

/** Arrays of Keras' classes that are read as other layers. */
const OTHER_ARRAYS: Readonly<Record<string, readonly string[]>> = {
  Embedding: ['embeddings'],
  Normalization: ['mean', 'variance', 'count'],
};

const arraysOfClass = (className: string): readonly string[] =>
  layerClasses.get(className)?.form.arrays ?? (Object.hasOwn(OTHER_ARRAYS, className) ? OTHER_ARRAYS[className] : []);

/** Whether layers of a class hold values. */
export const holdsValues = (className: string): boolean =>
  arraysOfClass(className).length > 0 || WRAPPERS.has(className);

/** Settings that say whether a layer has an array. */
const HAS: Readonly<Record<string, string>> = { bias: 'use_bias', gamma: 'scale', beta: 'center' };

/** How many arrays a layer of a file has. */
export const arrayCounts = (className: string, { config }: JsonObject): { trained: number; running: number } => {
  if (WRAPPERS.has(className) && isRecord(config) && isRecord(config.layer))
    return {
      ...arrayCounts(String(config.layer.class_name), config.layer),
      running: className === 'TimeDistributed' ? 0 : 1,
    };
  const settings = isRecord(config) ? config : {};
  const arrays = arraysOfClass(className).filter((name) => settings[HAS[name] ?? ''] !== false);
  const running = arrays.filter((name) => /^moving_|^(mean|variance|count)$/.test(name)).length;
  return { trained: arrays.length - running, running };
};

/** Whether a class is one of Keras, or of this project. */
export const isKnownClass = (className: string, registered: unknown): boolean => {
  const known = layerClasses.get(className);
  if (known?.form.registered !== undefined) {
    // TensorFlow.js names no packages; what others call sampling is told by its place.
    const isUnnamed = (registered === undefined || registered === null) && !/Sampling$/.test(className);
    return isUnnamed || registered === `${known.form.registered}>${className}`;
  }
  if (registered !== undefined && registered !== null && String(registered).includes('>')) return false;
  return (
    known !== undefined || activationClasses.has(className) || className === 'InputLayer' || className === ACTIVATION
  );
};

/** Whether the values of a class lie in heads within the layer. */
export const hasHeads = (className: string): boolean => layerClasses.get(className)?.form.heads !== undefined;

/**
 * Where an array stands among those of its layer, by its own name: 0 for a kernel, more for a bias; -1 for no weight. Of
 * an array that layers of several classes have it is the last of its places, so that the order is right in each.
 */
export const arrayRank = (name: string): number =>
  Math.max(-1, ...[...layerClasses.values()].map(({ form }) => form.arrays.indexOf(name)));

/** What two layers of these classes, joined by a third whose code is not read, may be the heads of. */
export const joinedHeads = (first: string | undefined, second: string | undefined): JoinedHeads | null => {
  const joins = [...layerClasses.values()].flatMap(({ form }) => form.heads ?? []);
  return joins.find(({ className }) => className === first && className === second) ?? null;
};

/** The weights' own names of a layer, in the order in which Keras stores them. */
export const arraysOf = (spec: LayerSpec): readonly string[] => {
  const { keras, weights } = definitionOf(spec);
  // Which weights there are does not depend on the shape; of a head the last segment is the array's name.
  const names = new Set(weights(spec, [1, 1, 1]).map(({ role }) => role.slice(role.lastIndexOf('/') + 1)));
  return (keras?.arrays ?? []).filter((name) => names.has(name));
};

const refuse = (place: KerasPlace, facts: ErrorFacts): LatentError =>
  unsupportedLayer(place, { ...facts, hint: `Supported: ${supportedClasses()}` });

/** `relu` of `some_package>Custom`: what is not Keras' own is named with its package. */
const ownName = (registered: unknown, module: unknown): boolean =>
  registered === undefined ||
  registered === null ||
  (typeof registered === 'string' && !registered.includes('>')) ||
  (typeof module === 'string' && /^keras(\.|$)/.test(module) && typeof registered !== 'string');

/** Refuses code that a file brings along. */
const requireKnownCode = (node: JsonObject, place: KerasPlace): void => {
  const { className } = place;
  if (className === 'Lambda') {
    throw inputError('unsafe-layer', {
      at: errorPlace(place),
      problem: 'holds Python code, which is never run here',
      hint: `replace it by a layer of Keras, or take its values alone for a network that is known: npx latent import FILE --network ID --out DIR\nSupported: ${supportedClasses()}`,
    });
  }
  const registered = node.registered_name;
  const isOurs = layerClasses.get(className)?.form.registered !== undefined;
  if (isKnownClass(className, registered) || (ownName(registered, node.module) && !isOurs)) return;
  throw inputError('custom-layer', {
    at: errorPlace(place),
    expected: 'a layer of Keras',
    got: `the custom class ${shown(registered ?? className)}, whose code is never run here`,
    hint: `replace it\nSupported: ${supportedClasses()}`,
  });
};

const readLayer = ({ definition, form }: KnownClass, reader: SettingsReader): Translation => {
  const { values, zeros } = readSettings(form.settings, definition.fields, reader);
  const ordered = Object.keys(definition.fields)
    .filter((name) => values[name] !== undefined)
    .map((name) => [name, values[name]]);
  // The fields of this very type; their bounds are checked where the chain's shapes are inferred.
  const spec = { type: definition.type, ...Object.fromEntries(ordered) } as LayerSpec;
  return { kind: 'layer', spec, zeros };
};

/** Whether a class computes the activation of its name, and nothing more. */
const isPlain = (settings: KerasForm['settings'], reader: SettingsReader): boolean => {
  try {
    readSettings(settings, {}, reader);
    return true;
  } catch (error) {
    if (error instanceof LatentError) return false;
    throw error;
  }
};

/** An activation, and the layer that it is by itself: one of its own class where there is one. */
const activationAlone = (activation: Activation, own?: Translation): Translation => ({
  kind: 'activation',
  activation,
  alone: own?.kind === 'layer' ? own.spec : { type: 'activation', activation },
});

/**
 * One layer of a Keras config.
 *
 * @param node - `{ class_name, config, registered_name?, module? }`.
 * @param inputShape - what reaches the layer, without the batch axis.
 * @throws LatentError (input) `unsafe-layer` for a Lambda, whose code is never run; `custom-layer` for a class that is
 *   not Keras' own; `unsupported-layer` for one that this project does not compute.
 */
export const translateLayer = (node: JsonObject, place: KerasPlace, inputShape: Shape): Translation => {
  const { className } = place;
  requireKnownCode(node, place);
  const known = layerClasses.get(className);
  const activation = activationClasses.get(className);
  const other = className === 'InputLayer' || className === ACTIVATION;
  if (known === undefined && activation === undefined && !other) {
    const reason = whyNot(className);
    throw refuse(place, {
      ...(reason === null ? {} : { problem: reason }),
      expected: 'a supported layer',
      hint: 'replace it, or leave it out',
    });
  }
  const { config } = node;
  if (!isRecord(config)) throw refuse(place, { expected: 'a config object', got: `${shown(config)}` });
  const reader: SettingsReader = { config, inputShape, refuse: (facts) => refuse(place, facts) };
  if (className === 'InputLayer') return { kind: 'nothing' };
  if (activation !== undefined && (known === undefined || isPlain(activation.settings, reader))) {
    readSettings(activation.settings, {}, reader);
    return activationAlone(activation.id, known && readLayer(known, reader));
  }
  if (className === ACTIVATION) return activationAlone(readActivation(config.activation, reader));
  if (known !== undefined) return readLayer(known, reader);
  throw refuse(place, { expected: 'a supported layer', hint: 'replace it, or leave it out' });
};

/** @throws LatentError (input) `unsupported-layer` for a layer that Keras does not have. */
const formOf = (spec: LayerSpec): KerasForm => {
  const { keras } = definitionOf(spec);
  if (keras !== null) return keras;
  throw inputError('unsupported-layer', {
    problem: `Keras and TensorFlow.js have no layer that is "${spec.type}"`,
    hint: 'export the network as ONNX: --to onnx',
  });
};

/**
 * What neither program has of a layer, as the problem of its refusal; null where both have all of it.
 *
 * @param isCode - whether it is for Keras 3 alone.
 */
export const kerasFault = (spec: LayerSpec, isCode = false): string | null => {
  const { keras, activation } = definitionOf(spec);
  if (keras === null) return `Keras and TensorFlow.js have no layer that is "${spec.type}"`;
  const used = activation(spec);
  if (used === null) return null;
  const { keras: names, keras3 } = activationRegistry.get(used);
  return names !== null || (isCode && keras3 !== undefined)
    ? null
    : `Keras has no activation that is "${used}" in all its versions`;
};

/** How Keras names the class of a layer of ours. @throws LatentError (input) `unsupported-layer` where it has none. */
export const kerasClassOf = (spec: LayerSpec): string => formOf(spec).className;

/** The package of a class that this project registers; null for one of Keras' own. */
export const kerasPackageOf = (spec: LayerSpec): string | null => formOf(spec).registered ?? null;

/** Whether a class takes the setting `trainable`. */
export const kerasTakesTrainable = (spec: LayerSpec): boolean => formOf(spec).takesTrainable ?? true;

/** The config of a layer of ours as Keras 2.15 and Keras 3 read it, without name, dtype and `trainable`. */
export const kerasConfigOf = (spec: LayerSpec): KerasConfig => writeSettings(formOf(spec).settings, spec);

/** The same as code says it: what is set, by the names of Keras 3. */
export const kerasStatedOf = (spec: LayerSpec): KerasConfig => statedSettings(formOf(spec).settings, spec);
