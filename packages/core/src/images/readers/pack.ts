/** A pack that `latent data pack` wrote, read whole. */
import { inputError } from '../../errors.ts';
import { openPack } from '../packs/open.ts';
import { imageSize } from '../shape.ts';
import { readAll } from '../stored.ts';
import type { Container, Content, ReadContext } from './container.ts';
import { MAX_FILE_BYTES } from './source.ts';

const readFiles = async ({ files, source }: ReadContext): Promise<Content> => {
  const { manifest, train, test } = await openPack(files);
  const bytes = (train.count + test.count) * imageSize(train);
  if (bytes > MAX_FILE_BYTES)
    throw inputError('too-large', {
      at: { file: source },
      expected: 'at most 2 GiB of pixels',
      got: `${bytes} bytes`,
      hint: 'the command line trains on packs of any size, pages on what their memory holds',
    });
  const isLabelled = manifest.classNames.length > 0;
  const parts = [];
  for (const [split, images] of [['train', train] as const, ['test', test] as const]) {
    const read = await readAll(images);
    parts.push({ ...read, name: source, split, labels: isLabelled ? read.labels : null });
  }
  return { parts, ...(isLabelled ? { classNames: manifest.classNames } : {}), notes: [] };
};

/** Packs. */
export const pack: Container = {
  id: 'pack',
  label: 'packs',
  doc: 'what `latent data pack` writes: images of one size with their split, in shards',
  cases: [
    ['`pack.json` and its shards', 'the images as they were packed; each is checked against its checksum'],
    ['more than memory holds', 'trained on from the disk, batch by batch, on the command line'],
  ],
  options: [],
  names: /^pack\.json$|\.shard$/,
  read: readFiles,
};
