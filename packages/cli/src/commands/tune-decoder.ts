/**
 * `latent tune-decoder`: a new decoder on the codes of an encoder that stays as it is.
 */
import { Command } from 'commander';
import { encodeWeights, recipeOf, resolveNetwork, type Weights } from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import { type Model, openModel } from '../models/index.ts';
import { findNetworkArgument } from '../networks/find.ts';
import { describeDataset } from '../runs/data.ts';
import type { RunContext, RunOutcome } from '../runs/execute-run.ts';
import { readConfig } from '../runs/folder.ts';
import { beginRun, resumeRun } from '../runs/lifecycle.ts';
import {
  checkSameRun,
  DEFAULT_DATASET,
  defaultFolder,
  planRun,
  portableDataset,
  recordedPath,
  withFittingBatch,
} from '../runs/plan.ts';
import { tunedNetwork } from '../runs/tuned-network.ts';
import { settingsHelp } from './recipe-options.ts';
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
  given: string,
  flags: TuneFlags,
  context: RunContext,
): Promise<RunOutcome> => {
  const folder = await requireNewRun(given, flags);
  const decoder = flags.decoder ?? '';
  const network = tunedNetwork(model.spec, (await findNetworkArgument(decoder)).spec);
  const data = portableDataset(flags.dataset ?? DEFAULT_DATASET);
  const dataset = await context.loadDataset(data);
  const origin = { model: model.id === argument ? argument : recordedPath(model.path), sha256: model.weightsSha256 };
  // The encoder goes on with the images that it learned from.
  const preprocessing = model.config?.recipe.preprocessing;
  const takenOver = preprocessing === undefined ? {} : { preprocessing };
  const described = describeDataset(data, dataset);
  const options = withFittingBatch(network, { ...takenOver, ...flags }, described, context.onNote);
  const config = planRun(
    { command: 'tune-decoder', network, encoder: origin, decoder },
    options,
    described,
    context.runtime,
  );
  const encoder = encodeWeights(resolveNetwork(network).parameters, encoderWeights(model), {
    id: model.id,
    epoch: model.epoch,
  });
  return beginRun(folder, config, dataset, context, { encoder });
};

const run = async (argument: string, given: Asked<TuneFlags>): Promise<void> => {
  const flags = await askedFor(given);
  if (flags.decoder === undefined) {
    throw inputError('invalid-option', {
      at: { option: '--decoder' },
      expected: 'the id of a network whose decoder is to be trained',
      got: 'none',
      hint: 'for example --decoder dense-2',
    });
  }
  const model = await openModel(argument);
  const network = tunedNetwork(model.spec, (await findNetworkArgument(flags.decoder)).spec);
  requireFittingRecipe({ spec: network, placeOf: null }, flags, true);
  const folder = folderOf(flags) ?? defaultFolder(network.id, recipeOf(network, flags));
  const outcome = await withRunContext(async (context) =>
    flags.resume && (await readConfig(folder))
      ? resumeRun(folder, context, {
          check: (config) => checkSameRun(folder, config, flags, { id: network.id }),
          epochs: flags.epochs,
        })
      : begin(argument, model, folder, flags, context),
  );
  if (outcome) await tellOutcome(folder, outcome, flags.json);
};

const EXAMPLES = `
Examples:
  npx latent tune-decoder convdense-2 --decoder dense-2
  npx latent tune-decoder runs/mine --decoder dense-1 --out runs/mine-tuned
  npx latent train --resume runs/mine-tuned
  npx latent train --resume runs/mine-tuned --epochs 200

The recipe's validation split decides how much is held out; the result holds the
encoder and the new decoder.`;

/** The command `tune-decoder`. */
export const tuneDecoderCommand = (): Command =>
  addTrainingOptions(new Command('tune-decoder'))
    .description('train a new decoder on the codes of a frozen encoder')
    .argument('<model>', 'model whose encoder stays as it is: an id, a run folder or a model file')
    .option('--decoder <id>', 'network of the zoo, or its file, whose decoder layers are trained anew')
    .addHelpText('after', () => `${settingsHelp()}${EXAMPLES}`)
    .action(run);
