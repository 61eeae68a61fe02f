/**
 * A sweep's file, and `--grid` on the command line.
 *
 * In: YAML text, words. Out: a checked specification, or an error that names file, line and column of each fault.
 */
import { checkSweepSpec, type SpecFault, type SweepSpec } from 'latent-plane';
import { inputError, isRecord, reasonOf } from 'latent-plane/internal';
import { LineCounter, parseDocument } from 'yaml';

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

const readYaml = (text: string, file: string) => {
  const lines = new LineCounter();
  // An alias can make a kilobyte of text a gigabyte of data.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: false });
  const place = (offset: number | undefined): string => {
    if (offset === undefined) return file;
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error)
    throw inputError('invalid-sweep', {
      at: { subject: place(error.pos[0]) },
      expected: 'YAML',
      got: `a fault: ${error.message}`,
    });
  const rangeOf = (path: readonly (string | number)[]): number | undefined => {
    const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
  };
  const toData = (): unknown => {
    try {
      return document.toJS({ maxAliasCount: 100 });
    } catch (cause) {
      const reason = reasonOf(cause);
      throw inputError(
        'invalid-sweep',
        { at: { file }, expected: 'plain fields', got: `aliases that cannot be followed: ${reason}` },
        {
          cause,
        },
      );
    }
  };
  return {
    value: toData(),
    placeOf: (path: readonly (string | number)[]): string => place(rangeOf(path)),
  };
};

/** `epochs`, or within a row `runs[2].epochs`; an entry of a list is told by its place alone. */
const fieldOf = (path: SpecFault['path']): string =>
  path.length < 3
    ? String(path[0])
    : path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${key}`), '').slice(1);

const sentence = (fault: SpecFault, place: string): string =>
  `${place}: ${fault.path.length > 0 ? `${fieldOf(fault.path)}: ` : ''}expected ${fault.expected}, got ${fault.got}`;

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
  const yaml = file && readYaml(file.text, file.path);
  const given = Object.fromEntries(grid.map(parseGridWord));
  if (yaml && !isRecord(yaml.value))
    throw inputError('invalid-sweep', {
      at: { subject: `${file.path}:1` },
      expected: 'fields such as `networks: [dense-1]`',
      got: 'none',
    });
  const checked = checkSweepSpec({ ...(yaml && isRecord(yaml.value) ? yaml.value : {}), ...given });
  if (!checked.faults) return checked.spec;
  const places = checked.faults.map((fault) => {
    const onCommandLine = fault.path.length > 0 && Object.hasOwn(given, fault.path[0]);
    return sentence(fault, !yaml || onCommandLine ? '--grid' : yaml.placeOf(fault.path));
  });
  throw inputError('invalid-sweep', { problem: places.join('\n'), hint: 'See: npx latent sweep --help' });
};
