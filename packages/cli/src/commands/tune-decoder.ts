/**
 * `latent tune-decoder`: a new decoder on the codes of an encoder that stays as it is.
 */
import { Command } from 'commander';
import { encodeWeights, inputError, recipeOf, resolveNetwork, type Weights } from 'latent-plane';
import { type Model, openModel } from '../models/index.ts';
import type { RunOutcome, Sitting } from '../runs/carry-out.ts';
import { describeDataset } from '../runs/data.ts';
import { checkVacant, readConfig } from '../runs/folder.ts';
import { beginRun, resumeRun } from '../runs/lifecycle.ts';
import { checkSameRun, DEFAULT_DATASET, defaultFolder, planRun, portableDataset, recordedPath } from '../runs/plan.ts';
import { tunedNetwork } from '../runs/tuned-network.ts';
import { settingsHelp } from './recipe-options.ts';
import { addTrainingOptions, askedFor, folderOf, sit, type TrainingFlags, tellOutcome } from './training.ts';

interface TuneFlags extends TrainingFlags {
  readonly decoder?: string;
}

const encoderWeights = ({ network, weights }: Model): Weights => {
  const { parameters } = network.parts[0];
  return new Map([...weights].filter(([name]) => parameters.some((parameter) => parameter.name === name)));
};

const begin = async (
  argument: string,
  model: Model,
  folder: string,
  flags: TuneFlags,
  sitting: Sitting,
): Promise<RunOutcome> => {
  await checkVacant(folder);
  const decoder = flags.decoder ?? '';
  const network = tunedNetwork(model.spec, decoder);
  const data = portableDataset(flags.dataset ?? DEFAULT_DATASET);
  const dataset = await sitting.loadDataset(data);
  const origin = { model: model.id === argument ? argument : recordedPath(model.path), sha256: model.weightsSha256 };
  const config = planRun(
    { command: 'tune-decoder', network, encoder: origin, decoder },
    flags,
    describeDataset(data, dataset),
    sitting.runtime,
  );
  const encoder = encodeWeights(resolveNetwork(network).parameters, encoderWeights(model), {
    id: model.id,
    epoch: model.epoch,
  });
  return beginRun(folder, config, dataset, sitting, { encoder });
};

const run = async (argument: string, given: TuneFlags): Promise<void> => {
  const flags = askedFor(given);
  if (flags.decoder === undefined) {
    throw inputError(
      'invalid-option',
      '--decoder: expected the id of a network whose decoder is to be trained, got none; for example --decoder dense-2',
    );
  }
  const model = await openModel(argument);
  const network = tunedNetwork(model.spec, flags.decoder);
  const folder = folderOf(flags) ?? defaultFolder(network.id, recipeOf(network, flags));
  const outcome = await sit(async (sitting) =>
    flags.resume && (await readConfig(folder))
      ? resumeRun(folder, sitting, (config) => checkSameRun(folder, config, flags, network.id))
      : begin(argument, model, folder, flags, sitting),
  );
  if (outcome) await tellOutcome(folder, outcome, flags.json);
};

const EXAMPLES = `
Examples:
  npx latent tune-decoder convdense-2 --decoder dense-2
  npx latent tune-decoder runs/mine --decoder dense-1 --epochs 50 --out runs/mine-tuned
  npx latent train --resume runs/mine-tuned

The recipe's validation split decides how much is held out; the result holds the encoder and the new decoder.`;

/** The command `tune-decoder`. */
export const tuneDecoderCommand = (): Command =>
  addTrainingOptions(new Command('tune-decoder'))
    .description('train a new decoder on the codes of a frozen encoder')
    .argument('<model>', 'model whose encoder stays as it is: an id, a run folder or a model file')
    .option('--decoder <id>', 'network of the zoo whose decoder layers are trained anew')
    .option('--resume [dir]', 'go on with the run in DIR, or in --out')
    .addHelpText('after', () => `${settingsHelp()}${EXAMPLES}`)
    .action(run);
