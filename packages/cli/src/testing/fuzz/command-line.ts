/**
 * Command lines drawn at random from what the program offers. A third is valid, a third is valid but for one or two
 * faults, a third is made of words of the right kinds in the wrong places.
 */
import { Dice } from '../../data/testing.ts';
import { argumentValue, optionValue } from './option-values.ts';
import type { OptionShape, VerbShape } from './program-shape.ts';
import { type Form, VALID_FORMS } from './valid-forms.ts';
import type { ValueKind } from './values.ts';

export type Intent = 'valid' | 'faulty' | 'wild';
const INTENTS: readonly Intent[] = ['valid', 'faulty', 'wild'];

export interface CommandLine {
  readonly index: number;
  readonly verb: string;
  readonly intent: Intent;
  readonly words: readonly string[];
  /** Exit codes that are in order. */
  readonly ends: readonly number[];
  /** It continues until it is interrupted, once it has said this. */
  readonly stopAt?: RegExp;
}

/** A line before it is words. */
interface Draft {
  readonly verb: string;
  readonly arguments: readonly string[];
  readonly options: readonly (readonly [long: string, value: string | null])[];
}

const ANY_END = [0, 1, 2, 130];

const kindOf = (kind: ValueKind | undefined, what: string): ValueKind => {
  if (kind) return kind;
  throw new Error(`${what}: expected a kind of value in option-values.ts, found none`);
};

const valueFor = (verb: string, { long }: OptionShape): ValueKind =>
  kindOf(optionValue(verb, long), `option ${long} of ${verb}`);

const shapeOf = (verb: VerbShape, long: string): OptionShape => {
  const found = verb.options.find((option) => option.long === long);
  if (found) return found;
  throw new Error(`${verb.name} ${long}: expected an option of the program, found none`);
};

const isOptionOf = (verb: VerbShape, long: string): boolean => verb.options.some((option) => option.long === long);

const goodOption = (verb: VerbShape, long: string, dice: Dice): readonly [string, string | null] => {
  const shape = shapeOf(verb, long);
  return [long, shape.value === 'none' ? null : valueFor(verb.name, shape).good(dice)];
};

const goodArguments = (verb: VerbShape, form: Form, dice: Dice): string[] => {
  if (form.arguments) return form.arguments.map((kind) => kind.good(dice));
  // A whole model has no second file.
  const own = verb.arguments.filter(({ name }) => name !== 'decoder');
  return own.flatMap(({ name, variadic }) => {
    const kind = kindOf(argumentValue(verb.name, name), `argument ${name} of ${verb.name}`);
    return Array.from({ length: variadic ? 1 + dice.roll(2) : 1 }, () => kind.good(dice));
  });
};

const validDraft = (verb: VerbShape, form: Form, dice: Dice): Draft => {
  const has = Object.entries(form.has ?? {}).map(([long, kind]): readonly [string, string | null] => {
    if (kind === 'flag') return [long, null];
    return kind === 'usual' ? goodOption(verb, long, dice) : [long, kind.good(dice)];
  });
  const may = (form.may ?? []).filter(() => dice.roll(5) < 2).map((long) => goodOption(verb, long, dice));
  return { verb: verb.name, arguments: goodArguments(verb, form, dice), options: [...has, ...may] };
};

type Fault = (draft: Draft, verb: VerbShape, dice: Dice, verbs: readonly VerbShape[]) => Draft;

const replaced = <T>(list: readonly T[], at: number, value: T): T[] => list.map((each, i) => (i === at ? value : each));
const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);

const badOption = (verb: VerbShape, dice: Dice): readonly [string, string | null] | null => {
  const shape = verb.options.length > 0 ? dice.pick(verb.options) : null;
  if (!shape) return null;
  return [shape.long, shape.value === 'none' ? dice.pick([null, '1']) : valueFor(verb.name, shape).bad(dice)];
};

const argumentKind = (verb: VerbShape, at: number): ValueKind | undefined => {
  const argument = verb.arguments[Math.min(at, verb.arguments.length - 1)];
  return argument && argumentValue(verb.name, argument.name);
};

