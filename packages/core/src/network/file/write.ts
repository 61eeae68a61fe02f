/** A network and its recipe as a file that a person reads and goes on with: YAML with a layer in each line. */
import { stringify } from 'yaml';
import { DATASETS } from '../../images/index.ts';
import type { LayerSpec } from '../../layers/index.ts';
import { type LossSpec, withoutCombinedType } from '../../losses/index.ts';
import { type Recipe, rowEntries } from '../recipe/table.ts';
import type { AutoencoderSpec } from '../types.ts';

/** What stands in a network's file beside network and recipe. */
export interface NetworkFileOptions {
  /** The data set; a comment in its place where it is null. */
  readonly data?: string | null;
  /** Address or path of the JSON Schema, from where editors take what they offer. */
  readonly schema?: string;
}

/** In one line: line breaks of a text are escaped. */
const short = (value: unknown): string =>
  typeof value === 'string' && /[\r\n]/.test(value) ? JSON.stringify(value) : flow(value);

const flow = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, defaultStringType: 'PLAIN', blockQuote: false }).trimEnd();

const line = (name: string, value: unknown): string => `${name}: ${short(value)}`;

const layerLines = (part: string, layers: readonly LayerSpec[]): string[] => [
  `${part}:`,
  ...layers.map(({ type, name, inputs, ...fields }) => {
    const links = { ...(name === undefined ? {} : { name }), ...fields, ...(inputs === undefined ? {} : { inputs }) };
    return `  - ${short({ type, ...links })}`;
  }),
];

const lossLine = (loss: LossSpec): string => line('loss', withoutCombinedType(loss));

/** Fields that the reader would set along with those that are there, and that are not. */
const notAlong = (recipe: Recipe): readonly string[] =>
  rowEntries.filter(([name]) => recipe[name] !== undefined).flatMap(([, { along = {} }]) => Object.keys(along));

/** The lines of a recipe but its name, in the order of the table. */
const recipeLines = (recipe: Recipe): string[] => {
  const without = notAlong(recipe);
  return rowEntries
    .filter(([name]) => name !== 'name' && (recipe[name] !== undefined || without.includes(name)))
    .map(([name]) => line(name, recipe[name] ?? null));
};

/**
 * The text of a network's file; `parseNetworkFile` reads the same network out of it. What a file has no place for is left
 * out: the figures on record, a frozen encoder, a second recipe.
 */
export const formatNetworkFile = (
  spec: AutoencoderSpec,
  recipe: Recipe,
  { data = null, schema }: NetworkFileOptions = {},
): string => {
  const { id, title, inputShape, label, encoder, decoder, loss, record } = spec;
  const sections = [
    [
      ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]),
      line('id', id),
      line('title', title),
    ],
    [
      '# The images that it is trained on: a data set by name, or a folder beside this file; --dataset overrules it.',
      data === null ? `# data: ${DATASETS[0].name}` : line('data', data),
      '# Of an image: one number where its pixels are a vector, else rows, columns, channels.',
      line('inputShape', inputShape),
      ...(label === undefined ? [] : [line('label', label)]),
    ],
    ['# From the image to the code.', ...layerLines('encoder', encoder)],
    ['# From the code to the image.', ...layerLines('decoder', decoder)],
    ['# What training minimises.', lossLine(loss)],
    [
      '# How it is trained; what is left out is as in any new network.',
      'recipe:',
      ...recipeLines(recipe).map((text) => `  ${text}`),
    ],
    [line('record', record)],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
};
