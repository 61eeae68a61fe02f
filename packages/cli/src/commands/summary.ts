/**
 * `latent summary`: a network layer by layer. It need not be trained.
 */
import { Command } from 'commander';
import { type NetworkSummary, summarize } from 'latent-plane';
import { print, printJson } from '../console.ts';
import { findWritten, openNetwork } from '../networks/find.ts';
import { addModelOptions, DECODER_ARGUMENT, isTold, type ModelFlags, openGiven, withModel } from './model-arguments.ts';
import { summaryText } from './summary-text.ts';

interface SummaryFlags extends ModelFlags {
  readonly json?: boolean;
}

const summaryOf = async (argument: string, flags: ModelFlags): Promise<NetworkSummary> => {
  const written = isTold(flags) ? null : await findWritten(argument);
  if (written !== null) return summarize(written.spec);
  const { spec, network } = isTold(flags) ? await openGiven(argument, flags) : await openNetwork(argument);
  // A file may hold one part alone.
  return summarize(
    spec,
    network.parts.map(({ name }) => name),
  );
};

const run = async (argument: string, flags: SummaryFlags): Promise<void> => {
  const summary = await summaryOf(argument, flags);
  if (flags.json) printJson(summary);
  else print(summaryText(summary));
};

/** The command `summary`. */
export const summaryCommand = (): Command =>
  addModelOptions(new Command('summary'))
    .description('list the layers of a network: shapes, neurons, parameters, activations')
    .argument(
      '<model>',
      'network of the zoo, trained or not, a network file (.yaml, .json), a run folder or a model file',
    )
    .argument('[decoder]', DECODER_ARGUMENT)
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      '\nExamples:\n  npx latent summary convdense-2\n  npx latent summary mine.yaml\n  npx latent summary some.keras',
    )
    .action(withModel(run));
