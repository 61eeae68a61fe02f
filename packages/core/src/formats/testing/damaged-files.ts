/**
 * Files of models with something changed in them: each is read whole or refused with an error of input, within seconds.
 *
 * In: files by name, a seed. Out: how often each of them was read, or refused with which code. `LATENT_PLANE_MUTATIONS` asks for
 * more than the hundred that tests try.
 */
import { unzipSync, zipSync } from 'fflate';
import { expect } from 'vitest';
import { LatentError } from '../../errors.ts';
import { RandomStream } from '../../random/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { elementCount } from '../../tensor/index.ts';
import type { ImportedModel } from '../imported-model.ts';
import type { ModelFile } from '../read-model.ts';

/** How many are tried. */
export const MUTATIONS = Number(process.env.LATENT_PLANE_MUTATIONS ?? 100);

/** Longer than any file of the fixtures takes on a busy machine. */
const LIMIT_MS = 5000;

type Roll = (sides: number) => number;

const rolls = (seed: number, index: number): Roll => {
  const random = new RandomStream(seed, 'damaged-files', index);
  const word = new Uint32Array(1);
  return (sides) => {
    random.fillUint32(word);
    return word[0] % Math.max(1, sides);
  };
};

/** Of pickles, HDF5 and protocol buffers: ends, opcodes, lengths. */
const TELLING_BYTES = [0, 0x28, 0x2e, 0x52, 0x7f, 0x80, 0xff];

const changedBytes = (bytes: Uint8Array, roll: Roll): Uint8Array => {
  const changed = bytes.slice();
  // Headers and pickles rather than values.
  const within = roll(3) === 0 ? bytes.length : Math.min(bytes.length, 1500);
  for (let edits = 1 + roll(4); edits > 0; edits--) {
    const at = roll(within);
    if (roll(3) === 0) changed[at] = TELLING_BYTES[roll(TELLING_BYTES.length)];
    else changed[at] ^= 1 << roll(8);
  }
  return roll(8) === 0 ? changed.slice(0, roll(changed.length)) : changed;
};

const VALUES: readonly unknown[] = [null, -1, 0, 1e9, 2 ** 53, 0.5, 'x', '', true, [], {}, [[]], [null, -1], { a: 1 }];

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string | number;
}

const placesOf = (value: unknown): Place[] => {
  if (Array.isArray(value)) return value.flatMap((each, key) => [{ holder: value, key }, ...placesOf(each)]);
  if (!isRecord(value)) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])]);
};

/** One value of a document taken away, replaced, or put in the place of another. */
const changedJson = (bytes: Uint8Array, roll: Roll): Uint8Array => {
  const document: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const places = placesOf(document);
  const { holder, key } = places[roll(places.length)];
  const other = places[roll(places.length)];
  const values = holder as Record<string | number, unknown>;
  const way = roll(4);
  if (way === 0) delete values[key];
  else if (way === 1) values[key] = (other.holder as Record<string | number, unknown>)[other.key];
  else values[key] = VALUES[roll(VALUES.length)];
  // A value within itself has no text.
  try {
    return new TextEncoder().encode(JSON.stringify(document));
  } catch {
    return changedBytes(bytes, roll);
  }
};

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

const changedFile = (name: string, bytes: Uint8Array, roll: Roll): Uint8Array => {
  if (roll(3) > 0) {
    if (isZip(bytes)) {
      const entries = unzipSync(bytes);
      const names = Object.keys(entries);
      const entry = names[roll(names.length)];
      return zipSync({ ...entries, [entry]: changedFile(entry, entries[entry], roll) }, { level: 0 });
    }
    if (name.endsWith('.json')) return changedJson(bytes, roll);
  }
  return changedBytes(bytes, roll);
};

const requireWhole = ({ network, weights }: ImportedModel): void => {
  for (const { name, shape } of network.parameters) expect(weights.get(name)?.length, name).toBe(elementCount(shape));
};

/**
 * @param files - by name, each opened in turn.
 * @param read - reads a file; what lies beside it is as it was.
 * @returns how many were read (`read`), and of the others how many were refused with which code.
 */
export const tryDamagedFiles = async (
  files: ReadonlyMap<string, Uint8Array>,
  read: (file: ModelFile) => Promise<ImportedModel>,
  seed: number,
): Promise<ReadonlyMap<string, number>> => {
  const names = [...files.keys()];
  const found = new Map<string, number>();
  for (let i = 0; i < MUTATIONS; i++) {
    const roll = rolls(seed, i);
    const file = names[i % names.length];
    const whole = files.get(file) ?? new Uint8Array();
    const bytes = changedFile(file, whole, roll);
    const begin = performance.now();
    const code = await read({ file, bytes }).then(
      (model) => {
        requireWhole(model);
        return 'read';
      },
      (error: unknown) => {
        if (error instanceof LatentError && error.kind === 'input') return error.code;
        throw new Error(`mutation ${i} of ${file}`, { cause: error });
      },
    );
    expect(performance.now() - begin, `mutation ${i} of ${file}, ms`).toBeLessThan(LIMIT_MS);
    found.set(code, (found.get(code) ?? 0) + 1);
  }
  if (MUTATIONS > 100)
    console.info(
      `${MUTATIONS} of ${names.length} files: ${JSON.stringify(Object.fromEntries(found))}; ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at the highest`,
    );
  return found;
};
