/**
 * `latent summary`: a network layer by layer. It need not be trained.
 */
import { Command } from 'commander';
import { type NetworkSummary, summarize } from 'latent-plane';
import { print, printJson } from '../console.ts';
import { findWritten, openNetwork } from '../networks/find.ts';
import { summaryText } from './summary-text.ts';

const summaryOf = async (argument: string): Promise<NetworkSummary> => {
  const written = await findWritten(argument);
  if (written !== null) return summarize(written.spec);
  const { spec, network } = await openNetwork(argument);
  // A file may hold one part alone.
  return summarize(
    spec,
    network.parts.map(({ name }) => name),
  );
};

/** The command `summary`. */
export const summaryCommand = (): Command =>
  new Command('summary')
    .description('list the layers of a network: shapes, neurons, parameters, activations')
    .argument(
      '<model>',
      'network of the zoo, trained or not, a network file (.yaml, .json), a run folder or a model file',
    )
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      '\nExamples:\n  npx latent summary convdense-2\n  npx latent summary mine.yaml\n  npx latent summary some.keras',
    )
    .action(async (argument: string, { json = false }: { readonly json?: boolean }) => {
      const summary = await summaryOf(argument);
      if (json) printJson(summary);
      else print(summaryText(summary));
    });
