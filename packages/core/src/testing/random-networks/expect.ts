/** What is held of networks, files and errors, as failures that name what differs. */
import { isDeepStrictEqual } from 'node:util';
import { describePlace, type LatentError, shown } from '../../errors.ts';
import {
  type AutoencoderSpec,
  formatNetworkFile,
  formatSummary,
  type NetworkSpec,
  type Recipe,
  resolveNetwork,
  summarize,
} from '../../network/index.ts';

export const fail = (problem: string): never => {
  throw new Error(problem);
};

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const isNode = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The first place where two values differ: `encoder.2.units: 3, not 4`. */
const difference = (actual: unknown, expected: unknown, path = ''): string => {
  if (isNode(actual) && isNode(expected)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
    const key = keys.find((name) => !isDeepStrictEqual(actual[name], expected[name]));
    if (key !== undefined) return difference(actual[key], expected[key], path === '' ? key : `${path}.${key}`);
  }
  return `${path}: ${shown(actual)}, not ${shown(expected)}`;
};

/** @throws Error with the first difference of two values as JSON has them. */
export const expectEqual = (what: string, actual: unknown, expected: unknown): void => {
  const [a, b] = [plain(actual), plain(expected)];
  if (!isDeepStrictEqual(a, b)) fail(`${what} comes back otherwise: ${difference(a, b)}`);
};

/** What a network's file holds beside its recipe. */
export const withoutRecipes = ({ recipes: _recipes, file: _file, ...rest }: AutoencoderSpec): unknown => rest;

export const fileTextOf = (spec: AutoencoderSpec, recipe: Recipe): string => formatNetworkFile(spec, recipe);

/** The summary is text that names every layer. */
export const expectSummary = (spec: NetworkSpec): void => {
  const text = formatSummary(summarize(spec));
  const names = resolveNetwork(spec).parts.flatMap(({ layers }) => layers.map(({ name }) => name));
  const missing = names.find((name) => !text.includes(name));
  if (missing !== undefined) fail(`the summary does not name "${missing}"`);
};

/** What a refusal does not say though a person has to know it; null for nothing. */
export const expectRefusal = ({ kind, at = {}, hint, expected, facts }: LatentError, step: string): string | null => {
  if (kind !== 'input') return `the refusal is of the kind "${kind}"`;
  const { file, line, network, part, layer, field } = at;
  if (step === 'file' && (file === undefined || line === undefined)) return 'the refusal names no file and line';
  if (step !== 'file' && network === undefined) return 'the refusal names no network';
  if (part === undefined && layer === undefined && field === undefined)
    return `the refusal names neither layer nor field (${describePlace(at)})`;
  if (expected === undefined && facts.problem === undefined) return 'the refusal does not say what is wrong';
  return hint === undefined && expected === undefined ? 'the refusal does not say what to do' : null;
};