const misspelled = (word: string, dice: Dice): string => {
  const at = dice.roll(word.length);
  return dice.pick([word.slice(0, at) + word.slice(at + 1), `${word}s`, word.toUpperCase(), word.replaceAll('-', '_')]);
};

/** What goes wrong on a command line, each once. */
const FAULTS: readonly Fault[] = [
  // A value that its option refuses; twice in the list, since it is what happens most.
  (draft, verb, dice) => withBadValue(draft, verb, dice),
  (draft, verb, dice) => withBadValue(draft, verb, dice),
  // A place to write to where nothing of ours has any business; as often, since it is what costs most.
  (draft, verb, dice) => withBadOutput(draft, verb, dice),
  (draft, verb, dice) => withBadOutput(draft, verb, dice),
  // An option more, with a value that it refuses.
  (draft, verb, dice) => {
    const bad = badOption(verb, dice);
    return bad ? { ...draft, options: [...draft.options, bad] } : draft;
  },
  // A wrong argument.
  (draft, verb, dice) => {
    const at = dice.roll(draft.arguments.length);
    const kind = argumentKind(verb, at);
    if (!kind) return { ...draft, arguments: [...draft.arguments, 'more'] };
    return { ...draft, arguments: replaced(draft.arguments, at, kind.bad(dice)) };
  },
  // One argument too many, or one missing.
  (draft, _, dice) =>
    dice.roll(2) === 0
      ? { ...draft, arguments: [...draft.arguments, 'more'] }
      : { ...draft, arguments: draft.arguments.slice(1) },
  // An option is missing.
  (draft, _, dice) => ({ ...draft, options: without(draft.options, dice.roll(draft.options.length)) }),
  // The value of an option is missing.
  (draft, _, dice) => {
    const at = dice.roll(draft.options.length);
    return { ...draft, options: draft.options.map(([long, value], i) => [long, i === at ? null : value]) };
  },
  // An option twice.
  (draft, verb, dice) => {
    const known = draft.options.filter(([long]) => isOptionOf(verb, long));
    if (known.length === 0) return draft;
    return { ...draft, options: [...draft.options, goodOption(verb, dice.pick(known)[0], dice)] };
  },
  // An option of another verb.
  (draft, _, dice, verbs) => {
    const other = dice.pick(verbs);
    if (other.options.length === 0) return draft;
    return { ...draft, options: [...draft.options, goodOption(other, dice.pick(other.options).long, dice)] };
  },
  // A misspelled option, or one that there is not.
  (draft, _, dice) => {
    if (draft.options.length === 0) return { ...draft, options: [[dice.pick(['--nonsense', '-x', '--=1']), null]] };
    const at = dice.roll(draft.options.length);
    const [long, value] = draft.options[at];
    return { ...draft, options: replaced(draft.options, at, [`--${misspelled(long.slice(2), dice)}`, value]) };
  },
  // A misspelled verb, or none.
  (draft, _, dice) => ({ ...draft, verb: dice.pick([misspelled(draft.verb, dice), '', '--', 'help']) }),
];

const withBadValue = (draft: Draft, verb: VerbShape, dice: Dice): Draft => {
  const takesValue = (long: string): boolean =>
    verb.options.some((each) => each.long === long && each.value !== 'none');
  const open = draft.options.flatMap(([long, value], at) => (value !== null && takesValue(long) ? [at] : []));
  if (open.length === 0) return { ...draft, options: [...draft.options, ['--nonsense', null]] };
  const at = dice.pick(open);
  const [long] = draft.options[at];
  return { ...draft, options: replaced(draft.options, at, [long, valueFor(verb.name, shapeOf(verb, long)).bad(dice)]) };
};

const withBadOutput = (draft: Draft, verb: VerbShape, dice: Dice): Draft => {
  const outputs = verb.options.filter(({ long }) => optionValue(verb.name, long)?.writes);
  if (outputs.length === 0) return withBadValue(draft, verb, dice);
  const named = outputs.filter(({ long }) => draft.options.some(([option]) => option === long));
  const output = dice.pick(named.length > 0 ? named : outputs);
  const others = draft.options.filter(([option]) => option !== output.long);
  return { ...draft, options: [...others, [output.long, valueFor(verb.name, output).bad(dice)]] };
};

