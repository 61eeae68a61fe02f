/**
 * A run folder or a model out of a zip archive.
 *
 * In: the archive, which anybody may have made. Out: the files in it that a model needs, as if a folder had been dropped.
 * The others are not unpacked.
 */
import { RUN_FILES } from 'latent-plane';
import { inputError, readArchive, SHIPPED_FILES } from 'latent-plane/internal';
import { type GivenFile, MODEL_FILE, modelsAmong, runAmong } from './files.ts';
import { isRunData } from './run-data.ts';

/** Of one file: the largest model of the zoo has 23 MB. */
const MAX_FILE_BYTES = 2 ** 28;
/** The images that a run of the page has with it. */
const MAX_DATA_BYTES = 2 ** 30;
/** Weight files beside a model. */
const MAX_BESIDE = 32;

const WANTED: ReadonlySet<string> = new Set([
  RUN_FILES.config,
  RUN_FILES.weights,
  RUN_FILES.history,
  RUN_FILES.metrics,
  RUN_FILES.card,
  ...Object.values(SHIPPED_FILES),
]);

/** Names of the entries to unpack. */
const wantedOf = (names: readonly string[]): readonly string[] => {
  const given = names.filter((name) => !name.endsWith('/')).map((name) => ({ name, file: new File([], name) }));
  const run = runAmong(given);
  if (run) {
    const own = [...run.files.keys()]
      .filter((path) => WANTED.has(path) || isRunData(path))
      .map((path) => run.folder + path);
    return [...own, ...names.filter((name) => MODEL_FILE.test(name)).slice(0, 1)];
  }
  const [{ name }] = modelsAmong(given);
  const at = name.slice(0, name.lastIndexOf('/') + 1);
  return [name, ...names.filter((other) => other !== name && other.startsWith(at)).slice(0, MAX_BESIDE)];
};

/** @throws LatentError (input) as `readArchive`, `runAmong` and `modelsAmong`; `archive-empty` for one without files. */
export const unpack = async (archive: GivenFile): Promise<GivenFile[]> => {
  const bytes = new Uint8Array(await archive.file.arrayBuffer());
  const { names } = await readArchive(bytes, archive.name, {});
  if (names.length === 0)
    throw inputError('archive-empty', {
      at: { subject: archive.name },
      expected: 'a run folder or a model, the archive holds nothing',
    });
  const limits = Object.fromEntries(
    wantedOf(names).map((name) => [name, /-ubyte$/.test(name) ? MAX_DATA_BYTES : MAX_FILE_BYTES]),
  );
  const { entries } = await readArchive(bytes, archive.name, limits);
  return [...entries].map(([name, content]) => ({ name, file: new File([new Uint8Array(content)], name) }));
};
