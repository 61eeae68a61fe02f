/**
 * Takes what a person asks for, one thing after the other, and keeps the run.
 *
 * In: `ToWorker` messages. Out: `FromWorker` messages. There is one run at a time. Nothing that fails takes the run that
 * stood before with it: that one is left only when all is there for the next.
 */
import {
  checkSameDataset,
  inputError,
  type LatentError,
  type NetworkSpec,
  parseNetworkSpec,
  parseRecipe,
  type Recipe,
  type RunConfig,
} from 'latent-plane';
import type { Budget, DatasetChoice, ExportFormat, ToWorker, TrainRequest } from '../protocol.ts';
import { DEFAULT_BUDGET } from './budget.ts';
import type { TrainingData } from './dataset.ts';
import { type Engine, offerNow, planEngine } from './engine.ts';
import { createEngines, OtherThreads } from './engines.ts';
import { loadData } from './load-data.ts';
import { messageOf, type Say } from './messages.ts';
import { openRun, type Run, type RunOptions } from './run.ts';
import { configOf, versionsOf } from './run-config.ts';
import { openRunFolder } from './run-folder.ts';
import { createShelf } from './shelf.ts';
import { createWalk } from './walk.ts';

export interface DeskOptions {
  readonly say: Say;
  /** Address of the page's folder. */
  readonly base: string;
  /** Another worker of this kind, with an engine of its own, that says what it has to say in this one's place. */
  readonly succeed: () => { take(message: ToWorker): void };
}

export interface Desk {
  take(message: ToWorker): void;
}

type Begin = Pick<RunOptions, 'from' | 'paused' | 'notes' | 'initial'>;

const noRun = (): LatentError => inputError('no-run', 'there is no training to do this with; start one, or open one');

const newId = (): string => crypto.randomUUID();

/** Images that the recipe trains on, of those that there are. */
const trainedOn = ({ record }: TrainingData, { trainOn, validationSplit }: Recipe): number =>
  Math.floor((record.train + (trainOn === 'all' ? record.test : 0)) * (1 - validationSplit));

