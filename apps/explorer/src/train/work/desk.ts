/**
 * Takes what a person asks for, one thing after the other, and keeps the run.
 *
 * In: `ToWorker` messages. Out: `FromWorker` messages. There is one run at a time; its states lie in the store.
 */
import {
  decodeState,
  encodeState,
  formatMetrics,
  formatRunConfig,
  inputError,
  parseMetrics,
  parseNetworkSpec,
  parseRecipe,
  parseRunConfig,
  type RunConfig,
  resolveNetwork,
} from 'latent-plane';
import type { DatasetChoice, StoredRun, ToWorker, TrainRequest } from '../protocol.ts';
import { loadBuiltIn } from './built-in.ts';
import { ownData, type TrainingData } from './dataset.ts';
import { type Engine, loadEngine, offerNow, planEngine } from './engine.ts';
import { messageOf, type Say } from './messages.ts';
import { type Budget, DEFAULT_BUDGET, type Kept, openRun, type Run, type RunOptions } from './run.ts';
import { configOf } from './run-config.ts';
import { type Head, openStore, type Store } from './store.ts';

export interface DeskOptions {
  readonly say: Say;
  /** Address of the page's folder. */
  readonly base: string;
}

export interface Desk {
  take(message: ToWorker): void;
}

/** Own images up to this are kept with the run, so that a reload goes on without asking for them again. */
const MAX_KEPT_PIXELS = 256 * 2 ** 20;

const newId = (): string => crypto.randomUUID();

