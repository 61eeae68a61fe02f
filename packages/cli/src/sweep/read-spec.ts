/**
 * A sweep's file, and `--grid` on the command line.
 *
 * In: YAML text, words. Out: a checked specification, or an error that names file, line and column of each fault.
 */
import { dirname, isAbsolute, join } from 'node:path';
import { checkSweepSpec, type ErrorPlace, LatentError, type SpecFault, type SweepSpec } from 'latent-plane';
import { inputError, isRecord, readYaml, withFacts } from 'latent-plane/internal';
import { looksLikeFile } from '../networks/find.ts';

const scalar = (word: string): unknown => {
  if (word === 'true' || word === 'false') return word === 'true';
  return word !== '' && Number.isFinite(Number(word)) ? Number(word) : word;
};

/** `seeds=1..5`, `learningRate=0.001,0.01`, `networks=dense-1`. @throws LatentError (input) `invalid-option`. */
export const parseGridWord = (word: string): readonly [string, unknown] => {
  const at = word.indexOf('=');
  const values = word.slice(at + 1);
  if (at < 1 || values === '')
    throw inputError('invalid-option', {
      at: { option: '--grid' },
      expected: 'FIELD=VALUES such as seeds=1..5',
      got: `"${word}"`,
    });
  const range = /^(\d+)\.\.(\d+)$/.exec(values);
  const list = values.split(',').map(scalar);
  return [
    word.slice(0, at),
    range ? { from: Number(range[1]), to: Number(range[2]), step: 1 } : list.length === 1 ? list[0] : list,
  ];
};

/** `s.yaml:3:5` */
const placeText = ({ file = '', line, column }: ErrorPlace): string =>
  line === undefined ? file : `${file}:${line}:${column}`;

/** Paths of networks in a sweep's file are beside that file. */
const besideFile = (path: string, word: unknown): unknown =>
  typeof word === 'string' && looksLikeFile(word) && !isAbsolute(word) ? join(dirname(path), word) : word;

const withPaths = (path: string, fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const { networks, network, tune, runs } = fields;
  const within = (value: unknown, name: string): unknown =>
    isRecord(value) && name in value ? { ...value, [name]: besideFile(path, value[name]) } : value;
  const others = {
    networks: Array.isArray(networks) ? networks.map((one) => besideFile(path, one)) : besideFile(path, networks),
    network: within(network, 'from'),
    tune: within(tune, 'decoder'),
    runs: Array.isArray(runs) ? runs.map((row) => (isRecord(row) ? withPaths(path, row) : row)) : runs,
  };
  return { ...fields, ...Object.fromEntries(Object.entries(others).filter(([name]) => name in fields)) };
};

/** `epochs`, or within a row `runs[2].epochs`; an entry of a list is told by its place alone. */
const fieldOf = (path: SpecFault['path']): string =>
  path.length < 3
    ? String(path[0])
    : path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${key}`), '').slice(1);

const sentence = (fault: SpecFault, place: string): string =>
  `${place}: ${fault.path.length > 0 ? `${fieldOf(fault.path)}: ` : ''}expected ${fault.expected}, got ${fault.got}`;

/** `runs[0].like` as keys. */
const keysOf = (path: string): SpecFault['path'] =>
  path
    .split(/[.[\]]+/)
    .filter((key) => key !== '')
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));

/** Where a sweep's file says what a fault names: a field by its path, or that of one row alone; null where none does. */
const pathOfFault = (value: Readonly<Record<string, unknown>>, name: string): SpecFault['path'] | null => {
  const [first, second] = keysOf(name);
  const settings = [name, String(first)];
  const own = settings.find((key) => Object.hasOwn(value, key));
  if (own !== undefined) return typeof second === 'number' || own === first ? keysOf(name) : [own];
  const rows: readonly unknown[] = Array.isArray(value.runs) ? value.runs : [];
  const [said, ...others] = rows.flatMap((row, i): SpecFault['path'][] => {
    if (!isRecord(row)) return [];
    const key = settings.find((setting) => Object.hasOwn(row, setting));
    return key === undefined && row.name !== name ? [] : [['runs', i, ...(key === undefined ? [] : [key])]];
  });
  return said === undefined ? null : others.length === 0 ? said : ['runs'];
};

/**
 * The same error with the line of the sweep's file that it comes of, where its jobs cannot be made.
 *
 * @param grid - what was said on the command line is not in the file.
 */
export const inSweepFile = (
  error: unknown,
  file: { readonly path: string; readonly text: string } | null,
  grid: readonly string[] = [],
): unknown => {
  if (!(error instanceof LatentError) || error.kind !== 'input' || error.at?.file !== undefined) return error;
  const name = error.at?.field ?? error.at?.subject;
  if (name === undefined) return error;
  if (grid.some((word) => [name, name.split('.')[0]].includes(parseGridWord(word)[0])))
    return withFacts(error, { at: { option: '--grid' } });
  const yaml = file && readYaml(file.text, file.path, 'invalid-sweep');
  const path = yaml && isRecord(yaml.value) ? pathOfFault(yaml.value, name) : null;
  return yaml === null ? error : withFacts(error, { at: path === null ? { file: file?.path } : yaml.placeOf(path) });
};

/**
 * Reads a sweep; what `--grid` says takes the place of the file's field.
 *
 * @param file - null where all is on the command line.
 * @throws LatentError (input) `invalid-sweep` with each fault and its line, `invalid-option`.
 */
export const readSpec = (
  file: { readonly path: string; readonly text: string } | null,
  grid: readonly string[] = [],
): SweepSpec => {
  const yaml = file && readYaml(file.text, file.path, 'invalid-sweep');
  const given = Object.fromEntries(grid.map(parseGridWord));
  if (yaml && !isRecord(yaml.value))
    throw inputError('invalid-sweep', {
      at: { subject: `${file.path}:1` },
      expected: 'fields such as `networks: [mine.yaml]`',
      got: 'none',
    });
  const checked = checkSweepSpec({
    ...(yaml && isRecord(yaml.value) ? withPaths(file.path, yaml.value) : {}),
    ...given,
  });
  if (!checked.faults) return checked.spec;
  const places = checked.faults.map((fault) => {
    const onCommandLine = fault.path.length > 0 && Object.hasOwn(given, fault.path[0]);
    return sentence(fault, !yaml || onCommandLine ? '--grid' : placeText(yaml.placeOf(fault.path)));
  });
  throw inputError('invalid-sweep', { problem: places.join('\n'), hint: 'See: npx latent sweep --help' });
};
