/**
 * `latent train`: trains a network of the zoo into a run folder, or resumes one.
 */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { encodeWeights, networks, recipeOf, resolveNetwork } from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import { ownFolder } from '../files/destination.ts';
import { type Model, openModel } from '../models/index.ts';
import { describeDataset } from '../runs/data.ts';
import type { RunContext, RunOutcome } from '../runs/execute-run.ts';
import { extendCommand } from '../runs/extend.ts';
import { readConfig, resumeCommand, runPaths } from '../runs/folder.ts';
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
import {
  addTrainingOptions,
  askedFor,
  folderOf,
  requireNewRun,
  type TrainingFlags,
  tellOutcome,
  withRunContext,
} from './training.ts';

interface TrainFlags extends TrainingFlags {
  readonly init?: string;
}

const isNetwork = (word: string): boolean => networks.some(({ id }) => id === word);
const isRun = (word: string): boolean => !isNetwork(word) && existsSync(runPaths(word).config);

/**
 * `train --resume ID --out DIR`: the id stands where a folder could. `train DIR --resume`: the other way round.
 *
 * @throws LatentError (input) `unknown-network` for a run folder without `--resume`.
 */
const untangle = (id: string | undefined, flags: TrainFlags): { readonly id?: string; readonly flags: TrainFlags } => {
  const { resume, out } = flags;
  if (id === undefined && typeof resume === 'string' && out !== undefined && isNetwork(resume))
    return { id: resume, flags: { ...flags, resume: true } };
  if (id === undefined || !isRun(id)) return { id, flags };
  if (resume === true) return { flags: { ...flags, resume: ownFolder('--resume')(id) } };
  throw inputError('unknown-network', {
    expected: 'the id of a network',
    got: `the run folder "${id}"`,
    hint: `resume it: ${resumeCommand(id)}, or give an ended run more epochs: ${extendCommand(id)}`,
  });
};

/** What `--init` does not take over; where the model is a run that can be resumed, how to. */
const initNote = (argument: string, { path, source }: Model): string => {
  const goes = source === null && existsSync(runPaths(path).last);
  const longer = goes ? `; to train that run longer, with the optimiser's state: ${extendCommand(argument)}` : '';
  return `--init takes the weights of ${argument} alone: the optimiser begins anew, and epochs are counted from 1${longer}`;
};

const begin = async (id: string, given: string, flags: TrainFlags, context: RunContext): Promise<RunOutcome> => {
  const folder = await requireNewRun(given, flags); // before the data are read, which takes a second
  const network = trainableNetwork(id);
  const argument = portableDataset(flags.dataset ?? DEFAULT_DATASET);
  const model = flags.init === undefined ? null : await openModel(flags.init, { network: network });
  if (model && flags.init !== undefined) context.onNote?.(initNote(flags.init, model));
  const dataset = await context.loadDataset(argument);
  const init = model && {
    model: model.id === flags.init ? model.id : recordedPath(model.path),
    sha256: model.weightsSha256,
  };
  const config = planRun(
    { command: 'train', network, init },
    flags,
    describeDataset(argument, dataset),
    context.runtime,
  );
  const initial = model
    ? encodeWeights(resolveNetwork(network).parameters, model.weights, { id: model.id, epoch: model.epoch })
    : undefined;
  return beginRun(folder, config, dataset, context, { initial });
};

const run = async (givenId: string | undefined, given: TrainFlags): Promise<void> => {
  const { id, flags } = untangle(givenId, askedFor(given));
  if (id === undefined && !flags.resume) {
    throw inputError('invalid-option', {
      expected: 'the id of a network, or --resume DIR',
      hint: '`npx latent zoo` lists the networks',
    });
  }
  if (id !== undefined) trainableNetwork(id);
  const folder =
    folderOf(flags) ?? (id === undefined ? undefined : defaultFolder(id, recipeOf(trainableNetwork(id), flags)));
  if (folder === undefined)
    throw inputError('invalid-option', {
      at: { option: '--resume' },
      expected: 'the folder of a run',
      got: 'none',
      hint: 'name it: --resume DIR',
    });
  const outcome = await withRunContext(async (context) => {
    // A run that was killed before its config was there has nothing to resume from: it begins.
    if (!flags.resume || (id !== undefined && !(await readConfig(folder)))) {
      if (id === undefined) throw inputError('invalid-option', { expected: 'the id of a network' });
      return begin(id, folder, flags, context);
    }
    if (flags.init !== undefined)
      throw inputError('invalid-option', {
        at: { subject: '--init and --resume' },
        problem: 'a resumed run has its weights',
        hint: 'give one of them',
      });
    return resumeRun(folder, context, {
      check: (config) => checkSameRun(folder, config, flags, id),
      epochs: flags.epochs,
    });
  });
  if (outcome) await tellOutcome(folder, outcome, flags.json);
};

const EXAMPLES = `
Examples:
  npx latent train dense-1 --recipe documented --seed 1
  npx latent train convdense-5 --epochs 20 --patience 5 --out runs/mine
  npx latent train --resume runs/mine
  npx latent train --resume runs/mine --epochs 40

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
    .description('train a network of the zoo')
    .argument('[id]', 'network of the zoo, or with --resume a run folder; not needed with --resume DIR')
    .option(
      '--init <model>',
      'begin with the weights alone of a trained model: an id, a run folder, a .keras or .h5 file, ...',
    )
    .addHelpText('after', () => `${settingsHelp()}${EXAMPLES}`)
    .action(run);
