/**
 * A page with everything to visit: two networks with scores and a training behind them, epochs, images, a
 * classifier and a class map, and a third whose codes are five numbers.
 *
 * In: the zoo and MNIST, both in this repository's reach without a network. Out: a bundle of 500 images.
 */
import { encodeClassMap, encodeEvolution, explorerBundle } from 'latent-plane/internal';
import { trainingPieces } from '../../../packages/cli/src/explore/training.ts';
import { openModel } from '../../../packages/cli/src/models/index.ts';
import { about, scoresAt } from './fixture.ts';
import { evolution, imageAt, SHOWN, shownCodes, shownField, shownLabels, trained } from './trained.ts';
import { wideNetwork } from './wide.ts';

/** Ids of its networks; the first is shown first. */
export const COMPLETE_NETWORKS = ['dense-1', 'another', 'wide'] as const;
/** Of the last one's codes. */
export const WIDE_CODE = 5;

/** Of the images; few, so that a training is quick. */
const TRAIN = 400;

export const completeBundle = async (): Promise<Map<string, Uint8Array>> => {
  const { spec, weights, network } = trained;
  const classifier = await openModel('classifier');
  const pixels = new Uint8Array(SHOWN * 784);
  for (let i = 0; i < SHOWN; i++)
    pixels.set(
      Uint8Array.from(imageAt(i), (value) => Math.round(255 * value)),
      i * 784,
    );
  const part = (from: number, to: number) => ({
    count: to - from,
    height: 28,
    width: 28,
    channels: 1 as const,
    pixels: pixels.slice(from * 784, to * 784),
    labels: shownLabels.slice(from, to),
  });
  const classNames = [...'0123456789'];
  const dataset = {
    name: 'mnist',
    licence: '',
    source: '',
    classNames,
    train: part(0, TRAIN),
    test: part(TRAIN, SHOWN),
  };
  return explorerBundle({
    dataset: { name: 'mnist', classNames, train: TRAIN, test: SHOWN - TRAIN },
    training: await trainingPieces('mnist', dataset, 200),
    labels: shownLabels,
    baselines: { constantGrey: 0.0951, meanImage: 0.0673, pca: { components: 2, mse: 0.0559 } },
    networks: COMPLETE_NETWORKS.map((id, place) => ({
      ...(id === 'wide'
        ? wideNetwork(id, WIDE_CODE)
        : {
            spec: { ...spec, id },
            weights,
            codes: shownCodes,
            evolution: encodeEvolution(network, evolution),
            field: encodeClassMap(shownField),
          }),
      metrics: { mse: { all: 0.0404 } },
      about,
      scores: scoresAt(place),
    })),
    images: { pixels, height: 28, width: 28, from: 0 },
    classifier: { spec: classifier.spec, weights: classifier.weights },
  });
};
