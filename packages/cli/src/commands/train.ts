/**
 * `latent train`: trains a network into a run folder, resumes one, or repeats one.
 */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { encodeWeights, type NetworkSpec, type RunConfig, recipeOf, resolveNetwork } from 'latent-plane';
import { elementCount, inputError } from 'latent-plane/internal';
import { ownFolder } from '../files/destination.ts';
import { type Model, openModel } from '../models/index.ts';
import {
  type FoundNetwork,
  findNetworkArgument,
  isZooNetwork,
  looksLikeFile,
  openedFor,
  requireRecipe,
} from '../networks/find.ts';
import { describeDataset } from '../runs/data.ts';
import type { RunContext, RunOutcome } from '../runs/execute-run.ts';
import { extendCommand } from '../runs/extend.ts';
import { readConfig, runPaths } from '../runs/folder.ts';
import { beginRun, resumeRun } from '../runs/lifecycle.ts';
import {
  checkSameRun,
  DEFAULT_DATASET,
  defaultFolder,
  planRun,
  portableDataset,
  recordedPath,
  trainable,
  withFittingBatch,
  withLightImages,
} from '../runs/plan.ts';
import { settingsHelp } from './recipe-options.ts';
import { compareRuns, repeatFolder, repeatRun, tellComparison } from './repeat.ts';
import {
  type Asked,
  addTrainingOptions,
  askedFor,
  folderOf,
  requireFittingRecipe,
  requireNewRun,
  type TrainingFlags,
  tellOutcome,
  withRunContext,
} from './training.ts';

interface TrainFlags extends TrainingFlags {
  readonly init?: string;
}

const isNetwork = (word: string): boolean => isZooNetwork(word) || (looksLikeFile(word) && existsSync(word));
const isRun = (word: string): boolean => !isNetwork(word) && existsSync(runPaths(word).config);

/** `train --resume ID --out DIR`: the id stands where a folder could. `train DIR --resume`: the other way round. */
const untangle = (id: string | undefined, flags: TrainFlags): { readonly id?: string; readonly flags: TrainFlags } => {
  const { resume, out } = flags;
  if (id === undefined && typeof resume === 'string' && out !== undefined && isNetwork(resume))
    return { id: resume, flags: { ...flags, resume: true } };
  if (id !== undefined && resume === true && isRun(id))
    return { flags: { ...flags, resume: ownFolder('--resume')(id) } };
  return { id, flags };
};

/** What `--init` does not take over; where the model is a run that can be resumed, how to. */
const initNote = (argument: string, { path, source }: Model): string => {
  const goes = source === null && existsSync(runPaths(path).last);
  const longer = goes ? `; to train that run longer, with the optimiser's state: ${extendCommand(argument)}` : '';
  return `--init takes the weights of ${argument} alone: the optimiser begins anew, and epochs are counted from 1${longer}`;
};

/** @throws LatentError (input) `init-mismatch` where a model has not the weights of the network. */
const requireSameParameters = (network: NetworkSpec, { weights }: Model, argument: string): void => {
  for (const { name, shape } of resolveNetwork(network).parameters) {
    const given = weights.get(name);
    if (given?.length === elementCount(shape)) continue;
    throw inputError('init-mismatch', {
      at: { option: `--init ${argument}` },
      expected: `weights of the layers of "${network.id}", among them "${name}" of [${shape.join(', ')}]`,
      got: given === undefined ? 'none of this name' : `${given.length} numbers`,
      hint: 'name a model of the same layers, see: npx latent summary MODEL',
    });
  }
};

const begin = async (
  found: FoundNetwork,
  given: string,
  flags: TrainFlags,
  context: RunContext,
): Promise<RunOutcome> => {
  const { spec: network, data } = found;
  const folder = await requireNewRun(given, flags); // before the data are read, which takes a second
  if (flags.dataset === undefined && data !== null) context.onNote?.(`the network names its data: ${data}`);
  const argument = portableDataset(flags.dataset ?? data ?? DEFAULT_DATASET);
  const model = flags.init === undefined ? null : await openModel(flags.init, { network: network });
  if (model) requireSameParameters(network, model, flags.init ?? '');
  if (model && flags.init !== undefined) context.onNote?.(initNote(flags.init, model));
  const dataset = await openedFor(found, flags.dataset === undefined, () => context.loadDataset(argument));
  const init = model && {
    model: model.id === flags.init ? model.id : recordedPath(model.path),
    sha256: model.weightsSha256,
  };
  const described = describeDataset(argument, dataset);
  const fitting = withFittingBatch(network, flags, described, context.onNote);
  const options = init === null ? withLightImages(network, fitting, dataset, context.onNote) : fitting;
  const config = planRun({ command: 'train', network, init }, options, described, context.runtime);
  const initial = model
    ? encodeWeights(resolveNetwork(network).parameters, model.weights, { id: model.id, epoch: model.epoch })
    : undefined;
  return beginRun(folder, config, dataset, context, { initial });
};

