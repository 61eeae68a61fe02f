/**
 * Images into a pack: shards in a folder, written image by image, so that more of them than memory holds can be packed.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Dataset, StoredImages } from 'latent-plane';
import {
  formatPack,
  hashesOf,
  imageSize,
  labelBytes,
  PACK_FILE,
  type PackSplit,
  piecesOf,
  sharedWords,
} from 'latent-plane/internal';
import type { Destination } from '../files/destination.ts';
import { createLargeFile } from '../files/large-file.ts';
import { writeLargeFolder } from '../files/output-folder.ts';
import { sha256Of } from '../files/sha256.ts';

/** What is packed. */
export interface PackContent extends Pick<Dataset, 'name' | 'licence' | 'source' | 'classNames'> {
  readonly train: StoredImages;
  readonly test: StoredImages;
  /** What was decided when the images were read. */
  readonly notes: readonly string[];
}

export interface PackOptions {
  /** An earlier output may be replaced even where somebody changed it. */
  readonly force?: boolean;
  /** Told how many of how many images are written. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Bytes of pixels in a shard; 256 MiB when absent. */
  readonly shardBytes?: number;
}

const SHARD_BYTES = 2 ** 28;

interface PlannedShard {
  readonly file: string;
  readonly from: number;
  readonly count: number;
}

const planned = (split: string, images: StoredImages, shardBytes: number): readonly PlannedShard[] => {
  const each = Math.max(1, Math.floor(shardBytes / imageSize(images)));
  return Array.from({ length: Math.ceil(images.count / each) }, (_, i) => ({
    file: `${split}-${String(i).padStart(5, '0')}.shard`,
    from: i * each,
    count: Math.min(each, images.count - i * each),
  }));
};

/** Labels of some images, and checksums, as they stand in a shard. */
const tailOf = (labels: StoredImages['labels'], checks: Uint32Array, bytesEach: 1 | 2): Uint8Array => {
  const tail = new Uint8Array(labels.length * bytesEach + 4 * checks.length);
  const view = new DataView(tail.buffer);
  labels.forEach((label, i) => {
    if (bytesEach === 1) view.setUint8(i, label);
    else view.setUint16(2 * i, label, true);
  });
  checks.forEach((check, i) => {
    view.setUint32(labels.length * bytesEach + 4 * i, check, true);
  });
  return tail;
};

interface Written {
  readonly split: PackSplit;
  /** Of the files, by name. */
  readonly sums: ReadonlyMap<string, string>;
  /** Of each image, by which it is known again. */
  readonly keys: Float64Array;
}

/** Two hashes of an image in the 53 bits of a number: among a million images two are taken for alike once in many thousand packs. */
const keyOf = (check: number, hash: number): number => check * 2 ** 21 + (hash & (2 ** 21 - 1));

/** How many test images also stand among the training images. */
const sharedBetween = (train: Float64Array, test: Float64Array): number => {
  const known = new Set(train);
  return test.reduce((sum, key) => sum + Number(known.has(key)), 0);
};

const writeSplit = async (
  folder: string,
  images: StoredImages,
  shards: readonly PlannedShard[],
  bytesEach: 1 | 2,
  onImages: (count: number) => void,
): Promise<Written> => {
  const size = imageSize(images);
  const hash = createHash('sha256');
  const sums = new Map<string, string>();
  const keys = new Float64Array(images.count);
  const pieces = piecesOf(images);
  let piece = await pieces.next();
  for (const { file: name, from, count } of shards) {
    const file = await createLargeFile(join(folder, name));
    try {
      const checks = new Uint32Array(count);
      for (let at = from; at < from + count; ) {
        while (!piece.done && at >= piece.value.from + piece.value.count) piece = await pieces.next();
        if (piece.done) throw new Error('images ended early');
        const first = at - piece.value.from;
        const taken = Math.min(piece.value.count - first, from + count - at);
        const pixels = piece.value.pixels.subarray(first * size, (first + taken) * size);
        const hashes = hashesOf({ ...piece.value, pixels, count: taken });
        for (let i = 0; i < taken; i++) {
          const check = crc32(pixels.subarray(i * size, (i + 1) * size));
          checks[at - from + i] = check;
          keys[at + i] = keyOf(check, hashes[i]);
        }
        hash.update(pixels);
        await file.write(pixels);
        at += taken;
        onImages(taken);
      }
      await file.write(tailOf(images.labels.subarray(from, from + count), checks, bytesEach));
      sums.set(name, await file.end());
    } finally {
      await file.close();
    }
  }
  return {
    split: {
      count: images.count,
      images: hash.digest('hex'),
      labels: sha256Of(labelBytes(images.labels)),
      shards: shards.map(({ file, count }) => ({ file, count })),
    },
    sums,
    keys,
  };
};

/**
 * Writes a pack.
 *
 * @returns what its manifest says: the notes of the images, and how many stand in both sets.
 * @throws LatentError as `writeLargeFolder`, and what reading the images throws; the signal's reason if it was aborted.
 */
export const writePack = async (
  path: Destination,
  { train, test, notes, name, licence, source, classNames }: PackContent,
  { force, onProgress, signal, shardBytes = SHARD_BYTES }: PackOptions = {},
): Promise<{ readonly notes: readonly string[] }> => {
  const shards = { train: planned('train', train, shardBytes), test: planned('test', test, shardBytes) };
  const isWide = [train, test].some(({ labels }) => labels instanceof Uint16Array);
  const bytesEach = isWide ? 2 : 1;
  const total = train.count + test.count;
  let done = 0;
  const onImages = (count: number): void => {
    done += count;
    onProgress?.(done, total);
    signal?.throwIfAborted();
  };
  const said = [...notes];
  await writeLargeFolder(path, {
    by: 'data pack',
    names: [...[...shards.train, ...shards.test].map(({ file }) => file), PACK_FILE],
    force,
    write: async (folder) => {
      const written = {
        train: await writeSplit(folder, train, shards.train, bytesEach, onImages),
        test: await writeSplit(folder, test, shards.test, bytesEach, onImages),
      };
      const shared = sharedBetween(written.train.keys, written.test.keys);
      if (shared > 0) said.push(sharedWords(shared, test));
      const manifest = new TextEncoder().encode(
        formatPack({
          ...{ name, licence, source, classNames: [...classNames], notes: said },
          ...{ height: train.height, width: train.width, channels: train.channels, labelBytes: bytesEach },
          ...{ train: written.train.split, test: written.test.split },
        }),
      );
      const file = await createLargeFile(join(folder, PACK_FILE));
      await file.write(manifest);
      return new Map([...written.train.sums, ...written.test.sums, [PACK_FILE, await file.end()]]);
    },
  });
  return { notes: said };
};
