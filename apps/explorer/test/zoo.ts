/**
 * A page to test with networks of the zoo as they ship: weights, the codes of all 70,000 images, class maps.
 *
 * In: their ids. Out: a bundle as `latent explore` makes it, without what only some views load.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy } from 'latent-plane';
import { explorerBundle } from 'latent-plane/internal';
import { loadDataset } from '../../../packages/cli/src/data/index.ts';
import { openModel } from '../../../packages/cli/src/models/index.ts';
import { modelsFolder } from '../../../packages/cli/src/places.ts';
import { identityOf } from '../../../packages/cli/src/runs/data.ts';

/** Test images that the page may show. */
const SHOWN = 2000;

/** @param withField - as they ship; without, the page has to compute. */
export const zooBundle = async (
  ids: readonly string[],
  { withField = true }: { readonly withField?: boolean } = {},
): Promise<Map<string, Uint8Array>> => {
  const mnist = await loadDataset('mnist');
  const { train, test } = mnist;
  const labels = new Uint8Array(train.count + test.count);
  labels.set(train.labels);
  labels.set(test.labels, train.count);
  const classifier = await openModel('classifier');
  const networks = ids.map(async (id) => {
    const { spec, weights } = await openModel(id);
    if (spec.kind !== 'autoencoder') throw new Error(`${id} is an autoencoder`);
    const { data } = decodeNpy(await readFile(join(modelsFolder, id, 'codes.npy')), id);
    const field = withField ? await readFile(join(modelsFolder, id, 'class-field.npy.gz')) : undefined;
    return { spec, weights, codes: Float32Array.from(data), field };
  });
  return explorerBundle({
    dataset: {
      name: 'mnist',
      classNames: [...'0123456789'],
      train: train.count,
      test: test.count,
      identity: identityOf(mnist),
    },
    labels,
    networks: await Promise.all(networks),
    classifier: { spec: classifier.spec, weights: classifier.weights },
    images: {
      pixels: test.pixels.slice(0, SHOWN * test.height * test.width),
      height: test.height,
      width: test.width,
      from: train.count,
    },
  });
};