const noFolder = () =>
  inputError('invalid-option', {
    at: { option: '--resume' },
    expected: 'the folder of a run',
    got: 'none',
    hint: 'name it: --resume DIR',
  });

/** Trains a network, or continues where its run folder is. */
const trainFound = async (found: FoundNetwork | null, flags: TrainFlags): Promise<void> => {
  const network = found && trainable(found.spec);
  if (found !== null) requireFittingRecipe(found, flags);
  const folder = folderOf(flags) ?? (network ? defaultFolder(network.id, recipeOf(network, flags)) : undefined);
  if (folder === undefined) throw noFolder();
  const outcome = await withRunContext(async (context) => {
    // A run that was killed before its config was there has nothing to resume from: it begins.
    if (found !== null && (!flags.resume || !(await readConfig(folder)))) return begin(found, folder, flags, context);
    if (flags.init !== undefined)
      throw inputError('invalid-option', {
        at: { subject: '--init and --resume' },
        problem: 'a resumed run has its weights',
        hint: 'give one of them',
      });
    return resumeRun(folder, context, {
      check: (config) => checkSameRun(folder, config, flags, { id: network?.id }),
      epochs: flags.epochs,
    });
  });
  if (outcome) await tellOutcome(folder, outcome, flags.json);
};

/** Trains a run once more. */
const trainAgain = async (folder: string, config: RunConfig, flags: TrainFlags): Promise<void> => {
  const out = flags.out ?? repeatFolder(config.network.id, config.recipe);
  const outcome = await withRunContext((context) => repeatRun({ folder, config }, out, flags, context));
  if (!outcome) return;
  const hasEnded = outcome.stopped === 'finished' || outcome.stopped === 'early';
  const comparison = hasEnded ? await compareRuns(folder, out) : null;
  await tellOutcome(out, outcome, flags.json, hasEnded ? { repeat: comparison } : {});
  if (hasEnded) tellComparison(folder, comparison);
};

const run = async (givenId: string | undefined, given: Asked<TrainFlags>): Promise<void> => {
  const { id, flags } = untangle(givenId, await askedFor(given));
  if (id === undefined && !flags.resume) {
    throw inputError('invalid-option', {
      expected: 'the id of a network, its file, a run folder, or --resume DIR',
      hint: '`npx latent zoo` lists the networks',
    });
  }
  const found = id === undefined ? null : await findNetworkArgument(id);
  if (id !== undefined && found?.run) return trainAgain(id, found.run, flags);
  if (id !== undefined && found) requireRecipe(found, id, flags.recipe);
  await trainFound(found, flags);
};

const EXAMPLES = `
Examples:
  npx latent train dense-1 --recipe documented --seed 1
  npx latent train mine.yaml --set epochs=20 --recipe slow.yaml
  npx latent train convdense-5 --epochs 20 --patience 5 --out runs/mine
  npx latent train --resume runs/mine
  npx latent train --resume runs/mine --epochs 40
  npx latent train runs/mine --out runs/again

NETWORK is an id of the zoo, a network file (.yaml, .json; \`npx latent new\`
writes one, docs/networks.md explains it), the config.json of a run, or a model
file (.keras, .h5, model.json), whose layers are trained anew. A run folder is
trained again from its own config into another folder, and the end says whether
the weights are the same bytes.

Ctrl-C, \`kill\` or a closed terminal saves and stops (exit 130). The same seed,
threads and versions give the same bytes.

--resume DIR --epochs N gives a run that has ended, early or not, N epochs in
total, with the optimiser's state. A constant rate and steps of it continue; a
schedule over the whole run is stretched from there on: the rate is then what it
is there in a run of N epochs. A run that stopped early waits --patience epochs
anew. config.json records where it had ended. --init takes the weights of a model
alone, and the optimiser begins anew.`;

/** The command `train`. */
export const trainCommand = (): Command =>
  addTrainingOptions(new Command('train'))
    .description('train a network of the zoo or of a file, or a run once more')
    .argument('[network]', 'network of the zoo, a network or model file, or a run folder; not needed with --resume DIR')
    .option(
      '--init <model>',
      'begin with the weights alone of a trained model: an id, a run folder, a .keras or .h5 file, ...',
    )
    .addHelpText('after', () => `${settingsHelp()}${EXAMPLES}`)
    .action(run);
