/**
 * A run's plane through its epochs: from the checkpoints that it kept, or from the frames that it ships.
 *
 * In: an opened run. Out: decoder and codes of each kept epoch, the last one among them. Pictures are not made here.
 */

import { join } from 'node:path';
import {
  type Dataset,
  decodeWeights,
  encodeSets,
  type RunnableModel,
  sameData,
  takeImages,
  type Weights,
} from 'latent-plane';
import {
  decodeEvolution,
  type Evolution,
  type EvolutionFrame,
  encodeEvolution,
  inputError,
} from 'latent-plane/internal';
import { diskFiles } from '../files/file-system.ts';
import type { Model } from '../models/index.ts';
import { identityOf } from './data.ts';
import { runPaths } from './folder.ts';
import { EVOLUTION_FILE } from './shipped.ts';

/** Images whose codes are followed: enough for a picture. */
const FOLLOWED = 5_000;

const CHECKPOINT = /^epoch-\d+\.safetensors$/;

const stored = async ({ path, network, config }: Model, name: string): Promise<{ weights: Weights; epoch: number }> => {
  const file = join(runPaths(path).checkpoints, name);
  const bytes = (await diskFiles.read(file)) ?? new Uint8Array();
  // Where the encoder is frozen, the checkpoints hold the decoder alone.
  const trained = config?.encoder
    ? network.parts.filter((part) => part.name !== 'encoder').flatMap(({ parameters }) => parameters)
    : network.parameters;
  return decodeWeights(bytes, file, network, trained);
};

/**
 * The frames of a run.
 *
 * @throws LatentError (input) `no-checkpoints` where nothing but the last weights was kept; `other-dataset` where the codes
 *   were, of other images.
 */
export const readEvolution = async (
  model: Model,
  running: RunnableModel,
  dataset: Dataset,
  onFrame: (done: number, total: number) => void = () => undefined,
): Promise<Evolution> => {
  // Frames that were kept follow images of the run's own data.
  const isOwn = sameData(model.config?.dataset, identityOf(dataset));
  const shipped = await diskFiles.read(join(model.path, EVOLUTION_FILE));
  if (shipped && isOwn) return decodeEvolution(shipped, model.network, join(model.path, EVOLUTION_FILE));
  const names = (await diskFiles.list(runPaths(model.path).checkpoints)).filter((name) => CHECKPOINT.test(name)).sort();
  if (names.length === 0 && shipped)
    throw inputError('other-dataset', {
      at: { subject: model.path },
      expected: 'the images that the run was trained on',
      got: `others (${dataset.name}): its epochs are kept as codes of its own`,
      hint: 'leave --dataset out',
    });
  if (names.length === 0) {
    throw inputError('no-checkpoints', {
      at: { subject: model.path },
      expected: 'a run that kept weights along the way',
      got: 'those of its end alone',
      hint: 'train with --checkpoint-every N',
    });
  }
  const set = dataset.test.count > 0 ? dataset.test : dataset.train;
  const followed = takeImages(
    set,
    Uint32Array.from({ length: Math.min(FOLLOWED, set.count) }, (_, i) => i),
  );
  const frameOf = async (weights: Weights, epoch: number): Promise<EvolutionFrame> => {
    const all = new Map([...model.weights, ...weights]);
    const { values } = await encodeSets({ ...running, weights: all }, [followed]);
    return { epoch, codes: values, decoder: new Map([...all].filter(([name]) => name.startsWith('decoder/'))) };
  };
  const frames: EvolutionFrame[] = [];
  for (const name of names) {
    const { weights, epoch } = await stored(model, name);
    frames.push(await frameOf(weights, epoch));
    onFrame(frames.length, names.length + 1);
  }
  if (!frames.some(({ epoch }) => epoch === model.epoch)) frames.push(await frameOf(model.weights, model.epoch));
  return {
    from: set === dataset.test ? dataset.train.count : 0,
    frames: frames.sort((a, b) => a.epoch - b.epoch),
  };
};

/**
 * The frames as they are kept in the run folder, in half precision.
 *
 * @returns the file's path, and its bytes.
 * @throws LatentError (input) `other-dataset` for images that the run was not trained on: nothing in the file names them.
 */
export const packEvolution = (
  model: Model,
  dataset: Dataset,
  evolution: Evolution,
): { path: string; bytes: Uint8Array } => {
  if (!sameData(model.config?.dataset, identityOf(dataset)))
    throw inputError('other-dataset', {
      at: { option: '--pack' },
      expected: 'the images that the run was trained on',
      got: `others (${dataset.name})`,
      hint: 'leave --dataset out, or draw them: --out DIR',
    });
  return { path: join(model.path, EVOLUTION_FILE), bytes: encodeEvolution(model.network, evolution) };
};
