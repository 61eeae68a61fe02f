/**
 * Model files of other programs, read apart from this one.
 *
 * In: the path of a file. Out: a network with its weights. A file that anybody may have written can make a reader run for
 * ever or bring it down; in a thread of its own it takes nothing with it. Formats are the library's business.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import {
  type ErrorRecord,
  errorOf,
  type ImportedModel,
  LatentError,
  MODEL_FORMATS,
  type ReadModelOptions,
  readModel,
} from 'latent-plane';
import { inputError, reasonOf } from 'latent-plane/internal';
import { systemCode } from '../files/file-system.ts';
import { fileSize, readError } from '../files/read-error.ts';
import { liesWithin, realPlace } from '../files/within.ts';
import { packageFolder } from '../places.ts';

export interface ReadModelFileOptions extends ReadModelOptions {
  /** The largest networks are read in a second. */
  readonly timeoutMs?: number;
}

export interface ReadRequest extends ReadModelOptions {
  readonly path: string;
}

/** What the thread answers. */
export type ReadAnswer = { readonly model: ImportedModel } | { readonly fault: ErrorRecord };

const DEFAULT_TIMEOUT_MS = 60_000;
const MAX_FILE_BYTES = 2 ** 30;
/** Typed arrays lie outside of this; what fills it is a text that no model has. */
const MAX_HEAP_MB = 1024;

const readBounded = async (path: string): Promise<Uint8Array | null> => {
  try {
    const size = await fileSize(path);
    if (size > MAX_FILE_BYTES)
      throw inputError('model-too-large', {
        at: { file: path },
        expected: `a file of at most ${MAX_FILE_BYTES} bytes`,
        got: `${size}`,
      });
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw readError(path, error);
  }
};

/** Refuses a file that lies neither in the model's folder nor, where the model is a link, beside what it leads to. */
const requireBeside = async (path: string, file: string): Promise<void> => {
  const [model, beside] = [(await realPlace(path)) ?? path, await realPlace(file)];
  // What is not there is told by whoever reads it.
  if (beside === null || (await liesWithin(dirname(path), beside)) || (await liesWithin(dirname(model), beside)))
    return;
  throw inputError('outside-folder', {
    at: { file: path },
    expected: 'its files in its own folder',
    got: `${file}, a link that leads out of it`,
    hint: 'put the file itself there',
  });
};

/** Reads a file in this thread. @throws LatentError (input) as `readModel`; `model-too-large`. */
export const readHere = async ({ path, ...options }: ReadRequest): Promise<ImportedModel> => {
  const bytes = await readBounded(path);
  if (bytes === null)
    throw inputError('model-format', {
      at: { file: path },
      expected: 'a file',
      got: 'none',
      hint: `Supported: ${MODEL_FORMATS}`,
    });
  const folder = dirname(path);
  const beside = async (name: string): Promise<Uint8Array | null> => {
    const file = join(folder, ...name.split('/'));
    await requireBeside(path, file);
    return readBounded(file);
  };
  return readModel({ file: path.split(sep).join('/'), bytes, beside }, options);
};

/** From the sources, as tests run, there is no file that a thread could load. */
const FROM_SOURCES = import.meta.url.endsWith('.ts');

/** The built thread. */
export const readerThread = (): string => join(packageFolder, 'dist', 'models', 'read-worker.js');

/** Reads files one after the other in a thread of its own, which a damaged file may cost. */
export interface ModelReader {
  /**
   * @throws LatentError (input) as `readModel`; `model-timeout`, `model-damaged` where the file made the reader run for too
   *   long, or brought it down. Another file may be read afterwards.
   */
  read(path: string, options?: ReadModelFileOptions): Promise<ImportedModel>;
  close(): Promise<void>;
}

const startThread = (): Worker => {
  const worker = new Worker(readerThread(), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    // The libraries print what they stumble over; the error that comes back says it better.
    stderr: true,
    stdout: true,
  });
  // While a file is read the clock that bounds it keeps the process; between files nothing does.
  worker.unref();
  return worker;
};

/** Asks the thread; whatever comes first is the answer. */
const ask = async (worker: Worker, request: ReadRequest, timeoutMs: number): Promise<ReadAnswer> => {
  const { path } = request;
  const done = new AbortController();
  const { signal } = done;
  const refuse = (code: string, what: string, cause?: unknown): never => {
    throw inputError(code, { at: { file: path }, problem: what }, { cause });
  };
  // Aborted once another of the three has come; what they throw then reaches nobody.
  const answered = once(worker, 'message', { signal }).then(([answer]: ReadAnswer[]) => answer);
  const ended = once(worker, 'exit', { signal }).then(([code]) =>
    refuse('model-damaged', `its reader ended with ${code} before it was done; fetch it again`),
  );
  const late = setTimeout(timeoutMs, undefined, { signal }).then(() =>
    refuse(
      'model-timeout',
      `expected a model that is read within ${timeoutMs / 1000} s, this one is not; it is damaged, or made to be so`,
    ),
  );
  worker.postMessage(request);
  try {
    return await Promise.race([answered, ended, late]);
  } catch (cause) {
    // `once` throws what the thread did not catch.
    if (cause instanceof LatentError) throw cause;
    const reason = reasonOf(cause);
    return refuse('model-damaged', `the file brought its reader down (${reason}); fetch it again`, cause);
  } finally {
    done.abort();
    await Promise.allSettled([answered, ended, late]);
  }
};

/** Makes a reader; its thread starts with the first file. */
export const createModelReader = (): ModelReader => {
  let worker: Worker | null = null;
  const close = async (): Promise<void> => {
    const old = worker;
    worker = null;
    await old?.terminate();
  };
  return {
    close,
    read: async (path, { timeoutMs = DEFAULT_TIMEOUT_MS, ...options } = {}) => {
      worker ??= startThread();
      let answer: ReadAnswer;
      try {
        answer = await ask(worker, { path, ...options }, timeoutMs);
      } catch (error) {
        await close();
        throw error;
      }
      if ('model' in answer) return answer.model;
      throw errorOf(answer.fault);
    },
  };
};

/** How long the shared thread waits for another file; a start of one costs as much as reading several. */
const IDLE_MS = 500;

/** One thread for all files of this process, one file at a time; gone when none has come for a while. */
const sharedReader = (): ModelReader['read'] => {
  const reader = createModelReader();
  let last: Promise<unknown> = Promise.resolve();
  return (path, options) => {
    const turn = last.then(() => reader.read(path, options));
    last = turn.then(
      () => undefined,
      () => undefined,
    );
    const mine = last;
    const rest = async (): Promise<void> => {
      await mine;
      // Nobody waits for this: a command ends when its work does.
      await setTimeout(IDLE_MS, undefined, { ref: false });
      if (last === mine) await reader.close();
    };
    void rest();
    return turn;
  };
};
const readShared = sharedReader();

/** Reads one file apart from this thread. @throws LatentError (input) as `ModelReader.read`. */
export const readModelFile = (path: string, options: ReadModelFileOptions = {}): Promise<ImportedModel> =>
  FROM_SOURCES ? readHere({ ...options, path }) : readShared(path, options);
