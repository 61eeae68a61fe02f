/**
 * A run folder on the disk: what lies where, and in which order it is written.
 *
 * In: a config, states, figures. Out: files that are whole at every instant, from which a killed run continues:
 * `checkpoints/last.safetensors` is the truth, `history.jsonl` and `metrics.json` follow from it.
 */
import { dirname, join } from 'node:path';
import {
  decodeState,
  type EpochRecord,
  encodeState,
  formatHistory,
  formatMetrics,
  formatRunConfig,
  parseHistory,
  parseMetrics,
  parseRunConfig,
  RUN_FILES,
  type RunConfig,
  type RunMetrics,
  type TrainingState,
} from 'latent-plane';
import { CHECKPOINTS, epochFile, formatModelCard, inputError } from 'latent-plane/internal';
import { shellWord } from '../console.ts';
import { diskFiles, type FileSystem, makeFolder, removeTemporaries, writeAtomic } from '../files/file-system.ts';
import { bearsMark } from '../files/marks.ts';
import { isTemporaryName } from '../files/temporary-names.ts';
import { configsBefore, isCardOf } from './card.ts';
import { isLockFile, lockRun, type RunLock } from './lock.ts';

/** Paths of a run folder's files. */
export const runPaths = (folder: string) => ({
  config: join(folder, RUN_FILES.config),
  history: join(folder, RUN_FILES.history),
  metrics: join(folder, RUN_FILES.metrics),
  weights: join(folder, RUN_FILES.weights),
  card: join(folder, RUN_FILES.card),
  checkpoints: join(folder, CHECKPOINTS),
  last: join(folder, RUN_FILES.last),
  initial: join(folder, RUN_FILES.initial),
  encoder: join(folder, RUN_FILES.encoder),
  epoch: (epoch: number) => join(folder, epochFile(epoch)),
});

/** The command that resumes a run. */
export const resumeCommand = (folder: string): string => `npx latent train --resume ${shellWord(folder)}`;

/** The `config.json` of a folder; null where there is none. @throws LatentError (input) `invalid-run` and the like. */
export const readConfig = async (folder: string, files: FileSystem = diskFiles): Promise<RunConfig | null> => {
  const { config } = runPaths(folder);
  const bytes = await files.read(config);
  return bytes && parseRunConfig(bytes, config);
};

/** The `metrics.json` of a folder; null where there is none. */
export const readMetrics = async (folder: string, files: FileSystem = diskFiles): Promise<RunMetrics | null> => {
  const { metrics } = runPaths(folder);
  const bytes = await files.read(metrics);
  return bytes && parseMetrics(bytes, metrics);
};

/** The `history.jsonl` of a folder; empty where there is none. */
export const readHistory = async (folder: string, files: FileSystem = diskFiles): Promise<EpochRecord[]> => {
  const { history } = runPaths(folder);
  const bytes = await files.read(history);
  return bytes ? parseHistory(bytes, history) : [];
};

/** The state that a run resumes from; null before the first epoch has ended. */
export const readState = async (
  folder: string,
  size: number,
  files: FileSystem = diskFiles,
): Promise<TrainingState | null> => {
  const { last } = runPaths(folder);
  const bytes = await files.read(last);
  return bytes && decodeState(bytes, last, size);
};

/** What lies in the checkpoints of a folder without a run and was not put there by one that was killed as it began. */
const foreignCheckpoint = async (folder: string, files: FileSystem): Promise<string | undefined> => {
  const { checkpoints, initial, encoder } = runPaths(folder);
  for (const name of await files.list(checkpoints)) {
    const path = join(checkpoints, name);
    if (isTemporaryName(name)) continue;
    if ((path !== initial && path !== encoder) || !bearsMark(path, (await files.read(path)) ?? new Uint8Array()))
      return `${CHECKPOINTS}/${name}`;
  }
  return undefined;
};

/**
 * Refuses a folder that holds a run, or anything that is not one: nothing of the user's is written over.
 *
 * @throws LatentError (input) `run-exists`, `folder-not-empty`.
 */
export const checkVacant = async (folder: string, files: FileSystem = diskFiles): Promise<void> => {
  const names = (await files.list(folder)).filter((name) => !isLockFile(name));
  if (names.includes('config.json')) {
    throw inputError('run-exists', {
      problem: `${folder} holds a run already`,
      hint: 'resume it (--resume), or choose another folder (--out DIR)',
    });
  }
  // A run that was killed before its config.json was there leaves `checkpoints` and hidden files alone.
  const foreign =
    names.find((name) => name !== CHECKPOINTS && !name.startsWith('.')) ?? (await foreignCheckpoint(folder, files));
  if (foreign !== undefined) {
    throw inputError('folder-not-empty', {
      at: { file: folder },
      expected: 'an empty folder or none',
      got: `one with "${foreign}"`,
      hint: 'choose another with --out DIR',
    });
  }
};

