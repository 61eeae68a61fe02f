/**
 * How the layers of a part hang together: a layer may have a name, and name the layers whose outputs it takes.
 *
 * Without names a part is a chain: each layer takes what the one before it gives, the first what enters the part.
 */
import * as v from 'valibot';
import type { FieldSchema, JsonSchema } from '../registry/index.ts';
import { listSchema, textSchema } from '../registry/validation.ts';

/** Name of what enters a part: the image, or the code. */
export const PART_INPUT = 'input';
/** Name of the label that enters beside it, one-hot. */
export const LABEL_INPUT = 'label';

const NAME = /^[A-Za-z][\w-]*$/;
const MAX_NAME = 64;
/** Most inputs of a layer. */
export const MAX_JOINED = 32;

/** What any layer may say of its place; both may be absent. */
export type LayerLinks = {
  /** Within its part; the type with a number where absent. */
  readonly name?: string;
  /** Layers before it, `input` for what enters the part, `label`; the layer before it where absent. */
  readonly inputs?: readonly string[];
};

const nameSchema = v.pipe(
  textSchema(MAX_NAME, {
    pattern: NAME,
    expected: `a name of up to ${MAX_NAME} letters, digits, underscores and hyphens that begins with a letter`,
  }),
  v.check(
    (name) => name !== PART_INPUT && name !== LABEL_INPUT,
    `another name than "${PART_INPUT}" and "${LABEL_INPUT}"`,
  ),
);

/** Entries of an object schema for both. */
export const linkEntries = {
  name: v.exactOptional(nameSchema),
  inputs: v.exactOptional(listSchema(textSchema(MAX_NAME), 1, MAX_JOINED)),
} satisfies Readonly<Record<keyof LayerLinks, FieldSchema | v.GenericSchema>>;

/** Both as JSON Schema. */
export const linkProperties: Readonly<Record<keyof LayerLinks, JsonSchema>> = {
  name: {
    title: 'Name',
    description: 'Name of the layer within its part; its type with a number where it is absent.',
    type: 'string',
    maxLength: MAX_NAME,
    pattern: NAME.source,
  },
  inputs: {
    title: 'Inputs',
    description: `Names of the layers whose outputs it takes, "${PART_INPUT}" for what enters the part, "${LABEL_INPUT}" for the label; the layer before it where they are absent.`,
    type: 'array',
    items: { type: 'string' },
    minItems: 1,
    maxItems: MAX_JOINED,
  },
};

/** A specification without its links: what the layer's own schema reads. */
export const withoutLinks = (spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const { name: _name, inputs: _inputs, ...rest } = spec;
  return rest;
};
