/**
 * A run's plane through its epochs: from the checkpoints that it kept, or from the frames that it ships.
 *
 * In: an opened run. Out: decoder and codes of each kept epoch, the last one among them. Pictures are not made here.
 */

import { join } from 'node:path';
import {
  type Dataset,
  decodeEvolution,
  decodeWeights,
  type Evolution,
  type EvolutionFrame,
  encodeEvolution,
  encodeSets,
  inputError,
  type RunnableModel,
  takeImages,
  type Weights,
} from 'latent-plane';
import { diskFiles } from '../files/file-system.ts';
import type { Model } from '../models/index.ts';
import { runPaths } from './folder.ts';

/** In a run folder: what is left of its checkpoints where it is shipped. */
export const EVOLUTION_FILE = 'evolution.safetensors';

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
 * @throws LatentError (input) `no-checkpoints` where nothing but the last weights was kept.
 */
export const readEvolution = async (
  model: Model,
  running: RunnableModel,
  dataset: Dataset,
  onFrame: (done: number, total: number) => void = () => undefined,
): Promise<Evolution> => {
  const shipped = await diskFiles.read(join(model.path, EVOLUTION_FILE));
  if (shipped) return decodeEvolution(shipped, model.network, join(model.path, EVOLUTION_FILE));
  const names = (await diskFiles.list(runPaths(model.path).checkpoints)).filter((name) => CHECKPOINT.test(name)).sort();
  if (names.length === 0) {
    throw inputError(
      'no-checkpoints',
      `${model.path}: expected a run that kept weights along the way, found those of its end alone; train with --checkpoint-every N`,
    );
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

/** Keeps the frames in the run folder, in half precision. @returns the file's path and size in bytes. */
export const packEvolution = (model: Model, evolution: Evolution): { path: string; bytes: Uint8Array } => ({
  path: join(model.path, EVOLUTION_FILE),
  bytes: encodeEvolution(model.network, evolution),
});
