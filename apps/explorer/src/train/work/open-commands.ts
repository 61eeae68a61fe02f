/**
 * The messages that open a run: a new one, the same from the first weights, a stored one, one of a run folder. The run
 * that was open before is left only when all is there for the next.
 */
import { parseNetworkSpec, parseRecipe, type Recipe, type RunConfig } from 'latent-plane';
import { checkSameDataset, inputError, settingsForLightImages } from 'latent-plane/internal';
import type { DatasetChoice, ToWorker } from '../protocol.ts';
import { emptyLike, type TrainingData } from './dataset.ts';
import { type Engine, offerNow, planEngine } from './engine.ts';
import { loadData } from './load-data.ts';
import { configOf, versionsOf } from './run-config.ts';
import { openRunFolder } from './run-folder.ts';
import type { RunOptions } from './run-types.ts';
import { closeRun, currentRun, replaceRun, type WorkerContext } from './worker-context.ts';

type Message<Type extends ToWorker['type']> = Extract<ToWorker, { readonly type: Type }>;

const newId = (): string => crypto.randomUUID();

/** How many images the recipe trains on, of those that there are. */
const trainedOn = ({ record }: TrainingData, { trainOn, validationSplit }: Recipe): number =>
  Math.floor((record.train + (trainOn === 'all' ? record.test : 0)) * (1 - validationSplit));

const load = (
  { open, base, ownImages, post }: WorkerContext,
  choice: DatasetChoice,
  of: Pick<RunConfig, 'network' | 'recipe'>,
): Promise<TrainingData> => {
  // Two trainings at once would share what the machine has.
  open?.run.pause();
  post({ type: 'status', status: 'loading', at: null });
  return loadData(choice, of, { base, ownImages }, (what, done, total) =>
    post({ type: 'data-progress', what, done, total }),
  );
};

export const start = async (context: WorkerContext, { request, paused }: Message<'start'>): Promise<void> => {
  const spec = parseNetworkSpec(structuredClone(request.network));
  if (spec.kind !== 'autoencoder')
    throw inputError('no-code', {
      problem: `"${spec.id}" is a classifier, which has no code`,
      hint: 'take an autoencoder',
    });
  const asked = parseRecipe(structuredClone(request.recipe));
  const data = await load(context, request.dataset, { network: spec, recipe: asked });
  const batchSize = Math.min(asked.batchSize, trainedOn(data, asked));
  const light = settingsForLightImages(spec, asked, { ...data.facts, train: data.train, test: emptyLike(data.train) });
  const notes = [
    ...(batchSize < asked.batchSize
      ? [`the batch size is ${batchSize}, because there are no more images; ${asked.batchSize} was asked for`]
      : []),
    ...(Object.keys(light).length > 0
      ? [
          `the images are light, so the training begins with ${Object.entries(light)
            .map(([name, value]) => `${name} ${value}`)
            .join(' and ')}; the input bias "drawn" begins as on dark ones`,
        ]
      : []),
  ];
  const engine = await context.engines.fastest(request.engine, spec, batchSize);
  const config = configOf(spec, { ...asked, ...light, batchSize }, data.record, engine);
  await replaceRun(context, { id: newId(), config, data, engine, from: null, paused, notes });
};

export const reset = async (context: WorkerContext, { seed, paused }: Message<'reset'>): Promise<void> => {
  const { config, data, engine } = currentRun(context);
  const again = configOf(config.network, { ...config.recipe, seed }, data.record, engine);
  await replaceRun(context, { id: newId(), config: again, data, engine, from: null, paused, notes: [] });
};

/** What differs from where the run began, and so in its last digits. */
const differences = ({ threads, versions }: RunConfig, engine: Engine): string[] => {
  const [then, today] = [versions, versionsOf(engine)].map(
    ({ onnxruntime, browser, node }) => `${browser ?? `Node ${node}`} with ONNX Runtime ${onnxruntime}`,
  );
  return [
    ...(then === today ? [] : [`began in ${then}, goes on in ${today}: the losses agree, the last digits do not`]),
    ...(engine.report.threads === threads
      ? []
      : [`began with ${threads} threads, goes on with ${engine.report.threads}: sums are taken in another order`]),
  ];
};

/** With the engine that the run began with, where it can be had. */
const resumeRun = async (
  context: WorkerContext,
  run: Pick<RunOptions, 'id' | 'config' | 'data' | 'from' | 'paused' | 'initial'>,
): Promise<void> => {
  const { network, recipe, dataset, threads, versions } = run.config;
  if (network.kind !== 'autoencoder')
    throw inputError('no-code', { problem: `"${network.id}" is a classifier, which has no code` });
  checkSameDataset(dataset, run.data.record);
  const choice = /webgpu/.test(versions.onnxruntime) ? 'webgpu' : 'wasm';
  const engine = await context.engines.get(planEngine(choice, network, recipe.batchSize, await offerNow(), threads));
  await replaceRun(context, { ...run, engine, notes: differences(run.config, engine) });
};

export const restore = async (context: WorkerContext, { id, dataset, paused }: Message<'restore'>): Promise<void> => {
  // Also where it is the run that is open: what it keeps is what it goes on from.
  if (context.open?.run.id === id) {
    await context.open.run.save();
    await closeRun(context);
  }
  const { config, metrics, state, builtIn, images } = await context.store.find(id);
  const wanted = dataset ?? (builtIn && { kind: 'built-in' as const, count: builtIn.count });
  const data = wanted ? await load(context, wanted, config) : await images();
  await resumeRun(context, { id, config, data, from: { state, metrics }, paused });
};

export const openFolder = async (context: WorkerContext, { files, dataset }: Message<'open-run'>): Promise<void> => {
  const { config, metrics, state, initial, data: within } = await openRunFolder(files);
  const { argument, name } = config.dataset;
  // The bundle may have what is known by a name; a path leads to somebody's disk.
  if (!dataset && !within && /[\\/]/.test(argument))
    throw inputError('no-images', {
      problem: `this run learned from "${name}", which is not in its folder`,
      hint: 'choose its images too',
    });
  const data = within ?? (await load(context, dataset ?? { kind: 'built-in', count: null }, config));
  await resumeRun(context, { id: newId(), config, data, from: state && { state, metrics }, paused: true, initial });
};
