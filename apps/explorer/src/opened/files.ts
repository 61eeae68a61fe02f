/**
 * The files that a person dropped or chose.
 *
 * In: a drop or a file chooser's list. Out: names and bytes, folders opened up, and which of them are the model.
 */
import { MODEL_EXTENSIONS, MODEL_FORMATS, RUN_FILES } from 'latent-plane';
import { inputError, SHIPPED_FILES } from 'latent-plane/internal';
import type { GivenFile, GivenRun, OpenSource } from './given.ts';

import { WRITTEN_EXTENSIONS, YAML_FILE } from './written.ts';

export type { GivenFile, GivenRun } from './given.ts';

/** More than this is a slip of the hand: the largest model of the zoo has 23 MB. */
const MAX_BYTES = 2 ** 30;
const MAX_FILES = 1000;
/** Pictures to train on: more than lie beside a model. */
export const MAX_DROPPED_PICTURES = 100_000;

/** What a file chooser offers: models, archives, the files of a run folder, and networks that people write. */
export const ACCEPTED = [
  ...new Set([...MODEL_EXTENSIONS, ...WRITTEN_EXTENSIONS, '.zip', '.safetensors', '.jsonl']),
].join(',');

/** Files that are a model by themselves. */
export const MODEL_FILE = /\.(keras|h5|hdf5|onnx)$/i;
/** Files of weights alone, which a network goes with. */
const WEIGHTS_FILE = /\.(pt|pth|ckpt|safetensors)$/i;

/** Whether files are being dragged, not a text or a link. */
export const carriesFiles = (transfer: DataTransfer | null): boolean => transfer?.types.includes('Files') ?? false;

const entriesOf = (folder: FileSystemDirectoryEntry, most: number): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => {
    const reader = folder.createReader();
    const found: FileSystemEntry[] = [];
    // The reader hands out a hundred at a time, and none at the end.
    const more = (): void =>
      reader.readEntries((entries) => {
        found.push(...entries);
        if (entries.length === 0 || found.length > most) resolve(found);
        else more();
      }, reject);
    more();
  });

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

