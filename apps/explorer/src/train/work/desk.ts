/**
 * Takes what a person asks for, one thing after the other, and keeps the run.
 *
 * In: `ToWorker` messages. Out: `FromWorker` messages. There is one run at a time; its states lie in the store.
 */
import {
  checkSameDataset,
  decodeState,
  encodeState,
  formatMetrics,
  formatRunConfig,
  inputError,
  type NetworkSpec,
  parseMetrics,
  parseNetworkSpec,
  parseRecipe,
  parseRunConfig,
  pictureSize,
  type RunConfig,
  resolveNetwork,
} from 'latent-plane';
import type { DatasetChoice, ExportFormat, StoredRun, ToWorker, TrainRequest } from '../protocol.ts';
import { loadBuiltIn } from './built-in.ts';
import type { TrainingData } from './dataset.ts';
import { type Engine, type EnginePlan, loadEngine, offerNow, planEngine } from './engine.ts';
import { readIdxPair } from './idx-pair.ts';
import { messageOf, type Say } from './messages.ts';
import { ownData } from './own-data.ts';
import { readPictures } from './pictures.ts';
import { type Budget, DEFAULT_BUDGET, type Kept, openRun, type Run, type RunOptions } from './run.ts';
import { configOf, versionsOf } from './run-config.ts';
import { openRunFolder } from './run-folder.ts';
import { type Head, openStore, type Store } from './store.ts';

export interface DeskOptions {
  readonly say: Say;
  /** Address of the page's folder. */
  readonly base: string;
  /** Another worker of this kind, with an engine of its own, that says what it has to say in this one's place. */
  readonly succeed: () => { take(message: ToWorker): void };
}

/** What is asked for needs an engine that this worker cannot have any more. */
class OtherThreads extends Error {}

export interface Desk {
  take(message: ToWorker): void;
}

/** Own images up to this are kept with the run, so that a reload goes on without asking for them again. */
const MAX_KEPT_PIXELS = 256 * 2 ** 20;

const newId = (): string => crypto.randomUUID();

