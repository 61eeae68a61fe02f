/**
 * `latent summary`: a network layer by layer. It need not be trained.
 */
import { Command } from 'commander';
import { formatSummary, type NetworkSpec, networks, summarize } from 'latent-plane';
import { print, printJson } from '../console.ts';
import { openModel } from '../models/index.ts';

const specOf = async (argument: string): Promise<NetworkSpec> =>
  networks.find(({ id }) => id === argument) ?? (await openModel(argument)).spec;

/** The command `summary`. */
export const summaryCommand = (): Command =>
  new Command('summary')
    .description('list the layers of a network: shapes, neurons, parameters, activations')
    .argument('<model>', 'network of the zoo, trained or not, or a run folder')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', '\nExample:\n  npx latent summary convdense-2')
    .action(async (argument: string, { json = false }: { readonly json?: boolean }) => {
      const summary = summarize(await specOf(argument));
      if (json) printJson(summary);
      else print(formatSummary(summary));
    });
