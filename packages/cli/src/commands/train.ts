/**
 * `latent train`: trains a network of the zoo into a run folder, or goes on with one.
 */
import { Command } from 'commander';
import { encodeWeights, inputError, networks, recipeOf, resolveNetwork } from 'latent-plane';
import { openModel } from '../models/index.ts';
import type { RunOutcome, Sitting } from '../runs/carry-out.ts';
import { describeDataset } from '../runs/data.ts';
import { checkVacant, readConfig } from '../runs/folder.ts';
import { beginRun, resumeRun } from '../runs/lifecycle.ts';
import {
  checkSameRun,
  DEFAULT_DATASET,
  defaultFolder,
  planRun,
  portableDataset,
  recordedPath,
  trainableNetwork,
} from '../runs/plan.ts';
import { settingsHelp } from './recipe-options.ts';
import { addTrainingOptions, askedFor, folderOf, sit, type TrainingFlags, tellOutcome } from './training.ts';

interface TrainFlags extends TrainingFlags {
  readonly init?: string;
}

/** `train --resume ID --out DIR`: the id stands where a folder could. */
const untangle = (id: string | undefined, flags: TrainFlags): { readonly id?: string; readonly flags: TrainFlags } => {
  const { resume, out } = flags;
  const isId =
    id === undefined &&
    typeof resume === 'string' &&
    out !== undefined &&
    networks.some((network) => network.id === resume);
  return isId ? { id: resume, flags: { ...flags, resume: true } } : { id, flags };
};

const begin = async (id: string, folder: string, flags: TrainFlags, sitting: Sitting): Promise<RunOutcome> => {
  await checkVacant(folder); // before the data are read, which takes a second
  const network = trainableNetwork(id);
  const argument = portableDataset(flags.dataset ?? DEFAULT_DATASET);
  const model = flags.init === undefined ? null : await openModel(flags.init, { network: network });
  const dataset = await sitting.loadDataset(argument);
  const init = model && {
    model: model.id === flags.init ? model.id : recordedPath(model.path),
    sha256: model.weightsSha256,
  };
  const config = planRun(
    { command: 'train', network, init },
    flags,
    describeDataset(argument, dataset),
    sitting.runtime,
  );
  const initial = model
    ? encodeWeights(resolveNetwork(network).parameters, model.weights, { id: model.id, epoch: model.epoch })
    : undefined;
  return beginRun(folder, config, dataset, sitting, { initial });
};

const run = async (givenId: string | undefined, given: TrainFlags): Promise<void> => {
  const { id, flags } = untangle(givenId, askedFor(given));
  if (id === undefined && !flags.resume) {
    throw inputError(
      'invalid-option',
      'expected the id of a network, or --resume DIR; `npx latent zoo` lists the networks',
    );
  }
  if (id !== undefined) trainableNetwork(id);
  const folder =
    folderOf(flags) ?? (id === undefined ? undefined : defaultFolder(id, recipeOf(trainableNetwork(id), flags)));
  if (folder === undefined)
    throw inputError('invalid-option', '--resume: expected the folder of a run, got none; name it: --resume DIR');
  const outcome = await sit(async (sitting) => {
    // A run that was killed before its config was there has nothing to go on from: it begins.
    if (!flags.resume || (id !== undefined && !(await readConfig(folder)))) {
      if (id === undefined) throw inputError('invalid-option', 'expected the id of a network');
      return begin(id, folder, flags, sitting);
    }
    if (flags.init !== undefined)
      throw inputError('invalid-option', '--init and --resume: a run that goes on has its weights; give one of them');
    return resumeRun(folder, sitting, (config) => checkSameRun(folder, config, flags, id));
  });
  if (outcome) await tellOutcome(folder, outcome, flags.json);
};

const EXAMPLES = `
Examples:
  npx latent train dense-1 --recipe documented --seed 1
  npx latent train convdense-5 --epochs 20 --patience 5 --validation-split 0.1 --out runs/mine
  npx latent train --resume runs/mine

Ctrl-C saves and stops (exit 130). The same seed, threads and versions give the same bytes.`;

/** The command `train`. */
export const trainCommand = (): Command =>
  addTrainingOptions(new Command('train'))
    .description('train a network of the zoo')
    .argument('[id]', 'network of the zoo; not needed with --resume DIR')
    .option(
      '--init <model>',
      'begin with the weights of a trained model: an id, a run folder, a .keras or .h5 file, ...',
    )
    .option('--resume [dir]', 'go on with the run in DIR, or in --out')
    .addHelpText('after', () => `${settingsHelp()}${EXAMPLES}`)
    .action(run);