export const createDesk = ({ say, base, succeed }: DeskOptions): Desk => {
  let run: Run | null = null;
  let budget: Budget = DEFAULT_BUDGET;
  let store: Promise<Store> | null = null;
  const engines = new Map<EnginePlan['backend'], Engine>();
  let successor: { take(message: ToWorker): void } | null = null;
  const keptImages = new Set<string>();
  const openedStore = (): Promise<Store> => {
    store ??= openStore();
    return store;
  };

  const loadData = async (choice: DatasetChoice, network: NetworkSpec): Promise<TrainingData> => {
    const onProgress = (what: string, done: number, total: number | null): void =>
      say({ type: 'data-progress', what, done, total });
    switch (choice.kind) {
      case 'built-in':
        return loadBuiltIn(base, choice.count, onProgress);
      case 'idx': {
        const { images, notes, ...facts } = await readIdxPair(choice.images, choice.labels);
        return ownData(facts, images, notes);
      }
      case 'pictures': {
        const size = pictureSize(network.inputShape, network.id);
        const { images, notes, ...facts } = await readPictures(choice.files, size, onProgress);
        return ownData(facts, images, notes);
      }
    }
  };

  const keep =
    (id: string, data: TrainingData) =>
    async ({ config, metrics, state }: Kept): Promise<void> => {
      const into = await openedStore();
      let imagesKey: string | null = null;
      if (data.own && data.own.pixels.length <= MAX_KEPT_PIXELS) {
        imagesKey = Object.values(data.record.sha256).join('-');
        if (!keptImages.has(imagesKey)) {
          const { name, classNames } = data.facts;
          await into.saveImages(imagesKey, { ...data.own, name, classNames });
          keptImages.add(imagesKey);
        }
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
    more: Pick<RunOptions, 'from' | 'paused' | 'notes' | 'initial'>,
  ): Promise<void> => {
    run = await openRun({ id, config, data, engine: using, ...more, budget: () => budget, say, keep: keep(id, data) });
  };

  /** @throws OtherThreads where this worker's WebAssembly engine has other ones: they are set once. */
  const engineFor = async (plan: EnginePlan): Promise<Engine> => {
    const has = engines.get(plan.backend);
    if (has && has.report.threads !== plan.threads) throw new OtherThreads();
    const used = has ?? (await loadEngine(plan));
    engines.set(plan.backend, used);
    return { ...used, report: { ...used.report, why: plan.why } };
  };

  const start = async ({ network, recipe, dataset, engine: choice }: TrainRequest, paused: boolean): Promise<void> => {
    const spec = parseNetworkSpec(structuredClone(network));
    if (spec.kind !== 'autoencoder')
      throw inputError('no-code', `"${spec.id}" is a classifier, which has no code and no plane; take an autoencoder`);
    const asked = parseRecipe(structuredClone(recipe));
    await leave();
    say({ type: 'status', status: 'loading', at: null });
    const data = await loadData(dataset, spec);
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
    if (config.network.kind !== 'autoencoder') throw noRun();
    const again = configOf(config.network, { ...config.recipe, seed }, data.record, used);
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
    const data = choice ? await loadData(choice, config.network) : await storedData(head, config.network);
    await goOn(id, config, data, { from: { state, metrics }, paused, notes: [] });
  };

  const storedData = async ({ builtIn, imagesKey }: Head, network: NetworkSpec): Promise<TrainingData> => {
    if (builtIn) return loadData({ kind: 'built-in', count: builtIn.count }, network);
    const images = imagesKey === null ? null : await (await openedStore()).images(imagesKey);
    if (images === null)
      throw inputError('no-images', 'the images of this run are not kept here; choose the same files again');
    const { name, classNames, ...set } = images;
    return ownData({ name, classNames }, set, []);
  };

  /** With the engine that the run began with, where it can be had. */
  const goOn = async (
    id: string,
    config: RunConfig,
    data: TrainingData,
    more: Pick<RunOptions, 'from' | 'paused' | 'notes' | 'initial'>,
  ): Promise<void> => {
    const { network, recipe, dataset, threads, versions } = config;
    if (network.kind !== 'autoencoder') throw inputError('no-code', 'a classifier has no plane');
    checkSameDataset(dataset, data.record);
    const choice = /webgpu/.test(versions.onnxruntime) ? 'webgpu' : 'wasm';
    const used = await engineFor(planEngine(choice, network, recipe.batchSize, await offerNow(), threads));
    const now = versionsOf(used);
    const [then, today] = [versions, now].map(
      ({ onnxruntime, browser, node }) => `${browser ?? `Node ${node}`} with ONNX Runtime ${onnxruntime}`,
    );
    const notes = [
      ...(then === today ? [] : [`began in ${then}, goes on in ${today}: the losses agree, the last digits do not`]),
      ...(used.report.threads === threads
        ? []
        : [`began with ${threads} threads, goes on with ${used.report.threads}: sums are taken in another order`]),
    ];
    await open(id, config, data, used, { ...more, notes: [...notes, ...more.notes] });
  };

  /** Of a run of the command line: the bundle's images, where they are the same. */
  const dataOf = (config: RunConfig): Promise<TrainingData> => {
    if (config.dataset.argument.startsWith('.') || /[\\/]/.test(config.dataset.argument))
      throw inputError(
        'no-images',
        `this run learned from "${config.dataset.name}", which is not in its folder; choose its images beside it`,
      );
    return loadData({ kind: 'built-in', count: null }, config.network);
  };

  const openFolder = async ({ files, dataset }: Extract<ToWorker, { type: 'open-run' }>): Promise<void> => {
    const { config, metrics, state, initial, data: within } = await openRunFolder(files);
    await leave();
    say({ type: 'status', status: 'loading', at: null });
    const data = dataset ? await loadData(dataset, config.network) : (within ?? (await dataOf(config)));
    const from = state && { state, metrics };
    await goOn(newId(), config, data, { from, paused: true, notes: [], initial });
  };

  const exported = async (format: ExportFormat): Promise<void> => {
    const { inspect, data } = current();
    const { exportFile } = await import('./exports.ts');
    const { name, bytes, mime } = await inspect((standing) => exportFile(format, standing, data));
    say({ type: 'file', name, bytes, mime }, [bytes.buffer]);
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
      case 'save':
        return run?.save();
      case 'open-run':
        return openFolder(message);
      case 'export':
        return exported(message.format);
    }
  };

  /** Once there is a successor, it is asked instead. */
  const answerOrPass = async (message: ToWorker): Promise<void> => {
    if (successor) return successor.take(message);
    try {
      await answer(message);
    } catch (error) {
      if (!(error instanceof OtherThreads)) throw error;
      await leave();
      successor = succeed();
      successor.take({ type: 'budget', ...budget });
      successor.take(message);
    }
  };

  let turn = Promise.resolve();
  return {
    take: (message) => {
      turn = turn
        .then(() => answerOrPass(message))
        .catch((error: unknown) => say({ type: 'error', message: messageOf(error) }));
    },
  };
};
