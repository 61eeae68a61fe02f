/**
 * One training, from its first batch or its stored state to its end.
 *
 * In: a config, images, an engine, a state, what a person asks for. Out: what happens, as messages; states to keep. The
 * mathematics is the library's `train`; here is when to stop, to look and to tell.
 */
import {
  type AutoencoderSpec,
  createMeter,
  type EpochRecord,
  type Finding,
  imagesOf,
  inputError,
  keptEpoch,
  keptParameters,
  metricsOf,
  type RunConfig,
  type RunMetrics,
  requireImages,
  requirePlane,
  resolveNetwork,
  type Stopped,
  sliceByName,
  type TrainingState,
  train,
  type Weights,
} from 'latent-plane';
import type { Budget } from '../protocol.ts';
import { looksOf } from './budget.ts';
import { emptyLike, type TrainingData, wholeDataset } from './dataset.ts';
import type { Engine } from './engine.ts';
import { createGate } from './gate.ts';
import { messageOf, type Say } from './messages.ts';
import { createObserver } from './observer.ts';
import { createRate } from './rate.ts';
import { createSpacing } from './spacing.ts';
import { isCrowded, type Walk } from './walk.ts';

/** Between two signs of life. */
const PROGRESS_MS = 100;
/** The loop is asynchronous, but onnxruntime-web answers within the turn: without this no message would come in. */
const BREATHE_MS = 12;
/** The most that a reload may cost. */
const SAVE_MS = 10_000;

/** What is kept of a run. */
export interface Kept {
  readonly config: RunConfig;
  readonly metrics: RunMetrics;
  readonly state: TrainingState;
}

export interface RunOptions {
  readonly id: string;
  readonly config: RunConfig;
  readonly data: TrainingData;
  readonly engine: Engine;
  /** To go on from, and the figures that go with it. */
  readonly from: { readonly state: TrainingState; readonly metrics: RunMetrics | null } | null;
  /** Weights to begin with instead of the seed's. */
  readonly initial?: Weights;
  readonly paused: boolean;
  readonly budget: () => Budget;
  /** Whether somebody walks the plane. */
  readonly walk: Walk;
  readonly notes: readonly string[];
  readonly say: Say;
  /** Keeps a state; its arrays are the run's own until the promise is done. */
  readonly keep: (kept: Kept) => Promise<void>;
}

/** What stands when nothing runs. */
export interface Standing extends Kept {
  /** Of encoder and decoder, of the epoch that the run keeps. */
  readonly weights: Weights;
}

export interface Run {
  readonly id: string;
  readonly config: RunConfig;
  readonly data: TrainingData;
  readonly engine: Engine;
  pause(): void;
  resume(): void;
  step(of: 'batch' | 'epoch'): void;
  /** Goes on, paused, from the last good state of a run that diverged. */
  lastGood(): void;
  /** Keeps the state now. */
  save(): Promise<void>;
  /** Says once more where it stands. */
  announce(): void;
  /** Runs `work` between two batches, with what stands there. */
  inspect<T>(work: (standing: Standing) => Promise<T>): Promise<T>;
  /** Ends it after the batch under way. */
  close(): Promise<void>;
}

/** Lets messages in. Timers would be slowed down in a page that is not seen. */
const createBreath = (): (() => Promise<void>) => {
  const { port1, port2 } = new MessageChannel();
  let done: () => void = () => undefined;
  port1.onmessage = () => done();
  return () =>
    new Promise((resolve) => {
      done = resolve;
      port2.postMessage(null);
    });
};

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const autoencoder = ({ network }: RunConfig): AutoencoderSpec => {
  if (network.kind === 'autoencoder') return network;
  throw inputError('no-code', `"${network.id}" is a classifier, which has no code and no plane; take an autoencoder`);
};

