/**
 * A run folder as one file, to be sent, and back.
 *
 * In: a folder, or bytes that anybody may have sent. Out: a zip archive without clock or compression (weights do not
 * shrink), or the files that a run folder may hold, never another path.
 */
import { dirname, join } from 'node:path';
import { unzipSync, type Zippable, zipSync } from 'fflate';
import type { ErrorFacts } from 'latent-plane';
import { inputError, reasonOf } from 'latent-plane/internal';
import { diskFiles, makeFolder, writeAtomic } from '../files/file-system.ts';
import { sha256Of } from '../files/sha256.ts';
import type { LeftWeights } from './layout.ts';

const STATE = 'checkpoints/last.safetensors';
const WEIGHTS = 'weights.safetensors';
const FLAT = ['config.json', 'history.jsonl', 'metrics.json', WEIGHTS, 'README.md'];
const ALLOWED =
  /^(config\.json|history\.jsonl|metrics\.json|weights\.safetensors|README\.md|checkpoints\/(last|initial|encoder|epoch-\d{4,7})\.safetensors)$/;
/** What is unpacked at most: a thousand times the zoo's largest run. */
const MAX_BYTES = 4 * 2 ** 30;
/** The first day that zip can name, so that the same run is the same bytes. */
const MTIME = '1980-01-01T00:00:00';

/** A run folder as one file, and the sum that it must have. */
export interface PackedRun {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Packs a run folder, also one that is being written: the state is read first, and what it needs was written before it.
 */
export const packRun = async (folder: string): Promise<PackedRun> => {
  const checkpoints = (await diskFiles.list(join(folder, 'checkpoints'))).map((name) => `checkpoints/${name}`);
  const names = [STATE, ...FLAT, ...checkpoints.filter((name) => name !== STATE && ALLOWED.test(name)).sort()];
  const files: Zippable = {};
  for (const name of names) {
    const bytes = await diskFiles.read(join(folder, name));
    if (bytes) files[name] = bytes;
  }
  const bytes = zipSync(files, { level: 0, mtime: MTIME });
  return { bytes, sha256: sha256Of(bytes) };
};

/**
 * The weights within a packed run; null where it has none.
 *
 * @throws LatentError (input) `checksum`.
 */
export const weightsIn = ({ bytes, sha256 }: PackedRun, job: string): LeftWeights | null => {
  if (sha256Of(bytes) !== sha256)
    throw inputError('checksum', {
      at: { subject: `run of job ${job}` },
      expected: `SHA-256 ${sha256}`,
      got: 'another',
      hint: 'run it again',
    });
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => name === WEIGHTS && originalSize <= MAX_BYTES,
  });
  return Object.hasOwn(files, WEIGHTS) ? { bytes: files[WEIGHTS], model: `job ${job}` } : null;
};

/**
 * Unpacks into a folder.
 *
 * @param sha256 - that the bytes must have.
 * @param from - for messages.
 * @throws LatentError (input) `checksum`, `invalid-run` where a name or a size is none of a run folder's.
 */
export const unpackRun = async (bytes: Uint8Array, sha256: string, folder: string, from: string): Promise<void> => {
  const got = sha256Of(bytes);
  if (got !== sha256)
    throw inputError('checksum', {
      at: { subject: from },
      expected: `SHA-256 ${sha256}`,
      got,
      hint: 'it was damaged or exchanged',
    });
  const refuse = (facts: ErrorFacts, cause?: unknown) =>
    inputError('invalid-run', { at: { subject: from }, hint: 'drop it', ...facts }, { cause });
  let total = 0;
  const filter = ({ name, originalSize }: { readonly name: string; readonly originalSize: number }): boolean => {
    if (!ALLOWED.test(name)) throw refuse({ expected: 'files of a run folder', got: `"${name.slice(0, 80)}"` });
    total += originalSize;
    if (total > MAX_BYTES) throw refuse({ expected: `at most ${MAX_BYTES} bytes`, got: 'more' });
    return true;
  };
  let files: Readonly<Record<string, Uint8Array>>;
  try {
    files = unzipSync(bytes, { filter });
  } catch (cause) {
    throw refuse({ expected: `a packed run folder (${reasonOf(cause)})` }, cause);
  }
  for (const [name, content] of Object.entries(files)) {
    await makeFolder(diskFiles, dirname(join(folder, name)));
    await writeAtomic(diskFiles, join(folder, name), content);
  }
};
