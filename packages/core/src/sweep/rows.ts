/** The rows of a sweep: what `runs` lists one by one, each with all that it takes over from others. */
import * as v from 'valibot';
import { inputError } from '../errors.ts';
import { completedLayer, type LayerSpec, layerSchema } from '../layers/index.ts';
import { type LossSpec, lossSchema } from '../losses/index.ts';
import type { JsonSchema } from '../registry/index.ts';
import { listSchema } from '../registry/validation.ts';
import type { SweepField } from './field-axes.ts';

/** A network with other parts; what `like` names has the rest. */
export interface NetworkEdit {
  /** Id of a network of the zoo, or the path of a network's file; the one that `like` names when absent. */
  readonly from?: string;
  /** Layers instead of its own. */
  readonly encoder?: readonly LayerSpec[];
  /** Layers instead of its own. */
  readonly decoder?: readonly LayerSpec[];
  /** Instead of its own. */
  readonly loss?: LossSpec;
  /** Other values of single fields by their path: `encoder[0].units`, `decoder.dense_1.units`; lists are tried one by one. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A new decoder on the encoder of a row above. */
export interface DecoderTuning {
  /** Name or network of the row. */
  readonly encoder: string;
  /** Network of the zoo whose decoder layers are trained anew. */
  readonly decoder: string;
}

const NAME = /^[A-Za-z0-9][\w. -]{0,39}$/;
const nameSchema = v.pipe(v.string(), v.regex(NAME));
const layersSchema = listSchema(v.pipe(v.unknown(), v.transform(completedLayer), layerSchema), 1, 100);
const layersJson: JsonSchema = {
  type: 'array',
  items: { anyOf: [{ type: 'string' }, { type: 'object', required: ['type'] }] },
  minItems: 1,
  maxItems: 100,
};
const nameJson: JsonSchema = { type: 'string', pattern: NAME.source };

/** The fields that a row has beside those of a sweep. */
export const ROW_FIELDS: Readonly<Record<string, SweepField>> = {
  name: { schema: nameSchema, json: nameJson, takes: 'up to 40 letters, digits, spaces, `.`, `_` and `-`' },
  what: {
    schema: v.pipe(v.string(), v.maxLength(1000)),
    json: { type: 'string', maxLength: 1000 },
    takes: 'a sentence that tells what the row is',
  },
  like: {
    schema: nameSchema,
    json: nameJson,
    takes: 'the name of a row above, whose fields it has where it says nothing else',
  },
  network: {
    schema: v.strictObject({
      from: v.exactOptional(v.string()),
      encoder: v.exactOptional(layersSchema),
      decoder: v.exactOptional(layersSchema),
      loss: v.exactOptional(lossSchema),
      fields: v.exactOptional(v.record(v.pipe(v.string(), v.maxLength(200)), v.unknown())),
    }),
    takes:
      'a network with other parts: {from: ID OR FILE, encoder: LAYERS, decoder: LAYERS, loss: LOSS, fields: {"encoder[0].units": [16, 32]}}',
    json: {
      type: 'object',
      properties: {
        from: { type: 'string' },
        encoder: layersJson,
        decoder: layersJson,
        loss: { type: 'object', required: ['type'] },
        fields: { type: 'object' },
      },
      additionalProperties: false,
    },
  },
  tune: {
    schema: v.strictObject({ encoder: nameSchema, decoder: v.string() }),
    json: {
      type: 'object',
      properties: { encoder: nameJson, decoder: { type: 'string' } },
      required: ['encoder', 'decoder'],
      additionalProperties: false,
    },
    takes: 'a new decoder on a frozen encoder: {encoder: NAME OR NETWORK OF A ROW ABOVE, decoder: ID}',
  },
  init: {
    schema: nameSchema,
    json: nameJson,
    takes: 'the name or network of a row above, with whose weights it begins',
  },
};

/** What a row says beside the fields of a sweep. */
export interface RowFields {
  /** Up to 40 letters, digits, spaces, `.`, `_` and `-`. */
  readonly name?: string;
  /** A sentence that tells what the row is. */
  readonly what?: string;
  /** Name of a row above, whose fields it has where it says nothing else. */
  readonly like?: string;
  /** A network of the zoo with other parts. */
  readonly network?: NetworkEdit;
  /** A new decoder on a frozen encoder. */
  readonly tune?: DecoderTuning;
  /** Name or network of the row with whose weights it begins. */
  readonly init?: string;
}

/** Of these a row has one: what it says itself stands for the others too. */
const TRAINED = ['networks', 'network', 'tune'] as const;
/** What a row does not take over from another. */
const OWN: readonly string[] = ['name', 'what', 'like', 'init'];

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const over = (base: Fields, fields: Fields): Fields => {
  const { network } = base;
  if (isFields(network) && isFields(fields.network))
    return over({ ...base, network: undefined }, { ...fields, network: { ...network, ...fields.network } });
  const saysWhat = TRAINED.some((name) => fields[name] !== undefined);
  const kept = Object.entries(base).filter(
    ([name]) => !OWN.includes(name) && !(saysWhat && TRAINED.some((trained) => trained === name)),
  );
  return { ...Object.fromEntries(kept), ...fields };
};

/**
 * The rows in full.
 *
 * @param common - the fields beside `runs`, which hold for every row.
 * @throws LatentError (input) `invalid-sweep` where `like` names no row above, or a row says not what it trains.
 */
export const fullRows = <Row extends RowFields>(common: Fields, rows: readonly Row[]): readonly Row[] => {
  const full: Row[] = [];
  for (const [i, row] of rows.entries()) {
    const like = row.like === undefined ? undefined : full.findLast(({ name }) => name === row.like);
    if (row.like !== undefined && like === undefined)
      throw inputError('invalid-sweep', {
        at: { subject: `runs[${i}].like` },
        expected: 'the name of a row above',
        got: `"${row.like}"`,
      });
    const { like: _, ...fields } = over(
      Object.fromEntries(Object.entries(like ?? common)),
      Object.fromEntries(Object.entries(row)),
    );
    if (TRAINED.every((name) => fields[name] === undefined))
      throw inputError('invalid-sweep', {
        at: { subject: `runs[${i}]` },
        expected: `one of ${TRAINED.join(', ')}`,
        got: 'none',
        hint: 'say what to train',
      });
    full.push(fields as unknown as Row);
  }
  return full;
};
