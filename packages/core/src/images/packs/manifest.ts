/**
 * `pack.json`: what a pack holds, and which of its files holds which images.
 *
 * A pack is a folder with this file and shards. A shard is the pixels of its images, `[count, height, width, channels]` bytes;
 * then their labels, of one byte each or of two, little-endian; then for each image the CRC-32 of its pixels, four bytes,
 * little-endian. The file holds the CRC-32 of what it says, so that a size that was changed by hand is told.
 */
import * as v from 'valibot';
import { inputError, reasonOf } from '../../errors.ts';
import { crc32 } from '../checksum.ts';
import { MAX_CLASSES } from '../labels.ts';
import { imageSize } from '../shape.ts';

/** Name of the file. */
export const PACK_FILE = 'pack.json';

/** Raised when an older program could misread a newer pack. */
const VERSION = 1;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9999));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal'));

const shardSchema = v.object({
  file: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,60}\.shard$/, 'the name of a shard, as "train-00000.shard"')),
  count: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

const splitSchema = v.object({
  count: whole,
  images: sha256,
  labels: sha256,
  shards: v.array(shardSchema),
});

const packSchema = v.object({
  format: v.literal('latent-plane-pack'),
  version: v.literal(VERSION),
  name: v.string(),
  licence: v.string(),
  source: v.string(),
  classNames: v.pipe(v.array(v.string()), v.maxLength(MAX_CLASSES)),
  height: side,
  width: side,
  channels: v.picklist([1, 3]),
  labelBytes: v.picklist([1, 2]),
  notes: v.array(v.string()),
  train: splitSchema,
  test: splitSchema,
});

const fileSchema = v.object({ ...packSchema.entries, check: whole });

/**
 * The images of one split.
 *
 * @property count - How many.
 * @property images - SHA-256 of all pixels.
 * @property labels - SHA-256 of all labels, of as many bytes each as the largest needs.
 * @property shards - Files in the order of the images, with how many each holds.
 * @interface
 */
export type PackSplit = v.InferOutput<typeof splitSchema>;

/**
 * What a pack holds.
 *
 * @property classNames - By class index; none where the images have no labels.
 * @property labelBytes - Of a label in a shard.
 * @property notes - What was decided when it was packed, a sentence each.
 * @interface
 */
export type PackManifest = Omit<v.InferOutput<typeof packSchema>, 'format' | 'version'>;

/** CRC-32 of what a file says, its fields in the order of the schema. */
const checkOf = (pack: v.InferOutput<typeof packSchema>): number =>
  crc32(new TextEncoder().encode(JSON.stringify(v.parse(packSchema, pack))));

/** The file as text. */
export const formatPack = (manifest: PackManifest): string => {
  const pack = { format: 'latent-plane-pack', version: VERSION, ...manifest } as const;
  return `${JSON.stringify({ ...pack, check: checkOf(pack) }, null, 2)}\n`;
};

/** Where a shard's parts begin, and its length, in bytes. */
export const shardLayout = (
  pack: Pick<PackManifest, 'height' | 'width' | 'channels' | 'labelBytes'>,
  count: number,
) => {
  const labels = count * imageSize(pack);
  const checks = labels + count * pack.labelBytes;
  return { labels, checks, bytes: checks + 4 * count };
};

/** The step where a pack is damaged. */
export const PACK_AGAIN = 'pack the images again: npx latent data pack SOURCE --out PACK';

const parsed = (bytes: Uint8Array, file: string): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    const problem = `it cannot be parsed (${reasonOf(cause).replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?')})`;
    throw inputError('invalid-pack', { at: { file }, problem, expected: 'JSON in UTF-8', hint: PACK_AGAIN }, { cause });
  }
};

/** @throws LatentError (input) `invalid-pack`. */
export const parsePack = (bytes: Uint8Array, file: string): PackManifest => {
  const result = v.safeParse(fileSchema, parsed(bytes, file), { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw inputError('invalid-pack', {
      at: { file, subject: `"${v.getDotPath(issue) ?? ''}"` },
      expected: issue.expected ?? issue.message,
      got: issue.received.slice(0, 60),
      hint: PACK_AGAIN,
    });
  }
  const { check, ...said } = result.output;
  const { format: _format, version: _version, ...pack } = said;
  for (const name of ['train', 'test'] as const) {
    const { count, shards } = pack[name];
    const held = shards.reduce((sum, shard) => sum + shard.count, 0);
    if (held !== count)
      throw inputError('invalid-pack', {
        at: { file },
        expected: `${count} images in the shards of "${name}"`,
        got: `${held}`,
        hint: PACK_AGAIN,
      });
  }
  if (check !== checkOf(said))
    throw inputError('invalid-pack', {
      at: { file },
      expected: 'what was written when the images were packed',
      got: 'a file that was changed since',
      hint: PACK_AGAIN,
    });
  return pack;
};

/** A file of a pack that is not as the pack says. */
export const damagedPack = (file: string, problem: string) =>
  inputError('pack-damaged', { at: { file }, problem, hint: PACK_AGAIN });
