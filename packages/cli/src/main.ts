/**
 * The program `latent`: finds the command, and turns whatever is thrown into words and an exit code.
 */
import { Command, CommanderError, Help } from 'commander';
import { inputError } from 'latent-plane/internal';
import { EXIT, exitCodeOf, printError } from './console.ts';
import { systemCode, systemFailure } from './files/file-system.ts';
import { OUTLINES } from './outlines.generated.ts';
import { packageVersion } from './places.ts';
import { onStop, wasAskedToStop } from './signals.ts';
import { VERBS } from './verbs.ts';

const DEBUG = '--debug';

/** Beside the longest verb with its arguments, in a terminal of 80 columns. */
const LEAST_HELP_COLUMNS = 30;

/** Commander's errors come to us, instead of ending the process with a code of its own; they name the command's help. */
const throwing = (command: Command, path = command.name()): Command => {
  command.exitOverride((error) => {
    throw isDone(error) ? error : asInputError(error, path);
  });
  command.configureHelp({ showGlobalOptions: true, minWidthToWrap: LEAST_HELP_COLUMNS });
  command.configureOutput({ outputError: () => undefined });
  command.showSuggestionAfterError(true);
  for (const child of command.commands) throwing(child, `${path} ${child.name()}`);
  return command;
};

/** Without it no path means anything. @throws LatentError (input) `no-folder` where the folder called in is gone. */
const requireWorkingFolder = (): void => {
  try {
    process.cwd();
  } catch (cause) {
    throw inputError(
      'no-folder',
      { problem: 'the folder that this was called in is gone', hint: 'change into another' },
      { cause },
    );
  }
};

/** A verb as the help of the program tells it, and no more. */
const outlined = (name: string): Command => new Command(name).description(OUTLINES[name]?.description ?? '');

/**
 * The command line.
 *
 * @param isWanted - which verbs are loaded; of others there is what the help of the program says. All where absent, for tests.
 */
export const createProgram = async (isWanted: (verb: string) => boolean = () => true): Promise<Command> => {
  const program = new Command('latent')
    .description('Autoencoders: train and evaluate them, find what went wrong, explore the planes of their codes.')
    .version(packageVersion(), '--version', 'print the version')
    .option(DEBUG, 'print a stack trace with an error')
    .addHelpText(
      'after',
      '\nEvery command has --help with examples. Exit codes: 0 done, 1 the work failed,\n2 wrong input or arguments, 130 interrupted.',
    );
  program.hook('preAction', requireWorkingFolder);
  for (const [name, load] of Object.entries(VERBS)) program.addCommand(isWanted(name) ? await load() : outlined(name));
  throwing(program);
  const { subcommandTerm } = Help.prototype;
  return program.configureHelp({
    ...program.configureHelp(),
    subcommandTerm: (command) => OUTLINES[command.name()]?.term ?? subcommandTerm.call(new Help(), command),
  });
};

/** `error: unknown option '--epoch'\n(Did you mean --epochs?)` in our form. */
const asInputError = ({ message }: CommanderError, path: string): unknown => {
  const text = message.replace(/^error: /, '').replace(/\n?\((Did you mean [^)]*)\)/, '; $1');
  return inputError('arguments', { problem: text, hint: `See: npx ${path} --help` });
};

const isDone = ({ code }: CommanderError): boolean =>
  code === 'commander.helpDisplayed' || code === 'commander.version' || code === 'commander.help';

/** `help train` as `train --help`; commander shows the whole program's help for a command that there is not. */
const normalised = (words: readonly string[], program: Command): readonly string[] => {
  const [first, second] = words;
  const asked = first === 'help' && second !== undefined ? [second, '--help'] : words;
  const known =
    asked[0].startsWith('-') || [...program.commands.map((command) => command.name()), 'help'].includes(asked[0]);
  return known ? asked : [asked[0]];
};

let outputsWatched = false;

/** Decides what becomes of output that nobody takes any more; once, since a test runs the program many times. */
const watchOutputs = (debug: boolean): void => {
  if (outputsWatched) return;
  outputsWatched = true;
  process.stdout.on('error', (error) => {
    // A terminal that has closed is no failure of what was saved before.
    if (wasAskedToStop()) process.exit(EXIT.interrupted);
    // A reader that has seen enough (`latent zoo | head`) is no failure.
    if (systemCode(error) === 'EPIPE') process.exit(EXIT.done);
    printError(error, { debug });
    process.exit(EXIT.workFailed);
  });
  // A note that reaches nobody must not end a training that still has to save.
  process.stderr.on('error', () => undefined);
};

/**
 * Runs the program.
 *
 * @param words - without node and script.
 * @returns the exit code, also set on the process.
 */
export const main = async (words: readonly string[]): Promise<number> => {
  const debug = words.includes(DEBUG);
  watchOutputs(debug);
  // Commands that have something to save hear of it first.
  const release = onStop(() => process.exit(EXIT.interrupted));
  try {
    const rest = words.filter((word) => word !== DEBUG);
    const program = await createProgram((verb) => rest.includes(verb));
    if (rest.length === 0) program.outputHelp();
    else await program.parseAsync([...normalised(rest, program)], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // `--help` and `--version` end so; everything else has become an error of ours.
      return EXIT.done;
    }
    const told = systemFailure(error);
    printError(told, { debug });
    process.exitCode = exitCodeOf(told);
  } finally {
    release();
  }
  return Number(process.exitCode ?? EXIT.done);
};
