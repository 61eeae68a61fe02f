/** The JSON Schemas of network and recipe files, from the definitions: what editors complete and check. */
import { layerJsonSchema } from '../../layers/index.ts';
import { lossFileSchema } from '../../losses/index.ts';
import { describedSchema, type JsonSchema, valueSchema } from '../../registry/index.ts';
import { idJsonSchema, MAX_CLASSES, MAX_LAYERS, MAX_RANK, MAX_RECORD, MAX_SIDE, MAX_TITLE } from '../json.ts';
import { recipeSettings, type Setting } from '../recipe/settings.ts';
import { recipeRows } from '../recipe/table.ts';
import { MAX_DATA } from './read.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

const text = (description: string, maxLength: number): JsonSchema => ({ description, type: 'string', maxLength });

/** What a setting takes in a file: its field's values, a type alone, null for an optional one. */
export const settingJsonSchema = ({ field }: Setting): JsonSchema => {
  const { title, description, default: start, ...value } = describedSchema(field, 'file');
  const isTyped = field.kind === 'variant' || field.kind === 'list';
  const types = isTyped ? [{ enum: field.definitions.map(({ type }) => type) }] : [];
  const none = field.optional === true ? [{ type: 'null' }] : [];
  const others = [...types, ...none];
  // Of a type alone there is one branch: that of all types.
  const own =
    field.kind === 'variant'
      ? valueSchema(field)
      : field.kind === 'list'
        ? { ...value, items: { anyOf: [value.items, ...types] } }
        : value;
  return { title, description, default: start, ...(others.length === 0 ? own : { anyOf: [own, ...others] }) };
};

const recipeProperties = (texts: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: {
    ...Object.fromEntries([...recipeSettings.values()].map((setting) => [setting.name, settingJsonSchema(setting)])),
    source: describedSchema(recipeRows.source.field),
    ...texts,
  },
  additionalProperties: false,
});

const schemaEntry = { $schema: { type: 'string', maxLength: MAX_DATA } };

/** The JSON Schema of a recipe's file. */
export const recipeFileJsonSchema = (): JsonSchema => ({
  $schema: DRAFT,
  title: 'Recipe of Latent Plane',
  description: 'Any fields of a recipe; the others are those of the network’s recipe.',
  ...recipeProperties({ name: describedSchema(recipeRows.name.field), ...schemaEntry }),
});

/** The JSON Schema of a network's file. */
export const networkFileJsonSchema = (): JsonSchema => {
  const layers = { type: 'array', items: { $ref: '#/$defs/layer' }, minItems: 1, maxItems: MAX_LAYERS };
  return {
    $schema: DRAFT,
    title: 'Network of Latent Plane',
    description: 'An autoencoder, and how it is trained.',
    type: 'object',
    properties: {
      ...schemaEntry,
      id: { description: 'What the network is called; the name of the file when absent.', ...idJsonSchema },
      title: text('Name for people; the id when absent.', MAX_TITLE),
      data: text('A data set by name, or a folder of images beside the file; --dataset overrules it.', MAX_DATA),
      inputShape: {
        description: 'Of an image: how many pixels it has, as [n], or rows, columns and channels.',
        type: 'array',
        items: { type: 'integer', minimum: 1, maximum: MAX_SIDE },
        minItems: 1,
        maxItems: MAX_RANK,
      },
      label: {
        description: 'The label of an image enters the network too, as the input "label".',
        type: 'object',
        properties: { classes: { type: 'integer', minimum: 2, maximum: MAX_CLASSES } },
        required: ['classes'],
        additionalProperties: false,
      },
      encoder: { description: 'From the image to the code.', ...layers },
      decoder: { description: 'From the code to the image.', ...layers },
      loss: { description: 'What training minimises; what suits the code when absent.', ...lossFileSchema() },
      recipe: {
        description: 'How it is trained; fields that are absent are those of any network that is new.',
        ...recipeProperties({}),
      },
      record: text('What is known of the network.', MAX_RECORD),
    },
    required: ['inputShape', 'encoder', 'decoder'],
    additionalProperties: false,
    $defs: { layer: layerJsonSchema('file') },
  };
};
