/**
 * A pack as stored images: labels and checksums in memory, pixels where they lie, each image checked as it is read.
 */
import { inputError } from '../../errors.ts';
import { crc32, sha256Hex } from '../checksum.ts';
import { baseName, contentOf, type SourceFile } from '../readers/source.ts';
import { imageSize } from '../shape.ts';
import { readInRuns } from '../stored.ts';
import type { StoredImages, StoredSets } from '../types.ts';
import {
  damagedPack,
  PACK_AGAIN,
  PACK_FILE,
  type PackManifest,
  type PackSplit,
  parsePack,
  shardLayout,
} from './manifest.ts';

/** A pack that was opened. */
export interface OpenPack extends StoredSets {
  readonly manifest: PackManifest;
}

/** Whether files are those of a pack. */
export const isPack = (files: readonly SourceFile[]): boolean => files.some((file) => baseName(file) === PACK_FILE);

/** `pack.json` is a list of files: longer than any that we write. */
const MAX_MANIFEST_BYTES = 2 ** 26;

interface Shard {
  readonly file: SourceFile;
  /** Number of its first image. */
  readonly begin: number;
  readonly count: number;
  readonly checks: Uint32Array;
}

const bytesOf = async (file: SourceFile, from: number, to: number): Promise<Uint8Array> => {
  const bytes = await file.read(from, to);
  if (bytes.length !== to - from) throw damagedPack(file.name, 'it ends early');
  return bytes;
};

/** Before anything is made as long as the pack says. */
const requireSize = (pack: PackManifest, file: SourceFile, count: number): void => {
  const { bytes } = shardLayout(pack, count);
  if (file.size !== bytes)
    throw damagedPack(file.name, `${count} images take ${bytes} bytes, the file has ${file.size}`);
};

/** The end of a shard: its labels, written into those of the split, and its checksums. */
const openShard = async (
  pack: PackManifest,
  file: SourceFile,
  { begin, count }: Pick<Shard, 'begin' | 'count'>,
  into: Uint8Array | Uint16Array,
): Promise<Shard> => {
  const { labels, checks, bytes } = shardLayout(pack, count);
  const tail = await bytesOf(file, labels, bytes);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  const { labelBytes } = pack;
  const classes = pack.classNames.length || 1;
  for (let i = 0; i < count; i++) {
    const label = labelBytes === 1 ? tail[i] : view.getUint16(2 * i, true);
    if (label >= classes) throw damagedPack(file.name, `label ${label} of image ${begin + i}, of ${classes} classes`);
    into[begin + i] = label;
  }
  const at = checks - labels;
  return {
    file,
    begin,
    count,
    checks: Uint32Array.from({ length: count }, (_, i) => view.getUint32(at + 4 * i, true)),
  };
};

/** The last shard that begins at a number or before it. */
const shardOf = (shards: readonly Shard[], number: number): Shard => {
  let [low, high] = [0, shards.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (shards[middle].begin <= number) low = middle;
    else high = middle - 1;
  }
  return shards[low];
};

/** CRC-32 of bytes. */
type Crc32 = (bytes: Uint8Array) => number;

/** Images of a shard, from the number `from` of the split on. */
const readChecked = async (
  { file, begin, checks }: Shard,
  from: number,
  count: number,
  size: number,
  crc: Crc32,
): Promise<Uint8Array> => {
  const first = from - begin;
  const bytes = await bytesOf(file, first * size, (first + count) * size);
  for (let i = 0; i < count; i++)
    if (crc(bytes.subarray(i * size, (i + 1) * size)) !== checks[first + i])
      throw damagedPack(file.name, `the pixels of its image ${first + i} are not those that were packed`);
  return bytes;
};

/** Images `from .. to-1` of a split, which may lie in several shards. */
const readAcross = async (
  shards: readonly Shard[],
  from: number,
  to: number,
  size: number,
  crc: Crc32,
): Promise<Uint8Array> => {
  const only = shardOf(shards, from);
  if (to <= only.begin + only.count) return readChecked(only, from, to - from, size, crc);
  const all = new Uint8Array((to - from) * size);
  for (let at = from; at < to; ) {
    const shard = shardOf(shards, at);
    const end = Math.min(to, shard.begin + shard.count);
    all.set(await readChecked(shard, at, end - at, size, crc), (at - from) * size);
    at = end;
  }
  return all;
};

/** A page that is not a secure context has no SHA-256, and takes the labels as they are. */
const requireLabels = async (labels: Uint8Array | Uint16Array, sum: string, file: string): Promise<void> => {
  if (globalThis.crypto?.subtle === undefined) return;
  const stored = new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength);
  if ((await sha256Hex(stored)) === sum) return;
  // The labels of a split are summed with as many bytes as its own largest needs, and stored as those of the other.
  const isNarrow = labels instanceof Uint16Array && labels.every((label) => label < 256);
  if (!isNarrow || (await sha256Hex(Uint8Array.from(labels))) !== sum)
    throw damagedPack(file, 'its labels are not those that were packed');
};

const openSplit = async (
  pack: PackManifest,
  { count, labels: sum, shards: listed }: PackSplit,
  fileOf: (name: string) => SourceFile,
  crc: Crc32,
): Promise<StoredImages> => {
  const size = imageSize(pack);
  for (const shard of listed) requireSize(pack, fileOf(shard.file), shard.count);
  const labels = new (pack.labelBytes === 1 ? Uint8Array : Uint16Array)(count);
  const shards: Shard[] = [];
  let begin = 0;
  for (const { file, count: held } of listed) {
    shards.push(await openShard(pack, fileOf(file), { begin, count: held }, labels));
    begin += held;
  }
  if (listed.length > 0) await requireLabels(labels, sum, listed[0].file);
  return {
    labels,
    count,
    height: pack.height,
    width: pack.width,
    channels: pack.channels,
    read: readInRuns((from, to) => readAcross(shards, from, to, size, crc), size),
  };
};

/**
 * Opens a pack.
 *
 * @param files - those of its folder.
 * @param crc - CRC-32 as gzip has it, where the system has a faster one.
 * @throws LatentError (input) `invalid-pack`, `pack-damaged`; the latter also from `read` of its images.
 */
export const openPack = async (files: readonly SourceFile[], crc: Crc32 = crc32): Promise<OpenPack> => {
  const own = files.find((file) => baseName(file) === PACK_FILE);
  if (own === undefined)
    throw inputError('invalid-pack', {
      at: { subject: files[0]?.path ?? 'a pack' },
      expected: `${PACK_FILE} beside it, which lists the shards of a pack`,
      got: 'no such file',
      hint: PACK_AGAIN,
    });
  const manifest = parsePack(await contentOf(own, { limit: MAX_MANIFEST_BYTES }), own.name);
  const folder = own.path.slice(0, own.path.length - PACK_FILE.length);
  const fileOf = (name: string): SourceFile => {
    const found = files.find(({ path }) => path === folder + name);
    if (found === undefined) throw damagedPack(own.name, `its shard ${name} is not there`);
    return found;
  };
  return {
    manifest,
    train: await openSplit(manifest, manifest.train, fileOf, crc),
    test: await openSplit(manifest, manifest.test, fileOf, crc),
    sums: {
      trainImages: manifest.train.images,
      trainLabels: manifest.train.labels,
      testImages: manifest.test.images,
      testLabels: manifest.test.labels,
    },
  };
};