/** Adds an entry's files to `found`; a folder of very many is left off there, for `modelsAmong` to refuse. */
const collect = async (entry: FileSystemEntry, path: string, found: GivenFile[], most: number): Promise<void> => {
  if (found.length > most) return;
  const name = path + entry.name;
  if (isFile(entry)) {
    found.push({ name, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
  } else if (isFolder(entry)) {
    for (const child of await entriesOf(entry, most)) await collect(child, `${name}/`, found, most);
  }
};

/** All files of a drop, those in folders too; about as many as `most`. */
export const droppedFiles = async (transfer: DataTransfer, most = MAX_FILES): Promise<GivenFile[]> => {
  // The list is emptied once the event is over, so everything is taken from it before the first wait.
  const items = [...transfer.items].map((item) => ({
    entry: item.webkitGetAsEntry?.() ?? null,
    file: item.getAsFile(),
  }));
  const found: GivenFile[] = [];
  for (const { entry, file } of items) {
    if (entry?.isDirectory) await collect(entry, '', found, most);
    else if (file) found.push({ name: file.name, file });
  }
  return found;
};

/**
 * The model among files, the others lie beside it; two files where they may be its encoder and its decoder.
 *
 * @throws LatentError (input) `model-format` where there is none, or more than two.
 */
export const modelsAmong = (files: readonly GivenFile[]): readonly [GivenFile, GivenFile?] => {
  const [first] = files;
  if (first === undefined)
    throw inputError('model-format', {
      expected: 'a model file',
      got: `none\nSupported: ${MODEL_FORMATS}`,
      hint: 'run folders, also as .zip',
    });
  if (files.length > MAX_FILES)
    throw inputError('model-format', {
      expected: 'a model and the files beside it',
      got: `more than ${MAX_FILES} files`,
      hint: "drop the model's own folder",
    });
  const isJson = ({ name }: GivenFile): boolean => /\.json$/i.test(name);
  const models = files.filter(({ name }) => MODEL_FILE.test(name) || WEIGHTS_FILE.test(name));
  // As our own export has it, encoder and decoder apart and together.
  const whole = models.find(({ name }) => /(^|\/)autoencoder\.onnx$/.test(name));
  const json = files
    .filter(isJson)
    .sort((a, b) => Number(/model\.json$/.test(b.name)) - Number(/model\.json$/.test(a.name)));
  const chosen = whole ? [whole] : models.length > 0 ? models : json.slice(0, 1);
  if (chosen.length > 2)
    throw inputError('model-format', {
      expected: 'one model at a time, or the files of its encoder and its decoder',
      got: `${chosen.map(({ name }) => name).join(', ')}`,
      hint: 'open them one after the other',
    });
  const model = chosen[0] ?? (files.length === 1 ? first : undefined);
  if (model === undefined)
    throw inputError('model-format', {
      expected: `a model among the ${files.length} files`,
      got: `${first.name} and others`,
      hint: `Supported: ${MODEL_FORMATS}`,
    });
  const large = [model, ...chosen].find(({ file }) => file.size > MAX_BYTES);
  if (large)
    throw inputError('model-too-large', {
      at: { subject: large.name },
      expected: `a file of at most ${MAX_BYTES} bytes`,
      got: `${large.file.size}`,
    });
  return [model, chosen[1]];
};

/** The file at a path relative to another's folder. */
export const besides = (files: readonly GivenFile[], { name }: GivenFile, path: string): GivenFile | undefined => {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  return files.find((file) => file.name === folder + path);
};

/** Files that a folder with a `config.json` has where it is a run. */
const RUN_MARKS: readonly string[] = [RUN_FILES.weights, RUN_FILES.history, RUN_FILES.metrics, SHIPPED_FILES.pointer];

/** The part of a path before its file's name, with the slash. */
const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);

/**
 * The run folder among files; null where there is none.
 *
 * @throws LatentError (input) `run-folder` where there are several.
 */
export const runAmong = (files: readonly GivenFile[]): GivenRun | null => {
  const names = new Set(files.map(({ name }) => name));
  const folders = [...names]
    .filter((name) => /(^|\/)config\.json$/.test(name))
    .map(folderOf)
    .filter((folder) => RUN_MARKS.some((mark) => names.has(folder + mark)));
  if (folders.length === 0) return null;
  if (folders.length > 1)
    throw inputError('run-folder', {
      expected: 'one run folder at a time',
      got: `${folders.slice(0, 4).join(', ')}${folders.length > 4 ? ' and others' : ''}`,
      hint: 'open them one after the other',
    });
  const [folder] = folders;
  const within = files.filter(({ name }) => name.startsWith(folder));
  return {
    name: folder.split('/').at(-2) ?? 'run folder',
    folder,
    files: new Map(within.map(({ name, file }) => [name.slice(folder.length), file])),
    around: new Map(files.map(({ name, file }) => [name.slice(folderOf(name).length), file])),
  };
};

/** The archive, where nothing but one was given. */
export const archiveAmong = (files: readonly GivenFile[]): GivenFile | null =>
  files.length === 1 && /\.zip$/i.test(files[0].name) ? files[0] : null;

/** The model among files and what lies beside it, or the run folder that they are. */
export const sourceAmong = (files: readonly GivenFile[]): { readonly name: string; readonly source: OpenSource } => {
  const run = runAmong(files);
  if (run) return { name: run.name, source: { kind: 'run', run } };
  const [model, other] = modelsAmong(files);
  const network = files.find(({ name }) => YAML_FILE.test(name));
  const beside = new Map<string, File>();
  for (const { name, file } of files) {
    const path = name.slice(model.name.lastIndexOf('/') + 1);
    if (besides(files, model, path)) beside.set(path, file);
  }
  const name = other ? `${model.name} and ${other.name}` : model.name;
  return {
    name,
    source: { kind: 'model', model: model.file, beside, ...(other ? { other } : {}), ...(network ? { network } : {}) },
  };
};