/** Words of the right kinds, good and bad, without regard to what belongs together. */
const wildDraft = (verb: VerbShape, dice: Dice): Draft => {
  const options = Array.from({ length: dice.roll(6) }, (): readonly [string, string | null] => {
    const bad = dice.roll(3) === 0 ? badOption(verb, dice) : null;
    if (bad) return bad;
    return verb.options.length > 0 ? goodOption(verb, dice.pick(verb.options).long, dice) : ['--json', null];
  });
  const words = Array.from({ length: dice.roll(4) }, (_, at) => {
    const kind = argumentKind(verb, at);
    if (!kind) return 'more';
    return dice.roll(3) === 0 ? kind.bad(dice) : kind.good(dice);
  });
  return { verb: verb.name, arguments: words, options };
};

/** Options before or after the arguments, in any order, as `--option value` or `--option=value`. */
const wordsOf = (draft: Draft, verb: VerbShape, dice: Dice): string[] => {
  const isBare = ([long, value]: Draft['options'][number]): boolean =>
    value === null && verb.options.some((option) => option.long === long && option.value === 'optional');
  const shuffled = draft.options
    .map((option) => ({ option, order: dice.roll(1 << 16) }))
    .sort((a, b) => a.order - b.order)
    .map(({ option }) => option);
  // An option whose value may be absent would take the next word for it, unless that is an option.
  const ordered = [...shuffled.filter((option) => !isBare(option)), ...shuffled.filter(isBare)];
  const options = ordered.flatMap(([long, value]) => {
    if (value === null) return [long];
    return dice.roll(4) === 0 ? [`${long}=${value}`] : [long, value];
  });
  const first = draft.options.some(isBare) || dice.roll(2) === 0;
  return [...draft.verb.split(' '), ...(first ? [...draft.arguments, ...options] : [...options, ...draft.arguments])];
};

/**
 * Draws a line. Verbs and intents take turns, and so do the forms of a verb, so that a few hundred lines have tried each.
 *
 * @param seed - the same seed and index give the same line.
 */
export const commandLine = (seed: number, index: number, verbs: readonly VerbShape[]): CommandLine => {
  const dice = new Dice(seed, 'command-line', index);
  const intent = INTENTS[index % INTENTS.length];
  const turn = Math.floor(index / INTENTS.length);
  const verb = verbs[turn % verbs.length];
  const { forms } = VALID_FORMS[verb.name] ?? { forms: [] };
  if (forms.length === 0)
    throw new Error(`${verb.name}: expected a form of a valid line in valid-forms.ts, found none`);
  const form = forms[Math.floor(turn / verbs.length) % forms.length];
  let draft = intent === 'wild' ? wildDraft(verb, dice) : validDraft(verb, form, dice);
  if (intent === 'faulty')
    for (let faults = 1 + dice.roll(2); faults > 0; faults--) draft = dice.pick(FAULTS)(draft, verb, dice, verbs);
  const words = wordsOf(draft, verb, dice);
  const debug = dice.roll(20) === 0 ? ['--debug'] : [];
  const isValid = intent === 'valid';
  return {
    index,
    verb: verb.name,
    intent,
    words: [...words, ...debug],
    ends: isValid ? (form.ends ?? [0]) : ANY_END,
    stopAt: isValid ? form.stopAt : undefined,
  };
};

/** A line as a person would type it. */
export const shown = ({ words }: Pick<CommandLine, 'words'>): string =>
  ['latent', ...words]
    .map((word) => {
      const short = word.length > 60 ? `${word.slice(0, 20)}...(${word.length} characters)` : word;
      if (/^[\w./:=,@+-]+$/.test(short)) return short;
      return `'${JSON.stringify(short).slice(1, -1).replaceAll("'", "'\\''").replaceAll('\\"', '"')}'`;
    })
    .join(' ');