/** A run folder that this process alone writes. */
export interface RunWriter {
  readonly folder: string;
  /** The state, and what follows from it. A checkpoint to keep goes first: it is not made again once the state is past it. */
  saveState(
    state: TrainingState,
    metrics: RunMetrics,
    kept?: { readonly epoch: number; readonly weights: Uint8Array },
  ): Promise<void>;
  /**
   * The end of an execution: the weights and the card; `metrics.json` last, since it says that all is there.
   *
   * @returns whether the card was written: one that somebody changed stays.
   */
  saveEnd(config: RunConfig, metrics: RunMetrics, weights: Uint8Array): Promise<boolean>;
  saveFile(path: string, bytes: Uint8Array | string): Promise<void>;
  close(): Promise<void>;
  /** Instead of `close` where the run could not begin: nothing of it is left, nor a folder that was made for it. */
  abandon(): Promise<void>;
}

/** Writes the card of a run, but not over one that somebody changed. @returns whether it was written. */
const saveCard = async (
  files: FileSystem,
  folder: string,
  config: RunConfig,
  metrics: RunMetrics,
): Promise<boolean> => {
  const { card } = runPaths(folder);
  const text = formatModelCard(config, metrics);
  const before = await files.read(card);
  // The card of a run that was given more epochs is still the one of its first end.
  const written = [text, ...configsBefore(config).map((each) => formatModelCard(each, metrics))];
  if (before && !written.some((each) => isCardOf(new TextDecoder().decode(before), each))) return false;
  await writeAtomic(files, card, text);
  return true;
};

/** Said where a card was not written anew. */
export const CARD_KEPT =
  'README.md is not as it was written here, so it stays as it is; without it, a new one is written';

/**
 * Makes the folder where it is not there, locks it, and clears what a killed run left half written.
 *
 * @throws LatentError (input) `run-locked`; (work) where it cannot be written.
 */
export const openRunWriter = async (folder: string, files: FileSystem = diskFiles): Promise<RunWriter> => {
  const paths = runPaths(folder);
  const hadCheckpoints = (await files.list(folder)).includes(CHECKPOINTS);
  const made = await makeFolder(files, folder);
  const removeMade = async (): Promise<void> => {
    if (!hadCheckpoints) await files.removeEmpty(paths.checkpoints);
    for (const path of [...made].reverse()) await files.removeEmpty(path);
  };
  let lock: RunLock | null = null;
  try {
    lock = await lockRun(folder);
    await removeTemporaries(files, folder);
    await removeTemporaries(files, paths.checkpoints);
  } catch (error) {
    await lock?.release();
    await removeMade().catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
  const { release } = lock;
  return {
    folder,
    saveState: async (state, metrics, kept) => {
      await makeFolder(files, paths.checkpoints);
      if (kept) await writeAtomic(files, paths.epoch(kept.epoch), kept.weights);
      await writeAtomic(files, paths.last, encodeState(state));
      await writeAtomic(files, paths.history, formatHistory(state.history));
      await writeAtomic(files, paths.metrics, formatMetrics(metrics));
    },
    saveEnd: async (config, metrics, weights) => {
      await writeAtomic(files, paths.weights, weights);
      const isNew = await saveCard(files, folder, config, metrics);
      await writeAtomic(files, paths.metrics, formatMetrics(metrics));
      return isNew;
    },
    saveFile: async (path, bytes) => {
      await makeFolder(files, dirname(path));
      await writeAtomic(files, path, bytes);
    },
    close: release,
    abandon: async () => {
      for (const path of [paths.config, paths.initial, paths.encoder]) await files.remove(path);
      await release();
      await removeMade();
    },
  };
};

/** Writes the config of a new run; from then on the folder holds a run. */
export const saveConfig = (writer: RunWriter, config: RunConfig): Promise<void> =>
  writer.saveFile(runPaths(writer.folder).config, formatRunConfig(config));

/**
 * Adds scores to a run's `metrics.json` and writes its card anew.
 *
 * @param command - that found them: `evaluate`, `diagnose`; its earlier scores give way.
 * @returns whether the card was written: one that somebody changed stays.
 * @throws LatentError (input) `run-locked` while the run trains, `not-a-run`.
 */
export const recordScores = async (
  folder: string,
  command: string,
  scores: unknown,
  files: FileSystem = diskFiles,
): Promise<boolean> => {
  const paths = runPaths(folder);
  const missing = () =>
    inputError('not-a-run', {
      at: { file: folder },
      expected: 'a run folder with config.json and metrics.json',
      got: 'another',
      hint: 'name a run',
    });
  // Looked at before the lock, which is a file in the folder.
  if (!(await readConfig(folder, files))) throw missing();
  // No writer of runs, which makes what a training needs: a run that ships has no checkpoints, and gets no folder for them.
  const lock = await lockRun(folder);
  try {
    await removeTemporaries(files, folder);
    const config = await readConfig(folder, files);
    const before = await readMetrics(folder, files);
    if (!config || !before) throw missing();
    const metrics = { ...before, scores: { ...before.scores, [command]: scores } };
    // The figures last: where they are not there yet, the next evaluation writes both.
    const isCardNew = await saveCard(files, folder, config, metrics);
    await writeAtomic(files, paths.metrics, formatMetrics(metrics));
    return isCardNew;
  } finally {
    await lock.release();
  }
};
