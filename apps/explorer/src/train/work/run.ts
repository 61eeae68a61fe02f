/**
 * One training of the page: everything it needs is opened here, its loop is started, and what a person asks for is
 * passed to the loop.
 */
import {
  type AutoencoderSpec,
  imagesOf,
  type RunConfig,
  type RunImages,
  resolveNetwork,
  type TrainingJob,
  type TrainingState,
  train,
} from 'latent-plane';
import {
  inputError,
  isStored,
  keptParameters,
  requireImages,
  sampleOf,
  sliceByName,
  trainedParameters,
} from 'latent-plane/internal';
import { emptyLike, type TrainingData, wholeDataset } from './dataset.ts';
import { createMessageTurns } from './message-turns.ts';
import { createObserver, type Observer } from './observer.ts';
import { createPauseControl } from './pause-control.ts';
import { requireLabels } from './require-labels.ts';
import { createRunFigures } from './run-figures.ts';
import { followTraining, type RunParts, saveNow, whenPaused, whenResumed } from './run-loop.ts';
import type { Run, RunOptions, RunPosition, RunSnapshot } from './run-types.ts';
import { createRunViews } from './run-views.ts';
import { isCrowded } from './throttle.ts';

const now = (): number => performance.now();

const autoencoder = ({ network }: RunConfig): AutoencoderSpec => {
  if (network.kind === 'autoencoder') return network;
  throw inputError('no-code', {
    problem: `"${network.id}" is a classifier, which has no code`,
    hint: 'take an autoencoder',
  });
};

/** What the recipe trains on; the test images are fetched only where they are among it. */
const trainingImages = async ({ recipe }: RunConfig, data: TrainingData): Promise<RunImages> =>
  imagesOf(
    recipe.trainOn === 'all'
      ? await wholeDataset(data)
      : { ...data.facts, train: data.train, test: emptyLike(data.train) },
    recipe,
  );

/** @throws LatentError (input) before anything is built: nothing runs yet. */
const jobOf = async ({ config, data, engine: { runtime }, initial }: RunOptions): Promise<TrainingJob> => {
  const network = resolveNetwork(autoencoder(config));
  const { training, validation } = await trainingImages(config, data);
  requireImages({ network }, training);
  requireLabels(autoencoder(config), data, training);
  return {
    network,
    recipe: config.recipe,
    training,
    validation,
    runtime,
    initial,
    extensions: config.extended,
  };
};

const postReady = ({ id, config, data, engine, from, notes, post }: RunOptions, job: TrainingJob, observer: Observer) =>
  post({
    type: 'ready',
    id,
    network: autoencoder(config),
    recipe: config.recipe,
    engine: engine.report,
    dataset: {
      name: data.facts.name,
      argument: data.record.argument,
      train: job.training.count,
      height: job.training.height,
      width: job.training.width,
      channels: job.training.channels,
      classNames: data.facts.classNames,
    },
    codeShape: observer.codeShape,
    isExamined: observer.isExamined,
    labels: observer.labels,
    history: from?.state.history ?? [],
    notes: [...data.notes, ...notes],
  });

const partsOf = (options: RunOptions, images: number, observer: Observer, isClosing: () => boolean): RunParts => {
  const { config, engine, from, budget, throttle, post, save } = options;
  const position: RunPosition = {
    state: from?.state ?? null,
    stopped: null,
    latest: null,
    valLoss: from?.state.history.at(-1)?.valLoss ?? null,
  };
  const parts: RunParts = {
    config,
    position,
    figures: createRunFigures({ config, images, before: from?.metrics ?? null, now }),
    views: createRunViews({ observer, budget, position, post, now }),
    pauses: createPauseControl({ onPause: () => whenPaused(parts), onResume: () => whenResumed(parts) }),
    turns: createMessageTurns({
      throttle,
      crowded: isCrowded(engine.report.threads, navigator.hardwareConcurrency),
      now,
    }),
    post,
    save,
    now,
    at: { progressMs: Number.NEGATIVE_INFINITY, savedMs: now() },
    isClosing,
  };
  return parts;
};

const snapshotOf = ({ config, position, figures }: RunParts, { network, recipe }: TrainingJob): RunSnapshot => {
  const { state, stopped } = position;
  if (state === null)
    throw inputError('not-begun', { problem: 'the training has not begun', hint: 'wait for its first batch' });
  return {
    config,
    metrics: figures.metrics(state, stopped),
    state,
    weights: sliceByName(trainedParameters(network, config), keptParameters(state, recipe)),
  };
};

export const openRun = async (options: RunOptions): Promise<Run> => {
  const { id, config, data, engine, from, post } = options;
  const job = await jobOf(options);
  const { network, recipe, training, runtime } = job;
  const images = isStored(training) ? await sampleOf(training) : training;
  const spec = autoencoder(config);
  const observer = await createObserver({ network, spec, recipe, facts: data.facts, images, runtime });
  let isClosing = false;
  const parts = partsOf(options, training.count, observer, () => isClosing);
  const { position, pauses } = parts;
  postReady(options, job, observer);
  if (options.paused) pauses.pause();
  const begin = (state: TrainingState | undefined): Promise<void> => followTraining(parts, train(job, state));
  let ended = begin(from?.state);
  return {
    id,
    config,
    data,
    engine,
    pause: pauses.pause,
    resume: pauses.resume,
    step: pauses.step,
    lastGood: () => {
      if (position.stopped !== 'diverged' || position.state === null) return;
      position.stopped = null;
      position.latest = null;
      pauses.restart();
      ended = begin(position.state);
    },
    save: () => pauses.between(() => saveNow(parts)),
    postStatus: () => {
      const { stopped, latest } = position;
      const under = pauses.isPaused ? 'paused' : 'running';
      post({ type: 'status', status: stopped === null || stopped === 'interrupted' ? under : stopped, at: latest });
    },
    inspect: (work) => pauses.between(async () => work(snapshotOf(parts, job))),
    close: async () => {
      isClosing = true;
      pauses.end();
      await ended;
      await observer.release();
    },
  };
};