export const createDesk = ({ say, base, succeed }: DeskOptions): Desk => {
  const shelf = createShelf();
  const engines = createEngines();
  const walk = createWalk({ now: () => performance.now() });
  let run: Run | null = null;
  let release: () => void = () => undefined;
  let budget: Budget = DEFAULT_BUDGET;
  let successor: { take(message: ToWorker): void } | null = null;

  const current = (): Run => {
    if (run === null) throw noRun();
    return run;
  };

  const load = (choice: DatasetChoice, network: NetworkSpec): Promise<TrainingData> => {
    // Two trainings at once would share what the machine has.
    run?.pause();
    say({ type: 'status', status: 'loading', at: null });
    return loadData(choice, network, base, (what, done, total) => say({ type: 'data-progress', what, done, total }));
  };

  const leave = async (): Promise<void> => {
    const before = run;
    run = null;
    await before?.close();
    release();
    release = () => undefined;
  };

  const open = async (
    id: string,
    config: RunConfig,
    data: TrainingData,
    engine: Engine,
    more: Begin,
  ): Promise<void> => {
    await leave();
    release = await shelf.hold(id);
    run = await openRun({
      id,
      config,
      data,
      engine,
      ...more,
      budget: () => budget,
      walk,
      say,
      keep: (kept) => shelf.keep(id, data, kept),
    });
  };

  const start = async ({ network, recipe, dataset, engine: choice }: TrainRequest, paused: boolean): Promise<void> => {
    const spec = parseNetworkSpec(structuredClone(network));
    if (spec.kind !== 'autoencoder')
      throw inputError('no-code', `"${spec.id}" is a classifier, which has no code and no plane; take an autoencoder`);
    const asked = parseRecipe(structuredClone(recipe));
    const data = await load(dataset, spec);
    const batchSize = Math.min(asked.batchSize, trainedOn(data, asked));
    const notes =
      batchSize < asked.batchSize
        ? [`the batch size is ${batchSize}, because there are no more images; ${asked.batchSize} was asked for`]
        : [];
    const engine = await engines.fastest(choice, spec, batchSize);
    const config = configOf(spec, { ...asked, batchSize }, data.record, engine);
    await open(newId(), config, data, engine, { from: null, paused, notes });
  };

  const reset = async (seed: number, paused: boolean): Promise<void> => {
    const { config, data, engine } = current();
    const again = configOf(config.network, { ...config.recipe, seed }, data.record, engine);
    await open(newId(), again, data, engine, { from: null, paused, notes: [] });
  };

  /** With the engine that the run began with, where it can be had. */
  const goOn = async (id: string, config: RunConfig, data: TrainingData, more: Begin): Promise<void> => {
    const { network, recipe, dataset, threads, versions } = config;
    if (network.kind !== 'autoencoder') throw inputError('no-code', `"${network.id}" is a classifier without a plane`);
    checkSameDataset(dataset, data.record);
    const choice = /webgpu/.test(versions.onnxruntime) ? 'webgpu' : 'wasm';
    const engine = await engines.get(planEngine(choice, network, recipe.batchSize, await offerNow(), threads));
    const [then, today] = [versions, versionsOf(engine)].map(
      ({ onnxruntime, browser, node }) => `${browser ?? `Node ${node}`} with ONNX Runtime ${onnxruntime}`,
    );
    const notes = [
      ...(then === today ? [] : [`began in ${then}, goes on in ${today}: the losses agree, the last digits do not`]),
      ...(engine.report.threads === threads
        ? []
        : [`began with ${threads} threads, goes on with ${engine.report.threads}: sums are taken in another order`]),
    ];
    await open(id, config, data, engine, { ...more, notes: [...notes, ...more.notes] });
  };

  const restore = async (id: string, choice: DatasetChoice | null, paused: boolean): Promise<void> => {
    // Also where it is the run that is open: what it keeps is what it goes on from.
    if (run?.id === id) {
      await run.save();
      await leave();
    }
    const { config, metrics, state, builtIn, images } = await shelf.find(id);
    const wanted = choice ?? (builtIn && { kind: 'built-in' as const, count: builtIn.count });
    const data = wanted ? await load(wanted, config.network) : await images();
    await goOn(id, config, data, { from: { state, metrics }, paused, notes: [] });
  };

  const openFolder = async ({ files, dataset }: Extract<ToWorker, { type: 'open-run' }>): Promise<void> => {
    const { config, metrics, state, initial, data: within } = await openRunFolder(files);
    const { argument, name } = config.dataset;
    // The bundle may have what is known by a name; a path leads to somebody's disk.
    if (!dataset && !within && /[\\/]/.test(argument))
      throw inputError(
        'no-images',
        `this run learned from "${name}", which is not in its folder; choose its images too`,
      );
    const data = within ?? (await load(dataset ?? { kind: 'built-in', count: null }, config.network));
    await goOn(newId(), config, data, { from: state && { state, metrics }, paused: true, notes: [], initial });
  };

  const exported = async (format: ExportFormat): Promise<void> => {
    const { inspect, data } = current();
    const { exportFile } = await import('./exports.ts');
    const { name, bytes, mime } = await inspect((standing) => exportFile(format, standing, data));
    say({ type: 'file', name, bytes, mime }, [bytes.buffer]);
  };

  const list = async (): Promise<void> => {
    try {
      say({ type: 'runs', runs: await shelf.list(), storage: null });
    } catch (error) {
      say({ type: 'runs', runs: [], storage: messageOf(error) });
    }
  };

  const answer = async (message: ToWorker): Promise<void> => {
    switch (message.type) {
      case 'start':
        return start(message.request, message.paused);
      case 'restore':
        return restore(message.id, message.dataset, message.paused);
      case 'open-run':
        return openFolder(message);
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
      case 'save':
        return run?.save();
      case 'list':
        return list();
      case 'forget':
        await shelf.forget(message.id);
        return list();
      case 'export':
        return exported(message.format);
      case 'walk':
        return walk.moved();
      case 'budget':
        budget = message.budget;
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
      successor.take({ type: 'budget', budget });
      successor.take(message);
    }
  };

  let turn = Promise.resolve();
  return {
    take: (message) => {
      turn = turn
        .then(() => answerOrPass(message))
        .catch((error: unknown) => {
          say({ type: 'error', message: messageOf(error) });
          run?.announce();
        });
    },
  };
};
