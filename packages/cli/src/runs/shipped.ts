/**
 * A run folder without weights of its own: `weights.json` says which model file holds them.
 *
 * In: the document. Out: a path and the sum that the weights must have. So the zoo keeps one copy of its weights, in the
 * files that other programs read.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { inputError } from 'latent-plane';
import * as v from 'valibot';

export const WEIGHTS_FILE = 'weights.json';

/** Codes of all images, float32 `[train + test, 2]`, training images first: what a page shows before it computes. */
export const CODES_FILE = 'codes.npy';

/** What the classifier reads over the extent of all codes: `encodeClassField`. */
export const FIELD_FILE = 'class-field.npy.gz';

const schema = v.object({
  /** Path of a model file, from the run folder. */
  file: v.pipe(v.string(), v.nonEmpty()),
  /** SHA-256 of `weights.safetensors` as the run wrote it. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** The epoch that they are of. */
  epoch: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

export type WeightsPointer = v.InferOutput<typeof schema>;

/** @throws LatentError (input) `invalid-run`. */
export const parseWeightsPointer = (bytes: Uint8Array, folder: string): WeightsPointer & { readonly path: string } => {
  try {
    const pointer = v.parse(schema, JSON.parse(new TextDecoder().decode(bytes)));
    return { ...pointer, path: join(folder, pointer.file) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw inputError(
      'invalid-run',
      `${join(folder, WEIGHTS_FILE)}: expected the place of the run's weights, got something else (${reason}); take another run folder`,
      { cause },
    );
  }
};

export const formatWeightsPointer = (pointer: WeightsPointer): string => `${JSON.stringify(pointer, null, 2)}\n`;

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