export const openRun = async (options: RunOptions): Promise<Run> => {
  const { id, config, data, engine, from, budget, walk, say, keep } = options;
  const { recipe } = config;
  const spec = autoencoder(config);
  const network = resolveNetwork(spec);
  const dataset =
    recipe.trainOn === 'all'
      ? await wholeDataset(data)
      : { ...data.facts, train: data.train, test: emptyLike(data.train) };
  const { training, validation } = imagesOf(dataset, recipe);
  // Told before anything is built; nothing runs yet.
  const unbuilt = { network, weights: new Map(), runtime: engine.runtime };
  requirePlane(unbuilt);
  requireImages(unbuilt, training);
  const batches = Math.ceil(training.count / recipe.batchSize);
  const observer = await createObserver({
    network,
    spec,
    recipe,
    facts: data.facts,
    images: training,
    runtime: engine.runtime,
  });
  const breathe = createBreath();
  const crowded = isCrowded(engine.report.threads, navigator.hardwareConcurrency);
  const abort = new AbortController();

  // A clock that stands while the run is paused: seconds of a run are those of its training.
  let pausedMs = 0;
  const clock = (): number => performance.now() - pausedMs;
  const meter = createMeter(clock, from?.metrics ?? null);
  const rate = createRate(clock);

  let state: TrainingState | null = from?.state ?? null;
  let stopped: Stopped | null = null;
  let latest: { epoch: number; batch: number; loss: number } | null = null;
  let told: string | null = null;
  let valLoss: number | null = from?.state.history.at(-1)?.valLoss ?? null;
  let [toldAt, breathedAt, savedAt] = [0, 0, performance.now()];

  const planeLooks = createSpacing({
    everyMs: () => looksOf(budget(), 'plane').everyMs,
    share: () => looksOf(budget(), 'plane').share,
    now: () => performance.now(),
  });
  const findingLooks = createSpacing({
    everyMs: () => looksOf(budget(), 'findings').everyMs,
    share: () => looksOf(budget(), 'findings').share,
    now: () => performance.now(),
  });

  const metricsNow = (at: TrainingState): RunMetrics =>
    metricsOf(config, { history: at.history, bestEpoch: keptEpoch(at), ...meter.read(), stopped });

  const standing = (): Standing => {
    if (state === null) throw inputError('not-begun', 'the training has not begun; wait for its first batch');
    return {
      config,
      metrics: metricsNow(state),
      state,
      weights: sliceByName(network.parameters, keptParameters(state, recipe)),
    };
  };

  const save = async (): Promise<void> => {
    if (state === null) return;
    savedAt = performance.now();
    const at = state;
    try {
      await keep({ config, metrics: metricsNow(at), state: at });
      say({ type: 'saved', epoch: at.epoch, fault: null });
    } catch (error) {
      say({ type: 'saved', epoch: at.epoch, fault: messageOf(error) });
    }
  };

  const showPlane = async (at: TrainingState, parameters = at.average ?? at.parameters): Promise<void> => {
    const snapshot = await observer.snapshot(at, parameters);
    if (snapshot === null) return;
    const [first] = snapshot.weights.values();
    say({ type: 'snapshot', snapshot }, [first.buffer, snapshot.codes.buffer]);
  };

  const tellFindings = (epoch: number, findings: readonly Finding[]): void => {
    const text = JSON.stringify(findings.map(({ code, severity, message }) => [code, severity, message]));
    if (text === told) return;
    told = text;
    say({ type: 'findings', epoch, findings });
  };
  const look = async (at: TrainingState, parameters = at.average ?? at.parameters): Promise<void> =>
    tellFindings(at.epoch, await observer.findings(parameters, { stopped, valLoss }));

  const tellProgress = (): void => {
    if (latest === null || state === null) return;
    toldAt = performance.now();
    const perSecond = rate.read();
    const done = (latest.epoch - 1) * batches + latest.batch;
    const left = (recipe.epochs - done / batches) * training.count;
    say({
      type: 'progress',
      progress: {
        ...latest,
        epochs: recipe.epochs,
        batches,
        step: done,
        imagesPerSecond: perSecond,
        secondsLeft: perSecond === null ? null : left / perSecond,
      },
    });
  };

  const tellStatus = (status: 'running' | 'paused' | 'finished' | 'early' | 'diverged'): void =>
    say({ type: 'status', status, at: latest });

  let pausedSince = 0;
  const gate = createGate({
    onPause: async () => {
      tellProgress();
      if (state !== null) {
        await showPlane(state);
        await look(state);
      }
      await save();
      tellStatus('paused');
      pausedSince = performance.now();
    },
    onGo: () => {
      pausedMs += performance.now() - pausedSince;
      rate.restart();
      tellStatus('running');
    },
  });

  const watch = async (stateNow: TrainingState): Promise<void> => {
    state = stateNow;
    if (planeLooks.due()) await planeLooks.look(() => showPlane(stateNow));
    if (findingLooks.due()) await findingLooks.look(() => look(stateNow));
    if (performance.now() - savedAt >= SAVE_MS) await save();
  };

  const sitting = async (resume: TrainingState | undefined): Promise<void> => {
    const result = await train(
      {
        network,
        recipe,
        training,
        validation,
        runtime: engine.runtime,
        initial: options.initial,
        extensions: config.extended,
      },
      {
        signal: abort.signal,
        onStart: async (first) => {
          state = first;
          if (!gate.paused) {
            await planeLooks.look(() => showPlane(first));
            tellStatus('running');
          }
          await gate.stop('start');
        },
        onBatch: ({ epoch, batch, loss, stateNow }) => {
          latest = { epoch, batch, loss };
          const count = batch === batches ? training.count - (batches - 1) * recipe.batchSize : recipe.batchSize;
          meter.add(count);
          rate.add(count);
          const now = performance.now();
          if (now - toldAt >= PROGRESS_MS) tellProgress();
          const slice = crowded ? walk.sliceMs() : null;
          const worked = now - breathedAt;
          if (worked < (slice ?? BREATHE_MS) && !gate.wanted) return undefined;
          return (async () => {
            await (slice === null ? breathe() : rest(walk.restMs(worked)));
            const here = stateNow();
            if (here) {
              await watch(here);
              await gate.stop('batch');
            }
            breathedAt = performance.now();
          })();
        },
        onEpoch: async (record: EpochRecord, at) => {
          state = at;
          valLoss = record.valLoss ?? null;
          say({ type: 'epoch', record });
          await save();
          await gate.stop('epoch');
        },
      },
      resume,
    );
    state = result.state;
    stopped = result.stopped === 'interrupted' ? null : result.stopped;
    latest = result.divergedAt ?? latest;
    gate.open();
    if (result.stopped === 'interrupted') return;
    tellProgress();
    const kept = keptParameters(result.state, recipe);
    await showPlane(result.state, kept);
    await look(result.state, kept);
    await save();
    tellStatus(result.stopped);
  };

  const begin = (resume: TrainingState | undefined): Promise<void> =>
    sitting(resume).catch((error: unknown) => {
      gate.open();
      say({ type: 'error', message: messageOf(error) });
    });

  say({
    type: 'ready',
    id,
    network: spec,
    recipe,
    engine: engine.report,
    dataset: {
      name: data.facts.name,
      argument: data.record.argument,
      train: training.count,
      height: training.height,
      width: training.width,
      classNames: data.facts.classNames,
    },
    labels: observer.labels,
    history: from?.state.history ?? [],
    notes: [...data.notes, ...options.notes],
  });
  if (options.paused) gate.pause();
  let ended = begin(from?.state);

  return {
    id,
    config,
    data,
    engine,
    pause: gate.pause,
    resume: gate.resume,
    step: gate.step,
    lastGood: () => {
      if (stopped !== 'diverged' || state === null) return;
      stopped = null;
      latest = null;
      gate.shut();
      ended = begin(state);
    },
    save: () => gate.at(save),
    announce: () =>
      tellStatus(stopped === null || stopped === 'interrupted' ? (gate.paused ? 'paused' : 'running') : stopped),
    inspect: async (work) => {
      let answer: Awaited<ReturnType<typeof work>> | undefined;
      await gate.at(async () => {
        answer = await work(standing());
      });
      return answer as Awaited<ReturnType<typeof work>>;
    },
    close: async () => {
      abort.abort();
      gate.open();
      await ended;
      await observer.release();
    },
  };
};
