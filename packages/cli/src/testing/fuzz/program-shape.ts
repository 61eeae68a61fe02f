/** Which verbs, arguments and options the program has, as data, so that nothing about it is written twice. */
import type { Command } from 'commander';

export interface OptionShape {
  /** `--epochs`, `--no-shuffle`. */
  readonly long: string;
  /** Whether a value follows. */
  readonly value: 'none' | 'optional' | 'required';
  /** Whether the verb refuses to run without it. */
  readonly mandatory: boolean;
}

export interface ArgumentShape {
  readonly name: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

export interface VerbShape {
  /** `train`; of a verb below a verb both words. */
  readonly name: string;
  readonly arguments: readonly ArgumentShape[];
  readonly options: readonly OptionShape[];
}

const optionsOf = ({ options }: Command): OptionShape[] =>
  options.map(({ long, short, required, optional, mandatory }) => ({
    long: long ?? short ?? '',
    value: required ? 'required' : optional ? 'optional' : 'none',
    mandatory,
  }));

const verbsBelow = (command: Command, before: readonly string[]): VerbShape[] =>
  command.commands.flatMap((child) => {
    const words = [...before, child.name()];
    const own: VerbShape = {
      name: words.join(' '),
      arguments: child.registeredArguments.map((argument) => ({
        name: argument.name(),
        required: argument.required,
        variadic: argument.variadic,
      })),
      options: optionsOf(child),
    };
    // A verb that takes arguments does something itself, whatever is below it.
    const isGroup = child.commands.length > 0 && child.registeredArguments.length === 0;
    return [...(isGroup ? [] : [own]), ...verbsBelow(child, words)];
  });

/** Every verb of a program, in the order of its help. */
export const verbsOf = (program: Command): readonly VerbShape[] => verbsBelow(program, []);

/** The options that stand before or after any verb. */
export const globalOptionsOf = (program: Command): readonly OptionShape[] => optionsOf(program);
