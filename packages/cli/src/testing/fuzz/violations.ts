/** What a command did that none may do: to files, to the terminal, to processes. */
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import type { Ended } from '../run-program.ts';
import { type Change, OWN_FOLDERS, places } from '../sandbox.ts';
import { isTemporaryPath } from '../temporary-paths.ts';
import type { CommandLine } from './command-line.ts';
import { optionValue } from './option-values.ts';
import { VALID_FORMS } from './valid-forms.ts';

export interface Violation {
  readonly kind:
    | 'exit-code'
    | 'valid-line-refused'
    | 'too-slow'
    | 'ignores-interrupt'
    | 'stack-trace'
    | 'internal-error'
    | 'raw-system-error'
    | 'no-error-line'
    | 'control-characters'
    | 'no-json'
    | 'touched'
    | 'refused-but-wrote'
    | 'temporary-left'
    | 'process-left'
    | 'zoo-touched';
  readonly detail: string;
}

const STACK = /^\s+at .+(:\d+:\d+\)?|\(native\)|<anonymous>\)?)$/m;
const INTERNAL = /internal: |This is a fault of Latent Plane|UnhandledPromiseRejection|node:internal|\(node:\d+\)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f]/;

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

const spoken = ({ words, verb }: CommandLine, { code, stdout, stderr }: Ended): Violation[] => {
  const found: Violation[] = [];
  const debug = words.includes('--debug');
  if (!debug && STACK.test(stderr)) found.push({ kind: 'stack-trace', detail: stderr.slice(0, 600) });
  if (INTERNAL.test(debug ? stderr.split('\n', 1)[0] : stderr))
    found.push({ kind: 'internal-error', detail: stderr.slice(0, 600) });
  const raw = /^error: system: .*/m.exec(stderr);
  if (raw) found.push({ kind: 'raw-system-error', detail: raw[0] });
  // `doctor` and `diagnose --fail-on` report with their exit code.
  const says = (code === 1 && (verb === 'doctor' || verb === 'diagnose')) || /^error: /m.test(stderr);
  if ((code === 1 || code === 2) && !says) found.push({ kind: 'no-error-line', detail: lastLine(stderr) });
  const control = CONTROL.exec(stdout + stderr.replaceAll('\r', ''));
  if (control) found.push({ kind: 'control-characters', detail: JSON.stringify(lastLine(stderr)) });
  return found;
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const ending = (line: CommandLine, ended: Ended): Violation[] => {
  const { code, signal, stderr, stdout, interrupted, stubborn, durationMs } = ended;
  const said = lastLine(stderr);
  if (stubborn)
    return [{ kind: 'ignores-interrupt', detail: `killed after ${Math.round(durationMs / 1000)} s: ${said}` }];
  // What does not listen for it ends by the signal itself, which a shell calls 130.
  const shellCode = signal === 'SIGINT' ? 130 : code;
  const found: Violation[] = [];
  if (shellCode === null || ![0, 1, 2, 130].includes(shellCode))
    found.push({ kind: 'exit-code', detail: `ended with ${code ?? signal}: ${said}` });
  else if (shellCode === 130 && interrupted === 'no')
    found.push({ kind: 'exit-code', detail: `ended with 130, and nobody interrupted it: ${said}` });
  if (line.intent === 'valid') {
    if (interrupted === 'too-slow') found.push({ kind: 'too-slow', detail: `${Math.round(durationMs / 1000)} s` });
    else if (shellCode !== null && !line.ends.includes(shellCode))
      found.push({ kind: 'valid-line-refused', detail: `ended with ${shellCode}: ${stderr.trim().slice(-300)}` });
  }
  if (shellCode === 0 && line.words.includes('--json') && stdout !== '' && !isJson(stdout) && !isHelp(line))
    found.push({ kind: 'no-json', detail: stdout.slice(0, 200) });
  return found;
};

const isHelp = ({ words }: CommandLine): boolean =>
  words.some((word) => ['help', '--help', '-h', '--version'].includes(word));

/** The values of options that name what is written, as they stand on the line. */
const writtenWords = ({ words, verb }: CommandLine): string[] =>
  words.flatMap((word, at) => {
    const [long, joined] = word.startsWith('--')
      ? [word.split('=', 1)[0], word.slice(word.indexOf('=') + 1)]
      : ['', ''];
    // The one argument that is written rather than read.
    if (long === '' && verb === 'new' && at > 0 && optionValue(verb, words[at - 1]) === undefined) return [word];
    if (!optionValue(verb, long)?.writes) return [];
    const value = word.includes('=') ? joined : words[at + 1];
    return value === undefined ? [] : [value];
  });

/** Path within the sandbox, with `/`; null where it is not below the folder that the command ran in. */
const withinWork = (word: string, root: string): string | null => {
  const { work } = places(root);
  if (word.trim() === '') return null;
  const path = relative(work, isAbsolute(word) ? word : join(work, word))
    .split(sep)
    .join('/');
  if (path === '' || path === '..' || path.startsWith('../') || /^(\.git|node_modules)(\/|$)/.test(path)) return null;
  return path;
};

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

interface Allowed {
  readonly verb: string;
  /** Relative to the folder that the command ran in. */
  readonly outputs: readonly string[];
  /** What is in the way may be written over. */
  readonly isForced: boolean;
  /** Folders of ours that the line names, which it may add to. */
  readonly own: readonly string[];
  readonly defaults: RegExp | undefined;
}

/** A picture of the plane has its points beside it, and their codes where these are others. */
const besideOf = ({ verb }: CommandLine, outputs: readonly string[]): string[] =>
  verb === 'plane'
    ? ['.npy', '-codes.npy'].flatMap((ending) => outputs.map((path) => path.replace(/\.png$/i, ending)))
    : [];

const allowedFor = (line: CommandLine, root: string): Allowed => {
  const named = line.words.flatMap((word) => withinWork(word.replace(/^--[\w-]+=/, ''), root) ?? []);
  const outputs = writtenWords(line).flatMap((word) => withinWork(word, root) ?? []);
  return {
    verb: line.verb,
    outputs: [...outputs, ...besideOf(line, outputs)],
    isForced: line.words.includes('--force'),
    own: OWN_FOLDERS.filter((folder) => named.some((path) => isBelow(path, folder))),
    defaults: VALID_FORMS[line.verb]?.defaults,
  };
};

/** @param before - what lay in the folder that the command ran in. */
const isInOrder = (
  { path, kind }: Change,
  { verb, outputs, isForced, own, defaults }: Allowed,
  before: ReadonlySet<string>,
): boolean => {
  if (own.some((folder) => isBelow(path, folder))) return kind !== 'removed';
  const output = outputs.find((each) => isBelow(path, each));
  if (output !== undefined) {
    if (isForced) return kind !== 'removed';
    if (kind !== 'made') return path === output;
    // Pictures may join somebody's files, which stay; a run and a site have a folder of their own.
    return (
      /^(plane|evolve|reconstruct|anomalies|clusters)$/.test(verb) ||
      ![...before].some((each) => each.startsWith(`${output}/`))
    );
  }
  if (kind !== 'made') return false;
  const first = path.split('/').slice(0, 2).join('/');
  if (defaults && (defaults.test(first) || defaults.test(path.split('/')[0]))) return true;
  return outputs.some((each) => each.startsWith(`${path}/`)) || /^(runs|sweeps)$/.test(path);
};

const written = (
  line: CommandLine,
  { code }: Ended,
  root: string,
  changes: readonly Change[],
  before: ReadonlySet<string>,
) => {
  const { work, cache, temporary } = places(root);
  const within = (folder: string, path: string): string | null => {
    const prefix = `${relative(root, folder).split(sep).join('/')}/`;
    return path.startsWith(prefix) ? path.slice(prefix.length) : null;
  };
  const allowed = allowedFor(line, root);
  // A file beside the working folder, where the line names it by its whole path.
  const files = writtenWords(line).filter((word) => isAbsolute(word) && extname(word) !== '');
  const named = new Set([...files, ...besideOf(line, files)]);
  const kindOf = ({ path, kind }: Change): Violation['kind'] | null => {
    // Another name of the same folder.
    const at = within(work, path)?.replace(/^link(?=\/)/, 'pictures') ?? null;
    if (kind === 'made' && (within(temporary, path) !== null || isTemporaryPath(path))) return 'temporary-left';
    if (within(cache, path) !== null || path === 'cache') return null;
    if (at === null && named.has(join(root, path))) return null;
    if (at === null || !isInOrder({ path: at, kind }, allowed, before)) return 'touched';
    return code === 2 ? 'refused-but-wrote' : null;
  };
  const byKind = new Map<Violation['kind'], Change[]>();
  for (const change of changes) {
    const kind = kindOf(change);
    if (kind) byKind.set(kind, [...(byKind.get(kind) ?? []), change]);
  }
  return [...byKind].map(
    ([kind, those]): Violation => ({ kind, detail: listed(those, (path) => within(work, path) ?? `/${path}`) }),
  );
};

const MOST_LISTED = 6;

/** `removed notes.txt, made index.html and 40 more`; what was lost first. */
const listed = (changes: readonly Change[], name: (path: string) => string): string => {
  const gravest = (['removed', 'changed', 'made'] as const).flatMap((kind) =>
    changes.filter((change) => change.kind === kind),
  );
  const shown = gravest.slice(0, MOST_LISTED).map(({ path, kind }) => `${kind} ${name(path)}`);
  const more = gravest.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/**
 * Everything that is wrong with what a command did.
 *
 * @param changes - of the whole sandbox, paths relative to its root.
 * @param before - paths that lay in the folder that the command ran in, relative to it.
 */
export const violationsOf = (
  line: CommandLine,
  ended: Ended,
  root: string,
  changes: readonly Change[],
  before: ReadonlySet<string>,
): readonly Violation[] => [
  ...ending(line, ended),
  ...spoken(line, ended),
  ...written(line, ended, root, changes, before),
];
