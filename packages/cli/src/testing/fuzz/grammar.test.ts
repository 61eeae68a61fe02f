/** The grammar of command lines covers the program: a verb, an argument or an option that it does not know fails here. */
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../main.ts';
import { commandLine } from './command-line.ts';
import { ARGUMENT_VALUES, argumentValue, OPTION_VALUES, optionValue } from './option-values.ts';
import { verbsOf } from './program-shape.ts';
import { NEVER_VALID, VALID_FORMS } from './valid-forms.ts';

const verbs = verbsOf(await createProgram());
const LINES = 150 * verbs.length;
const lines = Array.from({ length: LINES }, (_, index) => commandLine(1, index, verbs));

describe('the grammar of command lines', () => {
  it('knows every verb of the program, and no other', () => {
    expect(Object.keys(VALID_FORMS).sort()).toEqual(verbs.map(({ name }) => name).sort());
  });

  it('has values for every argument of the program, and for no other', () => {
    const known = verbs.flatMap((verb) => verb.arguments.map(({ name }) => `${verb.name} ${name}`));
    expect(Object.keys(ARGUMENT_VALUES).sort()).toEqual(known.sort());
  });

  it('has values for every option of the program that takes one', () => {
    const missing = verbs.flatMap((verb) =>
      verb.options.flatMap(({ long, value }) =>
        value === 'none' || optionValue(verb.name, long) ? [] : [`${verb.name} ${long}`],
      ),
    );
    expect(missing).toEqual([]);
  });

  it('has no values for options that there are not', () => {
    const known = new Set(
      verbs.flatMap(({ name, options }) => options.flatMap(({ long }) => [long, `${name} ${long}`])),
    );
    expect(Object.keys(OPTION_VALUES).filter((key) => !known.has(key))).toEqual([]);
    expect(Object.keys(NEVER_VALID).filter((key) => !known.has(key))).toEqual([]);
  });

  it('tells of a verb, an argument and an option that it does not know', () => {
    const program = new Command('latent');
    program.addCommand(new Command('dream').argument('<model>', '').option('--depth <n>', ''));
    const [dream] = verbsOf(program);
    expect(dream).toEqual({
      name: 'dream',
      arguments: [{ name: 'model', required: true, variadic: false }],
      options: [{ long: '--depth', value: 'required', mandatory: false }],
    });
    expect(VALID_FORMS.dream).toBeUndefined();
    expect(argumentValue('dream', 'model')).toBeUndefined();
    expect(optionValue('dream', '--depth')).toBeUndefined();
    expect(() => commandLine(1, 0, [dream])).toThrow('dream: expected a form of a valid line');
  });

  it('takes verbs below verbs for verbs', () => {
    const program = new Command('latent');
    program.addCommand(new Command('data').addCommand(new Command('pack').argument('<dir>', '')));
    expect(verbsOf(program).map(({ name }) => name)).toEqual(['data pack']);
    const both = new Command('data').argument('[dataset]', '').addCommand(new Command('pack'));
    expect(verbsOf(new Command('latent').addCommand(both)).map(({ name }) => name)).toEqual(['data', 'data pack']);
  });
});

describe('150 lines of it for each verb', () => {
  const uses = (long: string, verb: string, onlyValid: boolean): boolean =>
    lines.some(
      ({ verb: own, words, intent }) =>
        own === verb &&
        (!onlyValid || intent === 'valid') &&
        words.some((word) => word === long || word.startsWith(`${long}=`)),
    );

  it('are valid by a third', () => {
    const valid = lines.filter(({ intent }) => intent === 'valid').length;
    expect(valid / LINES).toBeCloseTo(1 / 3, 2);
  });

  it('have every option of every verb in a valid line, but for those that cannot be in one', () => {
    const unused = verbs.flatMap(({ name, options }) =>
      options.filter(({ long }) => !uses(long, name, true)).map(({ long }) => `${name} ${long}`),
    );
    expect(unused.sort()).toEqual(Object.keys(NEVER_VALID).sort());
  });

  it('have every option of every verb in some line', () => {
    const unused = verbs.flatMap(({ name, options }) =>
      options.filter(({ long }) => !uses(long, name, false)).map(({ long }) => `${name} ${long}`),
    );
    expect(unused).toEqual([]);
  });

  it('are the same lines again from the same seed, and others from another', () => {
    expect(commandLine(1, 77, verbs)).toEqual(lines[77]);
    expect(lines.map(({ words }) => words.join(' '))).not.toEqual(
      Array.from({ length: LINES }, (_, index) => commandLine(2, index, verbs).words.join(' ')),
    );
  });
});