export const createDesk = ({ say, base }: DeskOptions): Desk => {
  let run: Run | null = null;
  let budget: Budget = DEFAULT_BUDGET;
  let store: Promise<Store> | null = null;
  let engine: Engine | null = null;
  const openedStore = (): Promise<Store> => {
    store ??= openStore();
    return store;
  };

  const loadData = async (choice: DatasetChoice): Promise<TrainingData> => {
    const onProgress = (what: string, done: number, total: number | null): void =>
      say({ type: 'data-progress', what, done, total });
    switch (choice.kind) {
      case 'built-in':
        return loadBuiltIn(base, choice.count, onProgress);
      default:
        throw inputError('dataset', `a data set of kind "${choice.kind}" cannot be read yet; take the built-in one`);
    }
  };

  const keep =
    (id: string, data: TrainingData) =>
    async ({ config, metrics, state }: Kept): Promise<void> => {
      const into = await openedStore();
      let imagesKey: string | null = null;
      if (!data.builtIn && data.train.pixels.length <= MAX_KEPT_PIXELS) {
        imagesKey = data.record.sha256.trainImages + data.record.sha256.trainLabels;
        if (!(await into.images(imagesKey)))
          await into.saveImages(imagesKey, {
            ...data.train,
            classNames: data.facts.classNames,
            name: data.facts.name,
          });
      }
      const head: Head = {
        id,
        config: formatRunConfig(config),
        metrics: formatMetrics(metrics),
        loss: state.history.at(-1)?.loss ?? null,
        epoch: state.epoch,
        saved: Date.now(),
        builtIn: data.builtIn ?? null,
        imagesKey,
      };
      await into.save(head, encodeState(state));
    };

  const open = async (
    id: string,
    config: RunConfig,
    data: TrainingData,
    using: Engine,
    more: Pick<RunOptions, 'from' | 'paused' | 'notes'>,
  ): Promise<void> => {
    run = await openRun({ id, config, data, engine: using, ...more, budget: () => budget, say, keep: keep(id, data) });
  };

  /** One engine a worker: onnxruntime-web sets its threads once. */
  const engineFor = async (plan: ReturnType<typeof planEngine>): Promise<Engine> => {
    if (engine?.report.backend !== plan.backend || engine.report.threads !== plan.threads)
      engine = await loadEngine(plan);
    return { ...engine, report: { ...engine.report, why: plan.why } };
  };

  const start = async ({ network, recipe, dataset, engine: choice }: TrainRequest, paused: boolean): Promise<void> => {
    const spec = parseNetworkSpec(structuredClone(network));
    if (spec.kind !== 'autoencoder')
      throw inputError('no-code', `"${spec.id}" is a classifier, which has no code and no plane; take an autoencoder`);
    const asked = parseRecipe(structuredClone(recipe));
    await leave();
    say({ type: 'status', status: 'loading', at: null });
    const data = await loadData(dataset);
    const notes: string[] = [];
    const batchSize = Math.min(asked.batchSize, data.train.count);
    if (batchSize < asked.batchSize)
      notes.push(`the batch size is ${batchSize}, because there are no more images; ${asked.batchSize} was asked for`);
    const used = { ...asked, batchSize };
    const loaded = await engineFor(planEngine(choice, spec, batchSize, await offerNow()));
    await open(newId(), configOf(spec, used, data.record, loaded), data, loaded, { from: null, paused, notes });
  };

  const leave = async (): Promise<void> => {
    const before = run;
    run = null;
    await before?.close();
  };

  const reset = async (seed: number, paused: boolean): Promise<void> => {
    if (run === null) throw noRun();
    const { config, data, engine: used } = run;
    await leave();
    const again = { ...config, recipe: { ...config.recipe, seed } };
    await open(newId(), again, data, used, { from: null, paused, notes: [] });
  };

  const storedRun = ({ id, config, epoch, loss, saved, metrics, builtIn, imagesKey }: Head): StoredRun | null => {
    const utf8 = new TextEncoder();
    try {
      const { network, recipe, dataset } = parseRunConfig(utf8.encode(config), 'config.json');
      if (network.kind !== 'autoencoder') return null;
      const { stopped } = parseMetrics(utf8.encode(metrics), 'metrics.json');
      return {
        id,
        network,
        recipe,
        datasetName: dataset.name,
        epoch,
        loss,
        stopped,
        saved,
        hasImages: builtIn !== null || imagesKey !== null,
      };
    } catch {
      // Of another version of the page; it lies there until it is forgotten.
      return null;
    }
  };

  const list = async (): Promise<void> => {
    try {
      const heads = await (await openedStore()).list();
      const runs = heads.map(storedRun).filter((stored) => stored !== null);
      say({ type: 'runs', runs: runs.sort((a, b) => b.saved - a.saved), storage: null });
    } catch (error) {
      say({ type: 'runs', runs: [], storage: messageOf(error) });
    }
  };

  const restore = async (id: string, choice: DatasetChoice | null, paused: boolean): Promise<void> => {
    const found = await (await openedStore()).state(id);
    if (!found) throw inputError('no-run', 'this run is not in the storage of this browser any more; begin another');
    const { head, state: bytes } = found;
    const utf8 = new TextEncoder();
    const config = parseRunConfig(utf8.encode(head.config), 'config.json');
    const metrics = parseMetrics(utf8.encode(head.metrics), 'metrics.json');
    if (config.network.kind !== 'autoencoder') throw inputError('no-code', 'a classifier has no plane');
    const state = decodeState(bytes, 'last.safetensors', resolveNetwork(config.network).parameterCount);
    await leave();
    say({ type: 'status', status: 'loading', at: null });
    const data = choice ? await loadData(choice) : await storedData(head);
    const plan = planEngine(
      /webgpu/.test(config.versions.onnxruntime) ? 'webgpu' : 'wasm',
      config.network,
      config.recipe.batchSize,
      await offerNow(),
      config.threads,
    );
    await open(id, config, data, await engineFor(plan), { from: { state, metrics }, paused, notes: [] });
  };

  const storedData = async ({ builtIn, imagesKey }: Head): Promise<TrainingData> => {
    if (builtIn) return loadData({ kind: 'built-in', count: builtIn.count });
    const images = imagesKey === null ? null : await (await openedStore()).images(imagesKey);
    if (images === null)
      throw inputError('no-images', 'the images of this run are not kept here; choose the same files again');
    const { name, classNames, ...set } = images;
    return ownData({ name, classNames, licence: 'not stated', source: 'files of the person who trained' }, set, []);
  };

  const noRun = () => inputError('no-run', 'there is no training to do this with; start one, or open one');
  const current = (): Run => {
    if (run === null) throw noRun();
    return run;
  };

  const answer = async (message: ToWorker): Promise<void> => {
    switch (message.type) {
      case 'start':
        return start(message.request, message.paused);
      case 'restore':
        return restore(message.id, message.dataset, message.paused);
      case 'pause':
        return current().pause();
      case 'resume':
        return current().resume();
      case 'step':
        return current().step(message.of);
      case 'reset':
        return reset(message.seed, message.paused);
      case 'last-good':
        return current().lastGood();
      case 'list':
        return list();
      case 'forget':
        await (await openedStore()).forget(message.id);
        return list();
      case 'budget':
        budget = { everyMs: message.everyMs, trainingShare: message.trainingShare };
        return;
      case 'open-run':
      case 'export':
        throw inputError('not-offered', `"${message.type}" is not offered by this page`);
    }
  };

  let turn = Promise.resolve();
  return {
    take: (message) => {
      turn = turn
        .then(() => answer(message))
        .catch((error: unknown) => say({ type: 'error', message: messageOf(error) }));
    },
  };
};
