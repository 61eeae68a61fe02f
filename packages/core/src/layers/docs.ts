/** What is said of the layer types and activations in messages and docs, made of their definitions. */
import { type ActivationDefinition, activationRegistry } from '../activations/index.ts';
import { layerDefinitions } from './registry.ts';

/** `silu (swish)`. */
const activationNames = ({ id, keras: { name, aliases = [] } }: ActivationDefinition): string => {
  const others = [name, ...aliases].filter((other) => other !== id);
  return others.length === 0 ? id : `${id} (${others.join(', ')})`;
};

/** The Keras classes and activations that are read, in one line for messages. */
export const supportedClasses = (): string => {
  const classes = layerDefinitions.flatMap(({ keras }) => {
    if (keras === null) return [];
    return [keras.limits === undefined ? keras.className : `${keras.className} (${keras.limits})`];
  });
  const asLayers = activationRegistry.entries.flatMap(({ keras }) => keras.layer?.className ?? []);
  const others = ['Activation', ...asLayers, 'InputLayer', 'Sequential', 'Functional'];
  return `${[...classes, ...others].join(', ')}; activations ${activationRegistry.entries.map(activationNames).join(', ')}`;
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

/** The layer types as a table in Markdown: what each computes, its fields, and what Keras and TensorFlow.js call it. */
export const layerTable = (): string =>
  [
    row(['layer', 'what it does', 'fields', 'Keras', 'TensorFlow.js']),
    row(['---', '---', '---', '---', '---']),
    ...layerDefinitions.map(({ type, doc, formula, fields, keras, defaults, standIn }) => {
      const names = keras === null ? '-' : [keras.className, ...(keras.aliases ?? [])].join(', ');
      const instead = standIn(defaults);
      const inTfjs = instead === null ? names : `${code(instead.spec.type)}, which is its ${code(instead.head)}`;
      return row([
        code(type),
        `${doc} ${code(formula)}`,
        Object.keys(fields).map(code).join(', ') || '-',
        keras?.limits === undefined ? names : `${names} (${keras.limits})`,
        inTfjs,
      ]);
    }),
  ].join('\n');

/** The activations as a table in Markdown. */
export const activationTable = (): string =>
  [
    row(['activation', 'what it does', 'formula', 'Keras and TensorFlow.js']),
    row(['---', '---', '---', '---']),
    ...activationRegistry.entries.map(({ id, doc, formula, keras: { name, aliases = [], layer } }) =>
      row([
        code(id),
        doc,
        code(formula),
        [...[name, ...aliases].map(code), ...(layer === undefined ? [] : [`${layer.className} layer`])].join(', '),
      ]),
    ),
  ].join('\n');
