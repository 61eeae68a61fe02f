/**
 * What a run folder of the zoo has more than others, and that it has no weights of its own: `weights.json` says which
 * model file holds them.
 *
 * In: the document. Out: a path from the run folder and the sum that the weights must have. So the zoo keeps one copy of
 * its weights, in the files that other programs read. No other run may name a file outside its folder (`pathWithin`).
 */
import * as v from 'valibot';
import { parseJsonAs } from '../registry/parse-json.ts';

/** Paths of what a run folder of the zoo has more than others. */
export const SHIPPED_FILES = {
  pointer: 'weights.json',
  /** Codes of all images, float32 `[train + test, 2]`, training images first. */
  codes: 'codes.npy',
  /** The class map over the extent of all codes: `encodeClassMap`. */
  field: 'class-field.npy.gz',
} as const;

/**
 * A relative path with slashes, made plain; null where it leaves the folder that it is in.
 *
 * What cannot be a path on one of the systems that runs come from (`C:`, a backslash, a control character) leaves it too.
 */
export const pathWithin = (path: string): string | null => {
  if (path.startsWith('/') || /[\\:]/.test(path) || [...path].some((c) => c < ' ' || c === '\u007f')) return null;
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..' && steps.pop() === undefined) return null;
    if (step !== '..' && step !== '.' && step !== '') steps.push(step);
  }
  return steps.length === 0 ? null : steps.join('/');
};

/** Relative, of plain names: as the zoo's runs name files of `models/`. */
const isRelative = (path: string): boolean => pathWithin(path.replace(/^(\.\.\/)+/, '')) !== null;

const schema = v.object({
  /** Path of a model file, from the run folder. */
  file: v.pipe(v.string(), v.maxLength(1024), v.check(isRelative, 'a relative path')),
  /** SHA-256 of `weights.safetensors` as the run wrote it. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** The epoch that they are of. */
  epoch: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

/** Which model file holds the weights of a run of the zoo, and their SHA-256. */
export type WeightsPointer = v.InferOutput<typeof schema>;

/**
 * Reads a `weights.json`.
 *
 * @throws LatentError (input) `invalid-run`.
 */
export const parseWeightsPointer = (bytes: Uint8Array, path: string): WeightsPointer =>
  parseJsonAs(bytes, schema, { code: 'invalid-run', at: { file: path }, hint: 'take another run folder' });
