/**
 * What a command line says of the code of a model file: which output or layer gives it.
 *
 * In: the options of a command that opens models. Out: the choice, for whoever reads a file. There is one for a process,
 * since a command line is one.
 */
import type { Command } from 'commander';
import type { CodeChoice } from 'latent-plane';
import { inputError } from 'latent-plane/internal';

/** Arguments that name a model. */
const MODELS = /^(model|models|path|network)$/;
/** Verbs whose argument of that name is another thing. */
const OTHERS: readonly string[] = ['train', 'new', 'compare', 'tune-decoder', 'evolve', 'bench'];

let choice: CodeChoice = {};

/** Of the command that runs. */
export const codeChoice = (): CodeChoice => choice;

/** @throws LatentError (input) `invalid-option` where something is chosen of a model that leaves nothing to choose. */
export const requireNoChoice = (argument: string): void => {
  const [option] = [choice.codeOutput && '--code-output', choice.codeLayer && '--code-layer'].filter(Boolean);
  if (option)
    throw inputError('invalid-option', {
      at: { option: `${option}` },
      expected: 'a model file of another program',
      got: `"${argument}", whose code is known`,
      hint: 'leave the option out',
    });
};

/** Gives a command that opens models the options. */
export const withCodeChoice = (command: Command): Command => {
  const opens = command.registeredArguments.some((argument) => MODELS.test(argument.name()));
  if (!opens || OTHERS.includes(command.name())) return command;
  return command
    .option('--code-output <name>', 'output that is the code, of a file with several')
    .option('--code-layer <name>', 'layer that gives the code, of a file that is one autoencoder')
    .hook('preAction', () => {
      const { codeOutput, codeLayer } = command.opts<CodeChoice>();
      choice = { codeOutput, codeLayer };
    });
};
